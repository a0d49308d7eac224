"""Reading the cases of a store for a log, and the findings it keeps."""

from __future__ import annotations

import json
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, func, select

from ironcage.operations.archive.bundle import bundles
from ironcage.store import tables as engine
from ironcage_audit.findings.finding import Evidence, Finding
from ironcage_audit.log import LogCase, LogEvent, Separation, Step
from ironcage_audit.rules import Severity
from ironcage_audit.store.tables import finding_states, findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from ironcage.clock import Micros
    from ironcage.operations.archive.bundle import Bundle

_BATCH = 10_000
_Placed: TypeAlias = "tuple[tuple[int, bytes], LogCase, list[LogEvent]]"
"""A case with its events, and by what it is ordered."""
_OF_CASE = ("part", "id", "process", "key", "version", "origin", "closed_us")
_OF_EVENT = (
    "seq", "kind", "transition", "element", "execution", "actor", "role", "unit", "happened_us", "recorded_us",
    "local_day", "local_weekday", "local_hour", "due_us", "channel", "latitude_e7", "longitude_e7", "crs", "facts",
    "digest", "definition",
)  # fmt: skip


def cases(connection: Connection, archives: Sequence[Path] = ()) -> Iterator[tuple[LogCase, list[LogEvent]]]:
    """Yield every case with its events, ordered by part, id and sequence number.

    Those that lie in *archives* are among them, at the place that they had before.
    """
    archived = (_archived(connection, bundle) for folder in archives for bundle in bundles(folder))
    for _, case, events in merge(_stored(connection), *archived, key=itemgetter(0)):
        yield case, events


def left_out(connection: Connection, archives: Sequence[Path] = ()) -> int:
    """Return how many cases lie in archives other than *archives*."""
    table = engine.cases.c
    read = [bundle.name for folder in archives for bundle in bundles(folder)]
    query = select(func.count()).select_from(engine.cases)
    return connection.scalar(query.where(table.archive.is_not(None), table.archive.not_in(read))) or 0


def _archived(connection: Connection, bundle: Bundle) -> Iterator[_Placed]:
    """Yield the cases of *bundle* that the database says are there."""
    table = engine.cases.c
    query = select(*(table[name] for name in _OF_CASE)).where(
        table.archive == bundle.name, table.part.between(*bundle.manifest.parts)
    )
    known = {
        (row.part, row.id): LogCase(row.process, row.key, row.version, row.origin, row.closed_us)
        for row in connection.execute(query)
    }
    names = engine.events.c.keys()
    of_event = itemgetter(*(names.index(name) for name in _OF_EVENT))
    for row, events, _ in bundle.recorded():
        place = (row.part, row.case) if row else None
        if place in known and events:
            yield place, known[place], [LogEvent._make(of_event(event)) for event in events]


def _stored(connection: Connection) -> Iterator[_Placed]:
    query = (
        select(*(engine.cases.c[name] for name in _OF_CASE), *(engine.events.c[name] for name in _OF_EVENT))
        .join_from(
            engine.cases,
            engine.events,
            and_(engine.events.c.part == engine.cases.c.part, engine.events.c.case_id == engine.cases.c.id),
        )
        .order_by(engine.cases.c.part, engine.cases.c.id, engine.events.c.seq)
    )
    rows = connection.execution_options(yield_per=_BATCH).execute(query)
    width = len(_OF_CASE)
    for _, of_case in groupby(rows, key=lambda row: row[:2]):
        events = list(of_case)
        case = LogCase(*events[0][2:width])
        yield (events[0].part, events[0].id), case, [LogEvent(*row[width:]) for row in events]


def steps(connection: Connection) -> Iterator[Step]:
    """Yield the elements of every version of every definition."""
    table = engine.definition_steps.c
    columns = (table.process, table.version, table.element, table.kind, table.name, table.lane, table.mandatory)
    for row in connection.execute(select(*columns)):
        yield Step(*row)


def separations(connection: Connection) -> Iterator[Separation]:
    """Yield the pairs of activities that must not share an actor."""
    table = engine.definition_separations.c
    for row in connection.execute(select(table.process, table.version, table.element, table.other)):
        yield Separation(*row)


def kept_findings(connection: Connection) -> list[Finding]:
    """Return every finding ever made, earliest first."""
    query = select(findings).order_by(findings.c.occurred_us, findings.c.rule, findings.c.fingerprint)
    return [_finding(row) for row in connection.execute(query)]


def states(connection: Connection, fingerprint: str) -> list[tuple[str, Micros, str | None, str | None]]:
    """Return the life of a finding so far: state, instant, by whom and why, in order."""
    table = finding_states.c
    query = select(table.state, table.at_us, table.actor, table.reason).where(
        table.part == part_of(fingerprint), table.fingerprint == bytes.fromhex(fingerprint)
    )
    return [(row.state, row.at_us, row.actor, row.reason) for row in connection.execute(query.order_by(table.number))]


def latest_event(connection: Connection) -> Micros | None:
    """Return when the latest event happened, or None for an empty store."""
    latest: Micros | None = connection.scalar(select(func.max(engine.events.c.happened_us)))
    return latest


def has_own_cases(connection: Connection) -> bool:
    """Return whether a case was run here; the others come from a log."""
    own = select(engine.cases.c.id).where(engine.cases.c.origin == "engine").limit(1)
    return connection.execute(own).first() is not None


def part_of(fingerprint: str) -> int:
    """Return the bucket of a finding: the first ten bits of its fingerprint."""
    return int(fingerprint[:4], 16) >> 6


def _finding(row: Row[Any]) -> Finding:
    return Finding(
        rule=row.rule,
        rule_version=row.rule_version,
        fingerprint=row.fingerprint.hex(),
        severity=Severity(row.severity),
        subject=row.subject,
        occurrence=row.occurrence,
        occurred_us=row.occurred_us,
        case=f"{row.process}/{row.key}",
        element=row.element,
        definition=row.definition,
        evidence=tuple(Evidence(*each) for each in json.loads(row.evidence)),
        measured=json.loads(row.measured),
        is_new=False,
    )
