"""Cases that are over may lie in an archive; their row says in which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
compatible_from = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""


def upgrade() -> None:
    """Add the column; the release before knows nothing of archived cases but that they are over."""
    when_over = sa.CheckConstraint("archive IS NULL OR closed_us IS NOT NULL", name="ck_cases_archived_when_over")
    op.add_column("cases", sa.Column("archive", TEXT, when_over))
