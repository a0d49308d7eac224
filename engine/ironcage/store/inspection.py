"""What a check of the database asks: whether the file is sound, what refers to nothing, and the rows of waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    MetaData,
    Table,
    and_,
    bindparam,
    cast,
    exists,
    func,
    inspect,
    literal,
    null,
    select,
    union_all,
)

from ironcage.store.rows import StoredCase
from ironcage.store.tables import cases, jobs, metadata, tasks, timers
from ironcage.store.traffic import calls, subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select

    from ironcage.clock import Micros

_STREAMED = {"yield_per": 1000}
_MOST_REASONS = 100


_CASES = select(cases).where(cases.c.part == bindparam("here")).order_by(cases.c.id)
_OF_WAITS = (tasks, timers, jobs, subscriptions, calls)


def _waits(where: Callable[[Table], Select[Any]]) -> CompoundSelect[Any]:
    """Return the rows of open waits in every table that has some, each chosen by *where*."""
    return union_all(
        *(
            where(table)
            .add_columns(
                table.c.case_id,
                literal(table.name).label("kept"),
                table.c.wait,
                (timers.c.at_us if table is timers else cast(null(), BigInteger)).label("at"),
            )
            .where(*([tasks.c.closed_us.is_(None)] if table is tasks else []))
            for table in _OF_WAITS
        )
    ).order_by("case_id", "kept", "wait")


def _owned(table: Table) -> ColumnElement[bool]:
    return and_(table.c.part == cases.c.part, table.c.case_id == cases.c.id)


_WAITS_IN = _waits(
    lambda table: select().join_from(cases, table, _owned(table)).where(cases.c.part == bindparam("here"))
)
_ORPHANS = _waits(lambda table: select().where(~exists().where(_owned(table))))


class WaitRow(NamedTuple):
    """That a table has a row for a wait of a case."""

    case: bytes
    table: str
    """``tasks`` (open ones), ``timers``, ``jobs``, ``subscriptions`` or ``calls``."""
    wait: int
    at: Micros | None
    """When a timer or a deadline is due; None for the others."""


class Dangling(NamedTuple):
    """Rows of a table that refer to rows of another one that are not there."""

    table: str
    other: str
    rows: int


def damage(connection: Connection) -> list[str]:
    """Return what the database itself finds wrong with how it is kept, in its words."""
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_REASONS})").scalars()
        return [reason for reason in said if reason != "ok"]
    invalid = connection.exec_driver_sql(
        "SELECT 'the index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid "
        "UNION ALL SELECT 'the constraint ' || conname || ' is not valid' FROM pg_constraint WHERE NOT convalidated"
    )
    return list(invalid.scalars())


def dangling(connection: Connection) -> Iterator[Dangling]:
    """Yield what refers to rows that are not there, for every foreign key of every table."""
    found, there = inspect(connection), MetaData()
    for name in sorted(found.get_table_names()):
        for key in found.get_foreign_keys(name):
            other = key["referred_table"]
            mine, theirs = (Table(each, there, autoload_with=connection) for each in (name, other))
            pairs = [
                (mine.c[here], theirs.c[far])
                for here, far in zip(key["constrained_columns"], key["referred_columns"], strict=True)
            ]
            refers = and_(*(here.is_not(None) for here, _ in pairs))
            met = exists().where(*(here == far for here, far in pairs))
            count = connection.scalar(select(func.count()).select_from(mine).where(refers, ~met)) or 0
            if count:
                yield Dangling(name, other, count)


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table of the engine has."""
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in sorted(metadata.tables.items())
    }


def cases_in(connection: Connection, part: int) -> Iterator[StoredCase]:
    """Yield the cases of a part by their ids."""
    for block in connection.execute(_CASES, {"here": part}, execution_options=_STREAMED).partitions():
        yield from (StoredCase(*row) for row in block)


def waits_in(connection: Connection, part: int) -> Iterator[WaitRow]:
    """Yield the rows of open waits of the cases of a part by the ids of their cases."""
    for block in connection.execute(_WAITS_IN, {"here": part}, execution_options=_STREAMED).partitions():
        yield from map(WaitRow._make, block)


def orphans(connection: Connection) -> Iterator[WaitRow]:
    """Yield the rows of open waits of cases that are not there."""
    for block in connection.execute(_ORPHANS, execution_options=_STREAMED).partitions():
        yield from map(WaitRow._make, block)
