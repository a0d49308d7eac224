"""Jobs that workers outside fetch, and the history of the attempts at every job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0006"
down_revision = "0005"
compatible_from = "0001"

_JOBS = "part, case_id, wait, service, element, execution, attempts, run_us, incident, kind"


def upgrade() -> None:
    """Widen the table of jobs, and make that of attempts.

    What the release before wrote stays as it is, and what it writes without the new columns is taken.
    """
    op.drop_index("ix_jobs_run", "jobs")
    op.execute(f"CREATE TABLE jobs_before AS SELECT {_JOBS} FROM jobs")  # noqa: S608
    op.drop_table("jobs")  # with the names of its constraints
    _jobs()
    op.execute(f"INSERT INTO jobs ({_JOBS}) SELECT {_JOBS} FROM jobs_before")  # noqa: S608
    op.drop_table("jobs_before")
    _attempts()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("execution", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_us", sa.BigInteger),
        sa.Column("incident", TEXT),
        sa.Column("kind", TEXT, server_default="service", nullable=False),
        sa.Column("earlier", sa.Integer, server_default="0", nullable=False),
        sa.Column("retries", sa.Integer),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_jobs"),
        sa.CheckConstraint("kind IN ('service', 'script', 'external')", name="ck_jobs_kind_known"),
        sa.CheckConstraint("attempts >= earlier AND earlier >= 0", name="ck_jobs_attempts_counted"),
        sa.CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="ck_jobs_stopped_by_an_incident"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_jobs_run",
        "jobs",
        ["run_us"],
        sqlite_where=sa.text("kind <> 'external' AND run_us IS NOT NULL"),
        postgresql_where=sa.text("kind <> 'external' AND run_us IS NOT NULL"),
    )
    op.create_index(
        "ix_jobs_topic",
        "jobs",
        ["service", "run_us"],
        sqlite_where=sa.text("kind = 'external' AND run_us IS NOT NULL"),
        postgresql_where=sa.text("kind = 'external' AND run_us IS NOT NULL"),
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("worker", TEXT),
        sa.Column("began_us", sa.BigInteger, nullable=False),
        sa.Column("ended_us", sa.BigInteger),
        sa.Column("outcome", TEXT),
        sa.Column("error", TEXT),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", "attempt", name="pk_attempts"),
        sa.CheckConstraint(
            "outcome IN ('done', 'thrown', 'failed', 'lost', 'withdrawn')", name="ck_attempts_outcome_known"
        ),
        sa.CheckConstraint("(ended_us IS NULL) = (outcome IS NULL)", name="ck_attempts_outcome_when_over"),
        sqlite_with_rowid=False,
    )
