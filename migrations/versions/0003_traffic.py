"""What passes between cases: messages, signals, called cases; starts by events; scripts, follow-up dates and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that every database orders in the same way."""

revision = "0003"
down_revision = "0002"
compatible_from = "0001"

_CASES = (
    "part, id, process, key, version, origin, status, seq, head, state, wake_us, due_us, opened_us, closed_us, incident"
)
_TASKS = (
    "part, case_id, wait, process, key, element, execution, status, role, unit, assignee, actor, due_us, offered_us, "
    "claimed_us, closed_us"
)
_JOBS = "part, case_id, wait, service, element, execution, attempts, run_us, incident"


def upgrade() -> None:
    """Widen the tables of cases, tasks and jobs, and make those of what passes between cases.

    What the release before wrote stays as it is, and what it writes without the new columns is taken.
    """
    _widen("cases", _CASES, _cases, "ix_cases_wake")
    _widen("tasks", _TASKS, _tasks, "ix_tasks_open")
    _widen("jobs", _JOBS, _jobs, "ix_jobs_run")
    _subscriptions()
    _calls()
    _starts()
    _outbox()
    _messages()


def _widen(table: str, columns: str, make: Callable[[], None], index: str) -> None:
    """Make *table* anew, for SQLite can change neither a constraint nor the order of columns; its rows are kept."""
    op.drop_index(index, table)
    op.execute(f"CREATE TABLE {table}_before AS SELECT {columns} FROM {table}")  # noqa: S608
    op.drop_table(table)  # with the names of its constraints
    make()
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608
    op.drop_table(f"{table}_before")


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
        sa.Column("parent_part", sa.Integer),
        sa.Column("parent_id", sa.LargeBinary),
        sa.Column("parent_wait", sa.Integer),
        sa.Column("depth", sa.Integer, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("part", "id", name="pk_cases"),
        sa.UniqueConstraint("part", "process", "key", name="uq_cases_part_process_key"),
        sa.ForeignKeyConstraint(
            ["process", "version"], ["definitions.process", "definitions.version"], name="fk_cases_definitions"
        ),
        sa.CheckConstraint("part BETWEEN 0 AND 1023", name="ck_cases_part_in_range"),
        sa.CheckConstraint("origin IN ('engine', 'import')", name="ck_cases_origin_known"),
        sa.CheckConstraint(
            "status IN ('open', 'completed', 'terminated', 'failed', 'cancelled')", name="ck_cases_status_known"
        ),
        sa.CheckConstraint("seq >= 1", name="ck_cases_seq_positive"),
        sa.CheckConstraint("(status = 'open') = (closed_us IS NULL)", name="ck_cases_closed_when_over"),
        sa.CheckConstraint("(origin = 'engine') = (state IS NOT NULL)", name="ck_cases_state_of_the_engine"),
        sa.CheckConstraint("origin <> 'engine' OR version IS NOT NULL", name="ck_cases_version_of_the_engine"),
        sa.CheckConstraint("status = 'open' OR wake_us IS NULL", name="ck_cases_asleep_when_over"),
        sa.CheckConstraint("(depth = 0) = (parent_id IS NULL)", name="ck_cases_depth_of_the_called"),
        sa.CheckConstraint(
            "(parent_id IS NULL) = (parent_part IS NULL) AND (parent_id IS NULL) = (parent_wait IS NULL)",
            name="ck_cases_parent_whole",
        ),
        sqlite_with_rowid=False,
    )
    _indices_of_cases()


def _indices_of_cases() -> None:
    op.create_index(
        "ix_cases_wake",
        "cases",
        ["wake_us"],
        sqlite_where=sa.text("wake_us IS NOT NULL AND incident IS NULL"),
        postgresql_where=sa.text("wake_us IS NOT NULL AND incident IS NULL"),
    )
    op.create_index(
        "ix_cases_parent",
        "cases",
        ["parent_part", "parent_id"],
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
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
        sa.Column("follow_up_us", sa.BigInteger),
        sa.Column("form", TEXT),
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
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_jobs"),
        sa.CheckConstraint("kind IN ('service', 'script')", name="ck_jobs_kind_known"),
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


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("found", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("opened_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_subscriptions"),
        sa.CheckConstraint("kind IN ('message', 'signal')", name="ck_subscriptions_kind_known"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscriptions_name", "subscriptions", ["kind", "name", "found", "key", "opened_us", "case_id"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("case_id", sa.LargeBinary, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("part", "case_id", "wait", name="pk_calls"),
        sqlite_with_rowid=False,
    )


def _starts() -> None:
    op.create_table(
        "starts",
        sa.Column("process", TEXT, nullable=False),
        sa.Column("element", TEXT, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("due_us", sa.BigInteger),
        sa.Column("remaining", sa.Integer),
        sa.Column("incident", TEXT),
        sa.PrimaryKeyConstraint("process", "element", "number", name="pk_starts"),
        sa.ForeignKeyConstraint(
            ["process", "version"], ["definitions.process", "definitions.version"], name="fk_starts_definitions"
        ),
        sa.CheckConstraint("kind IN ('message', 'signal', 'timer')", name="ck_starts_kind_known"),
        sa.CheckConstraint("kind = 'timer' OR due_us IS NULL", name="ck_starts_due_of_a_timer"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_starts_name", "starts", ["kind", "name", "process"])
    op.create_index(
        "ix_starts_due",
        "starts",
        ["due_us"],
        sqlite_where=sa.text("due_us IS NOT NULL AND incident IS NULL"),
        postgresql_where=sa.text("due_us IS NOT NULL AND incident IS NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("sender", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("to_part", sa.Integer),
        sa.Column("to_case", sa.LargeBinary),
        sa.Column("to_wait", sa.Integer),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("run_us", sa.BigInteger),
        sa.Column("incident", TEXT),
        sa.PrimaryKeyConstraint("part", "sender", "seq", "number", name="pk_outbox"),
        sa.CheckConstraint(
            "kind IN ('message', 'seek', 'receive', 'begin', 'call', 'return', 'escalation', 'cancel')",
            name="ck_outbox_kind_known",
        ),
        sa.CheckConstraint("(to_part IS NULL) = (to_case IS NULL)", name="ck_outbox_receiver_whole"),
        sa.CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="ck_outbox_stopped_by_an_incident"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_outbox_run",
        "outbox",
        ["run_us", "sender", "seq", "number"],
        sqlite_where=sa.text("run_us IS NOT NULL"),
        postgresql_where=sa.text("run_us IS NOT NULL"),
    )
    op.create_index("ix_outbox_to", "outbox", ["to_part", "to_case"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sent_us", sa.BigInteger, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("to_part", sa.Integer),
        sa.Column("to_case", sa.LargeBinary),
        sa.Column("sender_part", sa.Integer),
        sa.Column("sender", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("part", "name", "sent_us", name="pk_messages"),
        sa.CheckConstraint("(to_part IS NULL) = (to_case IS NULL)", name="ck_messages_receiver_whole"),
        sa.CheckConstraint("(sender_part IS NULL) = (sender IS NULL)", name="ck_messages_sender_whole"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_messages_to", "messages", ["part", "name", "to_case", "sent_us"])
    op.create_index("ix_messages_key", "messages", ["part", "name", "to_case", "key", "sent_us"])
    op.create_index("ix_messages_sender", "messages", ["sender_part", "sender"])
    op.create_index("ix_messages_expires", "messages", ["expires_us"])
