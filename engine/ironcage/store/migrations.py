"""Migrations of running cases to another version of their process: what was asked for, and what became of each case.

They follow the rules of ``ironcage.store.tables``; a migration belongs to a process and not to a case: it has no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)

from ironcage.store.tables import TEXT, cases, events, jobs, metadata, tasks, timers
from ironcage.store.traffic import subscriptions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import BindParameter, Connection

    from ironcage.clock import Micros
    from ironcage.store.rows import WaitKey

migrations = Table(
    "migrations",
    metadata,
    Column("id", TEXT, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer, nullable=False),
    Column("elements", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("actor", TEXT),
    Column("begun_us", BigInteger, nullable=False),
    Column("done_us", BigInteger),
    Column("after_part", Integer, nullable=False),
    Column("after_case", LargeBinary, nullable=False),
    PrimaryKeyConstraint("id"),
    ForeignKeyConstraint(["process", "from_version"], ["definitions.process", "definitions.version"]),
    CheckConstraint("from_version <> to_version", name="to_another_version"),
    sqlite_with_rowid=False,
)

migration_cases = Table(
    "migration_cases",
    metadata,
    Column("part", Integer, nullable=False),
    Column("case_id", LargeBinary, nullable=False),
    Column("migration", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", LargeBinary),
    Column("digest", LargeBinary),
    Column("said", TEXT, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("part", "case_id", "migration"),
    CheckConstraint("outcome IN ('migrated', 'refused', 'undone')", name="outcome_known"),
    sqlite_with_rowid=False,
)
Index("ix_migration_cases_migration", migration_cases.c.migration, migration_cases.c.part, migration_cases.c.case_id)


class StoredMigration(NamedTuple):
    """A row of the table ``migrations``."""

    id: str
    process: str
    before: int
    """The version the cases came from."""
    after: int
    elements: str
    """What was said about elements, canonical JSON: ids of the new version by ids of the old one."""
    reason: str
    actor: str | None
    begun: Micros
    done: Micros | None
    """When every case had been looked at; None while it can be taken up again."""
    part: int = -1
    case: bytes = b""
    """The case looked at last; cases are taken in the order of part and id."""


class MigratedRow(NamedTuple):
    """A row of the table ``migration_cases``: what became of one case."""

    part: int
    case: bytes
    migration: str
    outcome: str
    """``migrated``, ``refused`` or ``undone``."""
    seq: int
    """How many events the case had afterwards."""
    before: bytes | None
    """Its state before; None where it was refused, and once its data were erased."""
    after: bytes | None
    """The SHA-256 of its state afterwards."""
    said: str
    """What changed, or why it was refused, as JSON."""
    at: Micros


def begin(connection: Connection, row: StoredMigration) -> None:
    """Insert a migration that begins now."""
    connection.execute(insert(migrations).values(row))


def find(connection: Connection, migration: str) -> StoredMigration | None:
    """Return the migration with the id, or None."""
    row = connection.execute(select(migrations).where(migrations.c.id == migration)).first()
    return StoredMigration(*row) if row else None


def unfinished(connection: Connection, process: str, before: int, after: int, elements: str) -> StoredMigration | None:
    """Return the migration between the two versions that was begun with the same mapping and is not done, or None."""
    of = migrations.c
    query = select(migrations).where(
        of.process == process, of.from_version == before, of.to_version == after, of.elements == elements
    )
    row = connection.execute(query.where(of.done_us.is_(None)).order_by(of.begun_us).limit(1)).first()
    return StoredMigration(*row) if row else None


def move_on(connection: Connection, row: StoredMigration, part: int, case: bytes) -> bool:
    """Note the case that is looked at last; return whether nobody else has noted another since *row* was read."""
    of = migrations.c
    here = (of.id == row.id) & (of.after_part == row.part) & (of.after_case == row.case)
    return connection.execute(update(migrations).where(here).values(after_part=part, after_case=case)).rowcount == 1


def finish(connection: Connection, migration: str, now: Micros) -> None:
    """Note that every case has been looked at."""
    connection.execute(update(migrations).where(migrations.c.id == migration).values(done_us=now))


def candidates(
    connection: Connection, process: str, version: int, part: int, case: bytes, limit: int
) -> list[tuple[int, bytes]]:
    """Return part and id of at most *limit* open cases of the version, in their order after the one given."""
    of = cases.c
    query = select(of.part, of.id).where(
        tuple_(of.part, of.id) > tuple_(part, case), of.process == process, of.version == version, of.status == "open"
    )
    return [(row.part, row.id) for row in connection.execute(query.order_by(of.part, of.id).limit(limit))]


def set_version(connection: Connection, moved: Sequence[tuple[int, bytes]], version: int) -> None:
    """Let the cases, by part and id, run on *version* from now on."""
    if moved:
        here = (cases.c.part == bindparam("of_part")) & (cases.c.id == bindparam("of_case"))
        rows = [{"of_part": part, "of_case": case} for part, case in moved]
        connection.execute(update(cases).where(here).values(version=version), rows)


_ROWS = {
    "task": tasks,
    "timer": timers,
    "deadline": timers,
    "job": jobs,
    "script": jobs,
    "message": subscriptions,
    "signal": subscriptions,
}


def rename(connection: Connection, kind: str, rows: Sequence[tuple[WaitKey, Mapping[str, object]]]) -> None:
    """Write what the model says of waits of one *kind* to their rows: the same columns of each.

    A wait for a called case has no row that names its element.
    """
    table = _ROWS.get(kind)
    if table is None or not rows:
        return
    of = table.c
    here = (of.part == bindparam("of_part")) & (of.case_id == bindparam("of_case")) & (of.wait == bindparam("of_wait"))
    values: dict[str, BindParameter[object]] = {name: bindparam(f"new_{name}") for name in rows[0][1]}
    given = [
        {"of_part": part, "of_case": case, "of_wait": wait} | {f"new_{name}": value for name, value in said.items()}
        for (part, case, wait), said in rows
    ]
    connection.execute(update(table).where(here).values(values), given)


def note(connection: Connection, rows: list[MigratedRow]) -> None:
    """Insert what became of cases."""
    if rows:
        connection.execute(
            insert(migration_cases), [dict(zip(migration_cases.c.keys(), row, strict=True)) for row in rows]
        )


def migrated(connection: Connection, migration: str, part: int, case: bytes, limit: int) -> list[MigratedRow]:
    """Return at most *limit* cases that the migration moved and that were not moved back, after the one given."""
    of = migration_cases.c
    query = select(migration_cases).where(
        of.migration == migration, tuple_(of.part, of.case_id) > tuple_(part, case), of.outcome == "migrated"
    )
    return [MigratedRow(*row) for row in connection.execute(query.order_by(of.part, of.case_id).limit(limit))]


def undone(connection: Connection, row: MigratedRow, now: Micros) -> None:
    """Note that the case was moved back; its state before is not needed any more."""
    of = migration_cases.c
    here = (of.part == row.part) & (of.case_id == row.case) & (of.migration == row.migration)
    connection.execute(update(migration_cases).where(here).values(outcome="undone", state=None, at_us=now))


def forget(connection: Connection, part: int, case: bytes) -> None:
    """Remove the states that were kept of the case, and what was said of them: its data are erased."""
    of = migration_cases.c
    mine = update(migration_cases).where(of.part == part, of.case_id == case)
    connection.execute(mine.values(state=None, said="[]"))


def counts(connection: Connection, migration: str) -> dict[str, int]:
    """Return how many cases each outcome has."""
    of = migration_cases.c
    query = select(of.outcome, func.count().label("many")).where(of.migration == migration).group_by(of.outcome)
    return {row.outcome: row.many for row in connection.execute(query)}


def begun(connection: Connection, part: int, case: bytes) -> dict[tuple[str, int], Micros]:
    """Return when each execution of an activity of the case began, and the case itself."""
    of = events.c
    query = select(of.element, of.execution, of.happened_us).where(
        of.part == part, of.case_id == case, of.kind.in_(("case", "activity")), of.transition.in_(("schedule", "start"))
    )
    return {(row.element, row.execution): row.happened_us for row in connection.execute(query.order_by(of.seq.desc()))}


def executed(connection: Connection, part: int, case: bytes) -> dict[str, int]:
    """Return how often each element of a case that has migrated before was executed; nothing of one that has not.

    Its state counts the elements of the version it runs on, and an earlier one may have had others.
    """
    mine = migration_cases.c
    before = select(mine.migration).where(mine.part == part, mine.case_id == case, mine.outcome != "refused").limit(1)
    if connection.execute(before).first() is None:
        return {}
    of = events.c
    query = select(of.element, func.max(of.execution).label("times")).where(of.part == part, of.case_id == case)
    return {row.element: row.times for row in connection.execute(query.group_by(of.element))}
