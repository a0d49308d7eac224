"""Jobs say of which process they are, so that whoever takes those of one need not read past all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0013"
down_revision = "0012"
compatible_from = "0001"


def upgrade() -> None:
    """Add the process, that of the case, and an index by it; what the release before goes on adding is without it."""
    op.add_column("jobs", sa.Column("process", TEXT))
    op.create_index(
        "ix_jobs_topic_process",
        "jobs",
        ["service", "process", "run_us"],
        sqlite_where=sa.text("kind = 'external' AND run_us IS NOT NULL"),
        postgresql_where=sa.text("kind = 'external' AND run_us IS NOT NULL"),
    )
    op.execute(
        "UPDATE jobs SET process = (SELECT process FROM cases WHERE cases.part = jobs.part AND cases.id = jobs.case_id)"
    )
