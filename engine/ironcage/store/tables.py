"""The tables of the engine, each invariant a named constraint of the database.

Instants are integers ending in ``_us``: microseconds since the epoch, UTC. ``part`` comes first in every key of a
case's rows, so that they lie together and can be spread over several servers. What grows with every step lies by the
case first on SQLite, which is one file for ever: ids begin with their instant, so that the cases of a day share pages
(``docs/decisions/0029-cases-of-a-day-share-pages.md``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
)
from sqlalchemy.ext.compiler import compiles

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect
    from sqlalchemy.sql.compiler import DDLCompiler

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that every database orders in the same way: by its bytes."""
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class CaseKey(PrimaryKeyConstraint):
    """The key of rows that grow with every step: part and case, and which of its rows; on SQLite case and part."""


@compiles(CaseKey, "sqlite")
def _case_first(key: CaseKey, compiler: DDLCompiler, **_: Any) -> str:
    part, case, *which = key.columns.keys()
    return f"CONSTRAINT {compiler.preparer.format_constraint(key)} PRIMARY KEY ({', '.join((case, part, *which))})"


def is_case_first(dialect: Dialect) -> bool:
    """Return whether rows that grow with every step lie by case, and not by part."""
    return dialect.name == "sqlite"


definitions = Table(
    "definitions",
    metadata,
    Column("process", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("title_zh", TEXT, nullable=False),
    Column("title_en", TEXT, nullable=False),
    Column("owner", TEXT, nullable=False),
    Column("deployed_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("process", "version"),
    CheckConstraint("version >= 1", name="version_positive"),
)

definition_files = Table(
    "definition_files",
    metadata,
    Column("process", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("process", "version", "name"),
    ForeignKeyConstraint(["process", "version"], ["definitions.process", "definitions.version"]),
)

definition_steps = Table(
    "definition_steps",
    metadata,
    Column("process", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("lane", TEXT),
    Column("mandatory", Integer, nullable=False),
    PrimaryKeyConstraint("process", "version", "element"),
    ForeignKeyConstraint(["process", "version"], ["definitions.process", "definitions.version"]),
    CheckConstraint("mandatory IN (0, 1)", name="mandatory_known"),
)

definition_separations = Table(
    "definition_separations",
    metadata,
    Column("process", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("other", TEXT, nullable=False),
    PrimaryKeyConstraint("process", "version", "element", "other"),
    ForeignKeyConstraint(["process", "version"], ["definitions.process", "definitions.version"]),
)

cases = Table(
    "cases",
    metadata,
    Column("part", Integer, nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("version", Integer),
    Column("origin", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("state", LargeBinary),
    Column("wake_us", BigInteger),
    Column("due_us", BigInteger),
    Column("opened_us", BigInteger, nullable=False),
    Column("closed_us", BigInteger),
    Column("incident", TEXT),
    Column("parent_part", Integer),
    Column("parent_id", LargeBinary),
    Column("parent_wait", Integer),
    Column("depth", Integer, server_default="0", nullable=False),
    Column("archive", TEXT, CheckConstraint("archive IS NULL OR closed_us IS NOT NULL", name="archived_when_over")),
    PrimaryKeyConstraint("part", "id"),
    UniqueConstraint("part", "process", "key"),
    ForeignKeyConstraint(["process", "version"], ["definitions.process", "definitions.version"]),
    CheckConstraint("part BETWEEN 0 AND 1023", name="part_in_range"),
    CheckConstraint("origin IN ('engine', 'import')", name="origin_known"),
    CheckConstraint("status IN ('open', 'completed', 'terminated', 'failed', 'cancelled')", name="status_known"),
    CheckConstraint("seq >= 1", name="seq_positive"),
    CheckConstraint("(status = 'open') = (closed_us IS NULL)", name="closed_when_over"),
    CheckConstraint("(origin = 'engine') = (state IS NOT NULL)", name="state_of_the_engine"),
    CheckConstraint("origin <> 'engine' OR version IS NOT NULL", name="version_of_the_engine"),
    CheckConstraint("status = 'open' OR wake_us IS NULL", name="asleep_when_over"),
    CheckConstraint("(depth = 0) = (parent_id IS NULL)", name="depth_of_the_called"),
    CheckConstraint(
        "(parent_id IS NULL) = (parent_part IS NULL) AND (parent_id IS NULL) = (parent_wait IS NULL)",
        name="parent_whole",
    ),
)
Index(
    "ix_cases_wake",
    cases.c.wake_us,
    sqlite_where=TextClause("wake_us IS NOT NULL AND incident IS NULL"),
    postgresql_where=TextClause("wake_us IS NOT NULL AND incident IS NULL"),
)

Index(
    "ix_cases_parent",
    cases.c.parent_part,
    cases.c.parent_id,
    sqlite_where=TextClause("parent_id IS NOT NULL"),
    postgresql_where=TextClause("parent_id IS NOT NULL"),
)

Index(
    "ix_cases_incident",
    cases.c.process,
    cases.c.key,
    sqlite_where=TextClause("incident IS NOT NULL"),
    postgresql_where=TextClause("incident IS NOT NULL"),
)

events = Table(
    "events",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("transition", TEXT, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("execution", Integer, nullable=False),
    Column("actor", TEXT),
    Column("role", TEXT),
    Column("unit", TEXT),
    Column("happened_us", BigInteger, nullable=False),
    Column("recorded_us", BigInteger),
    Column("local_day", Integer, nullable=False),
    Column("local_weekday", Integer, nullable=False),
    Column("local_hour", Integer, nullable=False),
    Column("due_us", BigInteger),
    Column("channel", TEXT),
    Column("latitude_e7", BigInteger),
    Column("longitude_e7", BigInteger),
    Column("crs", TEXT),
    Column("definition", TEXT),
    Column("facts", TEXT),
    Column("algorithm", Integer, nullable=False),
    Column("payload_digest", LargeBinary),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    CaseKey("part", "case_id", "seq"),
    CheckConstraint("seq >= 1", name="seq_positive"),
)

payloads = Table(
    "payloads",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    CaseKey("part", "case_id", "seq"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("execution", Integer, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("role", TEXT),
    Column("unit", TEXT),
    Column("assignee", TEXT),
    Column("actor", TEXT),
    Column("due_us", BigInteger),
    Column("offered_us", BigInteger, nullable=False),
    Column("claimed_us", BigInteger),
    Column("closed_us", BigInteger),
    Column("follow_up_us", BigInteger),
    Column("form", TEXT),
    CaseKey("part", "case_id", "wait"),
    CheckConstraint("status IN ('offered', 'claimed', 'completed', 'withdrawn')", name="status_known"),
    CheckConstraint("(status IN ('offered', 'claimed')) = (closed_us IS NULL)", name="closed_when_over"),
    CheckConstraint("status <> 'claimed' OR actor IS NOT NULL", name="claimed_by_somebody"),
)
Index(
    "ix_tasks_open",
    tasks.c.role,
    tasks.c.unit,
    tasks.c.due_us,
    sqlite_where=TextClause("closed_us IS NULL"),
    postgresql_where=TextClause("closed_us IS NULL"),
)

timers = Table(
    "timers",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    CaseKey("part", "case_id", "wait"),
    CheckConstraint("kind IN ('timer', 'deadline')", name="kind_known"),
    sqlite_with_rowid=False,
)

jobs = Table(
    "jobs",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("service", TEXT, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("execution", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_us", BigInteger),
    Column("incident", TEXT),
    Column("kind", TEXT, server_default="service", nullable=False),
    Column("earlier", Integer, server_default="0", nullable=False),
    Column("retries", Integer),
    Column("process", TEXT),
    PrimaryKeyConstraint("part", "case_id", "wait"),
    CheckConstraint("kind IN ('service', 'script', 'external')", name="kind_known"),
    CheckConstraint("attempts >= earlier AND earlier >= 0", name="attempts_counted"),
    CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="stopped_by_an_incident"),
    sqlite_with_rowid=False,
)
Index(
    "ix_jobs_run",
    jobs.c.run_us,
    sqlite_where=TextClause("kind <> 'external' AND run_us IS NOT NULL"),
    postgresql_where=TextClause("kind <> 'external' AND run_us IS NOT NULL"),
)
Index(
    "ix_jobs_incident",
    jobs.c.part,
    jobs.c.case_id,
    sqlite_where=TextClause("incident IS NOT NULL"),
    postgresql_where=TextClause("incident IS NOT NULL"),
)
Index(
    "ix_jobs_topic",
    jobs.c.service,
    jobs.c.run_us,
    sqlite_where=TextClause("kind = 'external' AND run_us IS NOT NULL"),
    postgresql_where=TextClause("kind = 'external' AND run_us IS NOT NULL"),
)
Index(
    "ix_jobs_topic_process",
    jobs.c.service,
    jobs.c.process,
    jobs.c.run_us,
    sqlite_where=TextClause("kind = 'external' AND run_us IS NOT NULL"),
    postgresql_where=TextClause("kind = 'external' AND run_us IS NOT NULL"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("wait", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("element", TEXT, nullable=False),
    Column("worker", TEXT),
    Column("began_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("outcome", TEXT),
    Column("error", TEXT),
    PrimaryKeyConstraint("part", "case_id", "wait", "attempt"),
    CheckConstraint("outcome IN ('done', 'thrown', 'failed', 'lost', 'withdrawn')", name="outcome_known"),
    CheckConstraint("(ended_us IS NULL) = (outcome IS NULL)", name="outcome_when_over"),
    sqlite_with_rowid=False,
)

notices = Table(
    "notices",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("webhook", TEXT, nullable=False),
    Column("occasion", TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_us", BigInteger),
    Column("incident", TEXT),
    PrimaryKeyConstraint("part", "case_id", "id"),
    CheckConstraint("attempts >= 0", name="attempts_counted"),
    CheckConstraint("(run_us IS NULL) = (incident IS NOT NULL)", name="stopped_by_an_incident"),
    sqlite_with_rowid=False,
)
Index(
    "ix_notices_run",
    notices.c.run_us,
    sqlite_where=TextClause("run_us IS NOT NULL"),
    postgresql_where=TextClause("run_us IS NOT NULL"),
)
