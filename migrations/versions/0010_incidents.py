"""What is stopped is found by an index, however much there is that is not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
compatible_from = "0001"


def upgrade() -> None:
    """Make the indexes, which hold the rows with an incident only."""
    for name, table, columns in (
        ("ix_cases_incident", "cases", ["process", "key"]),
        ("ix_jobs_incident", "jobs", ["part", "case_id"]),
        ("ix_outbox_incident", "outbox", ["part", "sender"]),
    ):
        op.create_index(
            name,
            table,
            columns,
            sqlite_where=sa.text("incident IS NOT NULL"),
            postgresql_where=sa.text("incident IS NOT NULL"),
        )
