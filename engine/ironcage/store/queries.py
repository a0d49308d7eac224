"""What may be asked of the database, each in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ironcage.record import CaseRow, Event, Payload, RecordedCase, grouped, subject_of
from ironcage.store.rows import StoredCase, StoredTask
from ironcage.store.sqlite import any_text
from ironcage.store.tables import cases, events, is_case_first, jobs, notices, payloads, tasks
from ironcage.store.traffic import outbox, starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, Connection, Executable, Row, Select, Table

_AT_A_TIME = 1000


def open_tasks(
    connection: Connection,
    role: str | None = None,
    unit: str | None = None,
    limit: int | None = None,
    processes: Sequence[str] = (),
) -> list[StoredTask]:
    """Return the open tasks of *role*, *unit* and *processes* (none for any), first due first, without a due last."""
    query = select(tasks).where(tasks.c.closed_us.is_(None))
    if role is not None:
        query = query.where(tasks.c.role == role)
    if unit is not None:
        query = query.where(tasks.c.unit == unit)
    if processes:
        query = query.where(tasks.c.process.in_(processes))
    order = (tasks.c.due_us.is_(None), tasks.c.due_us, tasks.c.offered_us, tasks.c.process, tasks.c.key, tasks.c.wait)
    return [StoredTask(*row) for row in connection.execute(query.order_by(*order).limit(limit))]


def tasks_of(connection: Connection, case: StoredCase) -> list[StoredTask]:
    """Return the tasks of the case, open and closed, in the order they were offered."""
    mine = (tasks.c.part == case.part) & (tasks.c.case_id == case.id)
    return [StoredTask(*row) for row in connection.execute(select(tasks).where(mine).order_by(tasks.c.wait))]


def called_by(connection: Connection, case: StoredCase) -> list[str]:
    """Return the names of the cases that the case called and that called each other from there, the nearest first."""
    found: list[str] = []
    callers = [(case.part, case.id)]
    while callers:
        part, parent = callers.pop(0)
        mine = (cases.c.parent_part == part) & (cases.c.parent_id == parent)
        for row in connection.execute(select(cases).where(mine).order_by(cases.c.process, cases.c.key)):
            called = StoredCase(*row)
            found.append(subject_of(called.process, called.key))
            callers.append((called.part, called.id))
    return found


def events_of(connection: Connection, case: StoredCase) -> list[Event]:
    """Return the events of the case in their order."""
    mine = (events.c.part == case.part) & (events.c.case_id == case.id)
    return [Event(*row) for row in connection.execute(select(events).where(mine).order_by(events.c.seq))]


def payloads_of(connection: Connection, case: StoredCase) -> list[Payload]:
    """Return the payloads of the case that have not been erased, in the order of their events."""
    mine = (payloads.c.part == case.part) & (payloads.c.case_id == case.id)
    return [Payload(*row) for row in connection.execute(select(payloads).where(mine).order_by(payloads.c.seq))]


def stopped_cases(connection: Connection) -> list[StoredCase]:
    """Return the cases whose wake-ups are stopped by an incident."""
    query = select(cases).where(cases.c.incident.is_not(None)).order_by(cases.c.process, cases.c.key)
    return [StoredCase(*row) for row in connection.execute(query)]


def stopped_jobs(connection: Connection) -> list[tuple[str, str, int, str, str]]:
    """Return process, key, wait, element and reason of the jobs that are stopped by an incident."""
    of = (cases.c.part == jobs.c.part) & (cases.c.id == jobs.c.case_id)
    query = select(cases.c.process, cases.c.key, jobs.c.wait, jobs.c.element, jobs.c.incident)
    stopped = (
        query.join_from(jobs, cases, of)
        .where(jobs.c.incident.is_not(None))
        .order_by(cases.c.process, cases.c.key, jobs.c.wait)
    )
    return [(row.process, row.key, row.wait, row.element, row.incident) for row in connection.execute(stopped)]


def stopped_notices(connection: Connection) -> list[tuple[str, str, str]]:
    """Return process, key and reason of the notices that are stopped by an incident."""
    of = (cases.c.part == notices.c.part) & (cases.c.id == notices.c.case_id)
    query = select(cases.c.process, cases.c.key, notices.c.incident).join_from(notices, cases, of)
    stopped = query.where(notices.c.incident.is_not(None)).order_by(cases.c.process, cases.c.key, notices.c.id)
    return [(row.process, row.key, row.incident) for row in connection.execute(stopped)]


def stopped_sendings(connection: Connection) -> list[tuple[str, str | None, str]]:
    """Return process, key and reason of what is stopped on its way: of the receiver where it is known, else the sender.

    What begins a case has no key yet.
    """
    receiver, sender = cases.alias("receiver"), cases.alias("sender")
    to = (receiver.c.part == outbox.c.to_part) & (receiver.c.id == outbox.c.to_case)
    of = (sender.c.part == outbox.c.part) & (sender.c.id == outbox.c.sender)
    query = (
        select(
            func.coalesce(receiver.c.process, sender.c.process, outbox.c.name).label("process"),
            func.coalesce(receiver.c.key, sender.c.key).label("key"),
            outbox.c.kind,
            outbox.c.name,
            outbox.c.incident,
        )
        .select_from(outbox.outerjoin(receiver, to).outerjoin(sender, of))
        .where(outbox.c.incident.is_not(None))
        .order_by(outbox.c.sender, outbox.c.seq, outbox.c.number)
    )
    rows = connection.execute(query)
    return [
        (row.name, None, row.incident) if row.kind == "begin" else (row.process, row.key, row.incident) for row in rows
    ]


def stopped_starts(connection: Connection) -> list[tuple[str, str, str]]:
    """Return process, element and reason of the timers that begin no case any more until somebody looks at them."""
    query = select(starts.c.process, starts.c.element, starts.c.incident).where(starts.c.incident.is_not(None))
    return [(row.process, row.element, row.incident) for row in connection.execute(query.order_by(*starts.primary_key))]


def record(connection: Connection) -> Iterator[RecordedCase]:
    """Yield everything that is recorded, case by case, holding one case in memory at a time; not what is archived."""
    with any_text(connection):
        yield from grouped(
            record_cases(connection),
            (Event._make(row) for row in _stream(connection, _ordered(connection, events))),
            (Payload._make(row) for row in _stream(connection, _ordered(connection, payloads))),
            case_first=is_case_first(connection.dialect),
        )


def record_cases(connection: Connection) -> Iterator[CaseRow]:
    """Yield what the table of cases says that the record must bear out, in the order of ``record``."""
    of = cases.c
    rows = select(of.part, of.id, of.process, of.key, of.origin, of.seq, of.head).where(of.archive.is_(None))
    rows = rows.order_by(*_place(connection, of.part, of.id))
    return (CaseRow._make(row) for row in _stream(connection, rows))


def _ordered(connection: Connection, table: Table) -> Select[Any]:
    return select(table).order_by(*_place(connection, table.c.part, table.c.case_id), table.c.seq)


def _place(connection: Connection, part: Column[Any], case: Column[Any]) -> tuple[Column[Any], Column[Any]]:
    return (case, part) if is_case_first(connection.dialect) else (part, case)


def _stream(connection: Connection, query: Executable) -> Iterator[Row[Any]]:
    for block in connection.execute(query, execution_options={"yield_per": _AT_A_TIME}).partitions():
        yield from block
