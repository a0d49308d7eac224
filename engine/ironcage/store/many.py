"""The hot statements that write, as PostgreSQL executes them for many rows at once: columns of values become rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, Integer, LargeBinary, Text

from ironcage.store import marks, statements, tables, traffic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, Table

ERA = "(SELECT stats_reset::text FROM pg_stat_bgwriter)"
"""Since when the server keeps its statistics, which it loses when it crashes."""
_TYPES: tuple[tuple[type[object], str], ...] = (
    (BigInteger, "int8"),
    (Integer, "int4"),
    (LargeBinary, "bytea"),
    (Text, "text"),
)


class Set(NamedTuple):
    """A statement for many rows."""

    sql: str
    types: tuple[str, ...]
    """Of what type the elements of its arrays are, by the names of PostgreSQL."""


def _set(sql: str, columns: Iterable[Column[object]]) -> Set:
    """Return *sql* with the parameters of its ``unnest``, an array for each of *columns*."""
    types = tuple(next(name for kind, name in _TYPES if isinstance(column.type, kind)) for column in columns)
    return Set(sql.format(", ".join(f"?::{name}[]" for name in types)), types)


def _added(table: Table, on_conflict: str = "") -> Set:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return _set(f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({{}}){on_conflict}", table.columns)


def _dropped(table: Table) -> Set:
    return _set(
        f"DELETE FROM {table.name} AS kept USING unnest({{}}) AS gone (part, case_id, wait) "
        "WHERE kept.part = gone.part AND kept.case_id = gone.case_id AND kept.wait = gone.wait",
        table.primary_key.columns,
    )


_CLOSED = ("status", "actor", "closed_us", "part", "case_id", "wait")
_MOVED = ("status", "seq", "head", "state", "wake_us", "closed_us", "incident", "part", "id", "seq")
_MOVE_CASES = _set(
    "UPDATE cases SET status = new.status, seq = new.seq, head = new.head, state = new.state, wake_us = new.wake_us, "
    "closed_us = new.closed_us, incident = new.incident "
    "FROM unnest({}) AS new (status, seq, head, state, wake_us, closed_us, incident, part, id, expected) "
    "WHERE cases.part = new.part AND cases.id = new.id AND cases.seq = new.expected",
    (tables.cases.c[name] for name in _MOVED),
)
_CLOSE_TASKS = _set(
    "UPDATE tasks SET status = new.status, actor = coalesce(new.actor, tasks.actor), closed_us = new.closed_us "
    "FROM unnest({}) AS new (status, actor, closed_us, part, case_id, wait) "
    "WHERE tasks.part = new.part AND tasks.case_id = new.case_id AND tasks.wait = new.wait",
    (tables.tasks.c[name] for name in _CLOSED),
)


def _given(sql: str, *values: str) -> str:
    """Return *sql* with *values* in the place of its parameters."""
    for value in values:
        sql = sql.replace("?", value, 1)
    return sql


_CASE = _given(statements.CASE_BY_KEY, "about.part", "about.process", "about.key")
_TASK = _given(statements.TASK, "found.part", "found.id", "about.wait")
FORESEEN = _set(
    "SELECT nth, found.*, task.* FROM unnest({}) WITH ORDINALITY AS about (part, process, key, wait, nth) "
    f"LEFT JOIN LATERAL ({_CASE} FOR UPDATE) AS found ON true LEFT JOIN LATERAL ({_TASK} FOR UPDATE) AS task ON true",
    (tables.cases.c.part, tables.cases.c.process, tables.cases.c.key, tables.tasks.c.wait),
)
"""Cases and tasks of which part, process, key and wait are named, each looked up by itself and both locked: who waited
for somebody else sees them as they are then, and not as they were when the statement began."""

SETS = {
    statements.ADD_CASE: _added(tables.cases),
    statements.MOVE_CASE: _MOVE_CASES,
    statements.ADD_EVENT: _added(tables.events),
    statements.ADD_PAYLOAD: _added(tables.payloads),
    statements.ADD_TASK: _added(tables.tasks),
    statements.CLOSE_TASK: _CLOSE_TASKS,
    statements.ADD_TIMER: _added(tables.timers),
    statements.DROP_TIMER: _dropped(tables.timers),
    statements.ADD_JOB: _added(tables.jobs),
    statements.DROP_JOB: _dropped(tables.jobs),
    statements.ADD_SUBSCRIPTION: _added(traffic.subscriptions),
    statements.DROP_SUBSCRIPTION: _dropped(traffic.subscriptions),
    statements.ADD_CALL: _added(traffic.calls),
    statements.DROP_CALL: _dropped(traffic.calls),
    statements.ADD_SENDING: _added(traffic.outbox),
    statements.ADD_MARK: _added(marks.marks, statements.ADD_MARK[statements.ADD_MARK.index(" ON CONFLICT") :]),
}
"""By the statement for one row: what takes an array for each of its parameters, in their order."""


def at_once(shape: Sequence[tuple[str, int]]) -> str:
    """Return one statement that executes several, each for a number of rows; it answers how many rows each changed.

    Last it answers the number of its transaction and, where it adds no event, since when the server keeps its
    statistics. Its parameters are those of each row, one after the other; where the
    number of rows is 0, the arrays of a set.
    """
    parts: list[str] = []
    counts: list[str] = []
    for sql, rows in shape:
        names = [f"w{len(parts) + nth}" for nth in range(rows or 1)]
        parts += [f"{name} AS ({sql if rows else SETS[sql].sql} RETURNING 1)" for name in names]
        counts.append(" + ".join(f"(SELECT count(*) FROM {name})" for name in names))
    era = "NULL" if any(sql is statements.ADD_EVENT for sql, _ in shape) else ERA
    return f"WITH {', '.join(parts)} SELECT {', '.join(counts)}, pg_current_xact_id()::text, {era}"
