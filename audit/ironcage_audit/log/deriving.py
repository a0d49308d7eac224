"""From the events of one case to its rows in every view."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from ironcage.clock import micros
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of
from ironcage_audit.log.migrated import as_now, is_migration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ironcage_audit.log.entries import LogCase, LogEvent

Row = tuple[object, ...]

_OPENING = ("schedule", "start")
_ENDING = ("complete", "withdraw")
_TAKING = ("assign", "release")
_CLOSING = ("complete", "pi_abort")


def rows(case: LogCase, events: Sequence[LogEvent]) -> Iterator[tuple[str, Row]]:
    """Yield each row of the case as (view, row); *events* are those of the reading, in order, at least one.

    A row of ``ev`` has one value more than its view has columns: the digest, which no rule may read.
    """
    case_id = case.id
    case, events = as_now(case, events)
    for event in events:
        yield "ev", (case_id, *event[:18], event.digest)
    closed = _closing(case, events)
    yield "cases", _case_row(case, events, closed)
    activities = [event for event in events if event.kind == "activity"]
    for row in _work_rows(case_id, activities, closed):
        yield "work", row
    for row in _pair_rows(case_id, activities):
        yield "df_pairs", row
    for row in _attribute_rows(case_id, events):
        yield "attr", row


def _closing(case: LogCase, events: Sequence[LogEvent]) -> tuple[int, int, str] | None:
    """Return when, by which event and how the case was closed, or None while it is open."""
    for event in reversed(events):
        if event.kind == "case" and event.transition in _CLOSING:
            return event.t_us, event.seq, event.transition
    return None if case.closed_us is None else (case.closed_us, events[-1].seq, "complete")


def _case_row(case: LogCase, events: Sequence[LogEvent], closed: tuple[int, int, str] | None) -> Row:
    of_case = [event for event in events if event.kind == "case"]
    opening = next((event for event in of_case if event.transition == "start"), None)
    opening = opening or min(events, key=lambda event: (event.t_us, event.seq))
    due = next((event.due_us for event in reversed(of_case) if event.due_us is not None), None)
    channel = next((event.channel for event in events if event.channel is not None), None)
    closed_us, closed_seq, outcome = closed or (None, None, None)
    return (
        case.id, case.process, case.key, case.version, case.origin, opening.t_us, closed_us, outcome, due, channel,
        opening.seq, closed_seq,
    )  # fmt: skip


def _work_rows(case_id: str, activities: Iterable[LogEvent], closed: tuple[int, int, str] | None) -> Iterator[Row]:
    executions: dict[tuple[str, int], list[LogEvent]] = {}
    for event in activities:
        executions.setdefault((event.element, event.execution), []).append(event)
    for (element, execution), events in executions.items():
        end = next((event for event in reversed(events) if event.transition in _ENDING), None)
        # What a case leaves unfinished ends with it at the latest.
        ended = (end.t_us, end.transition, end.seq) if end else (closed[0], "withdraw", closed[1]) if closed else None
        taken = next((event for event in reversed(events) if event.transition in _TAKING), None)
        claim = taken if taken and taken.transition == "assign" else None
        doer = end.actor if end and end.actor is not None else claim.actor if claim else None
        yield (
            case_id,
            element,
            execution,
            doer,
            _last(event.role for event in events),
            _last(event.unit for event in events),
            next((event.t_us for event in events if event.transition in _OPENING), None),
            claim.t_us if claim else None,
            _last(event.due_us for event in events),
            *((ended[0], ended[1], events[0].seq, ended[2]) if ended else (None, None, events[0].seq, None)),
        )


def _last(values: Iterable[str | int | None]) -> str | int | None:
    found = None
    for value in values:
        found = found if value is None else value
    return found


def _pair_rows(case_id: str, activities: Iterable[LogEvent]) -> Iterator[Row]:
    done = sorted(
        (event for event in activities if event.transition == "complete"), key=lambda event: (event.t_us, event.seq)
    )
    for first, second in pairwise(done):
        yield case_id, first.element, second.element, first.seq, second.seq, second.t_us - first.t_us


def _attribute_rows(case_id: str, events: Iterable[LogEvent]) -> Iterator[Row]:
    latest: dict[str, tuple[object, int]] = {}
    for event in events:
        # What the record says of itself, an erasure or a migration, is no data of the case.
        if event.facts is not None and event.kind != "record" and not is_migration(event):
            for name, value in json.loads(event.facts, parse_float=_Digits, parse_int=_Digits).items():
                latest[name] = value, event.seq
    for name, (value, seq) in latest.items():
        yield case_id, name, *_as_columns(value), seq


class _Digits(str):
    """A number as it is written."""

    __slots__ = ()


def _as_columns(value: object) -> tuple[str | None, int | None]:
    """Return the text of one audit field, and the whole number it stands for if it does."""
    if value is None:
        return None, None
    if isinstance(value, bool):
        return ("true", 1) if value else ("false", 0)
    if isinstance(value, _Digits):
        return str(value), int(value) if value.lstrip("-").isdigit() and len(value) < 19 else None
    if isinstance(value, str):
        return value, None
    if isinstance(value, dict) and len(value) == 1:
        (tag, content), *_ = value.items()
        if isinstance(content, str):
            return content, _temporal(tag, content)
    return json.dumps(value, ensure_ascii=False), None


def _temporal(tag: str, content: str) -> int | None:
    """Return an instant or a duration in microseconds, a date as 20110701, months as their count."""
    match tag:
        case "$datetime":
            when = datetime_of(content)
            return micros(when) if when.tzinfo else None
        case "$date":
            day = date_of(content)
            return day.year * 10_000 + day.month * 100 + day.day
        case "$duration":
            length = duration_of(content)
            return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds
        case "$months":
            return months_of(content).count
        case _:
            return None
