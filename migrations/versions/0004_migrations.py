"""Migrations of running cases: what was asked for, and what became of each case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0004"
down_revision = "0003"
compatible_from = "0001"


def upgrade() -> None:
    """Make the tables of migrations."""
    _migrations()
    _migration_cases()


def _migrations() -> None:
    op.create_table(
        "migrations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("from_version", sa.Integer, nullable=False),
        sa.Column("to_version", sa.Integer, nullable=False),
        sa.Column("elements", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("actor", TEXT),
        sa.Column("begun_us", sa.BigInteger, nullable=False),
        sa.Column("done_us", sa.BigInteger),
        sa.Column("after_part", sa.Integer, nullable=False),
        sa.Column("after_case", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_migrations"),
        sa.ForeignKeyConstraint(
            ["process", "from_version"], ["definitions.process", "definitions.version"],
            name="fk_migrations_definitions",
        ),
        sa.CheckConstraint("from_version <> to_version", name="ck_migrations_to_another_version"),
        sqlite_with_rowid=False,
    )  # fmt: skip


def _migration_cases() -> None:
    op.create_table(
        "migration_cases",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("migration", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary),
        sa.Column("digest", sa.LargeBinary),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "migration", name="pk_migration_cases"),
        sa.CheckConstraint("outcome IN ('migrated', 'refused', 'undone')", name="ck_migration_cases_outcome_known"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_migration_cases_migration", "migration_cases", ["migration", "part", "case_id"])
