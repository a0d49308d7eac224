"""What webhooks are still to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0007"
down_revision = "0006"
compatible_from = "0001"


def upgrade() -> None:
    """Make the table of notices."""
    op.create_table(
        "notices",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("webhook", TEXT, nullable=False),
        sa.Column("occasion", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_us", sa.BigInteger),
        sa.Column("incident", TEXT),
        sa.PrimaryKeyConstraint("part", "case_id", "id", name="pk_notices"),
        sa.CheckConstraint("attempts >= 0", name="ck_notices_attempts_counted"),
        sa.CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="ck_notices_stopped_by_an_incident"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_notices_run",
        "notices",
        ["run_us"],
        sqlite_where=sa.text("run_us IS NOT NULL"),
        postgresql_where=sa.text("run_us IS NOT NULL"),
    )
