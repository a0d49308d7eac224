"""Marks: what is about to be tried, so that a step which kills the process is found out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0009"
down_revision = "0008"
compatible_from = "0001"


def upgrade() -> None:
    """Make the table of marks."""
    op.create_table(
        "marks",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("attempt", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("marked_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("part", "kind", "subject", "seq", "number", name="pk_marks"),
        sa.CheckConstraint("kind IN ('wake', 'start', 'delivery')", name="ck_marks_kind_known"),
        sa.CheckConstraint("attempts >= 1", name="ck_marks_attempts_counted"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_marks_attempt", "marks", ["attempt"])
