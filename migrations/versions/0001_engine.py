"""The engine: definitions, cases, their events and payloads, and what they wait for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0001"
down_revision = None
compatible_from = "0001"


def upgrade() -> None:
    """Make the tables of the engine."""
    _definitions()
    _definition_files()
    _definition_steps()
    _definition_separations()
    _cases()
    _events()
    _payloads()
    _tasks()
    _timers()
    _jobs()


def _definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("title_zh", TEXT, nullable=False),
        sa.Column("title_en", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("deployed_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("process", "version", name="pk_definitions"),
        sa.CheckConstraint("version >= 1", name="ck_definitions_version_positive"),
    )


def _definition_files() -> None:
    op.create_table(
        "definition_files",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("process", "version", "name", name="pk_definition_files"),
        sa.ForeignKeyConstraint(
            ["process", "version"],
            ["definitions.process", "definitions.version"],
            name="fk_definition_files_definitions",
        ),
    )


def _definition_steps() -> None:
    op.create_table(
        "definition_steps",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("lane", TEXT),
        sa.Column("mandatory", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("process", "version", "element", name="pk_definition_steps"),
        sa.ForeignKeyConstraint(
            ["process", "version"],
            ["definitions.process", "definitions.version"],
            name="fk_definition_steps_definitions",
        ),
        sa.CheckConstraint("mandatory IN (0, 1)", name="ck_definition_steps_mandatory_known"),
    )


def _definition_separations() -> None:
    op.create_table(
        "definition_separations",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("other", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("process", "version", "element", "other", name="pk_definition_separations"),
        sa.ForeignKeyConstraint(
            ["process", "version"],
            ["definitions.process", "definitions.version"],
            name="fk_definition_separations_definitions",
        ),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("version", sa.Integer),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.LargeBinary),
        sa.Column("wake_us", sa.BigInteger),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("opened_us", sa.BigInteger, nullable=False),
        sa.Column("closed_us", sa.BigInteger),
        sa.Column("incident", TEXT),
        sa.PrimaryKeyConstraint("part", "id", name="pk_cases"),
        sa.UniqueConstraint("part", "process", "key", name="uq_cases_part_process_key"),
        sa.ForeignKeyConstraint(
            ["process", "version"], ["definitions.process", "definitions.version"], name="fk_cases_definitions"
        ),
        sa.CheckConstraint("part BETWEEN 0 AND 1023", name="ck_cases_part_in_range"),
        sa.CheckConstraint("origin IN ('engine', 'import')", name="ck_cases_origin_known"),
        sa.CheckConstraint("status IN ('open', 'completed', 'terminated')", name="ck_cases_status_known"),
        sa.CheckConstraint("seq >= 1", name="ck_cases_seq_positive"),
        sa.CheckConstraint("(status = 'open') = (closed_us IS NULL)", name="ck_cases_closed_when_over"),
        sa.CheckConstraint("(origin = 'engine') = (state IS NOT NULL)", name="ck_cases_state_of_the_engine"),
        sa.CheckConstraint("origin <> 'engine' OR version IS NOT NULL", name="ck_cases_version_of_the_engine"),
        sa.CheckConstraint("status = 'open' OR wake_us IS NULL", name="ck_cases_asleep_when_over"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cases_wake",
        "cases",
        ["wake_us"],
        sqlite_where=sa.text("wake_us IS NOT NULL AND incident IS NULL"),
        postgresql_where=sa.text("wake_us IS NOT NULL AND incident IS NULL"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("transition", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("execution", sa.Integer, nullable=False),
        sa.Column("actor", TEXT),
        sa.Column("role", TEXT),
        sa.Column("unit", TEXT),
        sa.Column("happened_us", sa.BigInteger, nullable=False),
        sa.Column("recorded_us", sa.BigInteger),
        sa.Column("local_day", sa.Integer, nullable=False),
        sa.Column("local_weekday", sa.Integer, nullable=False),
        sa.Column("local_hour", sa.Integer, nullable=False),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("channel", TEXT),
        sa.Column("latitude_e7", sa.BigInteger),
        sa.Column("longitude_e7", sa.BigInteger),
        sa.Column("crs", TEXT),
        sa.Column("definition", TEXT),
        sa.Column("facts", TEXT),
        sa.Column("algorithm", sa.Integer, nullable=False),
        sa.Column("payload_digest", sa.LargeBinary),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "seq", name="pk_events"),
        sa.CheckConstraint("seq >= 1", name="ck_events_seq_positive"),
        sqlite_with_rowid=False,
    )


def _payloads() -> None:
    op.create_table(
        "payloads",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "seq", name="pk_payloads"),
        sqlite_with_rowid=False,
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("execution", sa.Integer, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("role", TEXT),
        sa.Column("unit", TEXT),
        sa.Column("assignee", TEXT),
        sa.Column("actor", TEXT),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("offered_us", sa.BigInteger, nullable=False),
        sa.Column("claimed_us", sa.BigInteger),
        sa.Column("closed_us", sa.BigInteger),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_tasks"),
        sa.CheckConstraint("status IN ('offered', 'claimed', 'completed', 'withdrawn')", name="ck_tasks_status_known"),
        sa.CheckConstraint(
            "(status IN ('offered', 'claimed')) = (closed_us IS NULL)", name="ck_tasks_closed_when_over"
        ),
        sa.CheckConstraint("status <> 'claimed' OR actor IS NOT NULL", name="ck_tasks_claimed_by_somebody"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["role", "unit", "due_us"],
        sqlite_where=sa.text("closed_us IS NULL"),
        postgresql_where=sa.text("closed_us IS NULL"),
    )


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_timers"),
        sa.CheckConstraint("kind IN ('timer', 'deadline')", name="ck_timers_kind_known"),
        sqlite_with_rowid=False,
    )


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
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_jobs"),
        sa.CheckConstraint("attempts >= 0", name="ck_jobs_attempts_counted"),
        sa.CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="ck_jobs_stopped_by_an_incident"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_jobs_run",
        "jobs",
        ["run_us"],
        sqlite_where=sa.text("run_us IS NOT NULL"),
        postgresql_where=sa.text("run_us IS NOT NULL"),
    )
