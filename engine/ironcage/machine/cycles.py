"""Timers that come again: a recurring interval of ISO 8601, or cron.

    R3/PT10S                           three times, ten seconds after the timer was armed and after one another
    R/2026-01-01T09:00:00+08:00/P1D    every day from that instant on, without end (``R-1`` says the same)
    R5/PT1H/2026-01-01T09:00:00        five times, the last at that instant, an hour between them
    R/2026-01-01T09:00/2026-01-01T10:00   every hour from the first of the two on
    0 9 * * MON-FRI                    cron, see ``ironcage.machine.cron``

Every instant is computed from the one before it, never from when the machine woke up, so that nothing drifts. What was
before the timer was armed does not happen any more, but the last instant of all always does, as that of a date that
has passed. Years, months, weeks and days are those of the calendar, at the same time of the day, unless a part of a
day stands beside them; an instant without an offset is meant in the zone of the process.

Source: BPMN 2.0.2, table 10.101; ISO 8601-1:2019, 5.6.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from ironcage.clock import instant, micros
from ironcage.feel.temporal import months_later
from ironcage.machine.cron import Cron
from ironcage.values.temporal import date_of, datetime_of

if TYPE_CHECKING:
    from ironcage.clock import Micros

_RECURRING = re.compile(r"R(-1|[0-9]{0,9})/([^/]+)(?:/([^/]+))?", re.ASCII)
_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,7})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,10})M)?(?:([0-9]{1,12})(?:[.,]([0-9]{1,9}))?S)?)?",
    re.ASCII,
)
_SECONDS_MISSING = re.compile(r"(T[0-9]{2}:[0-9]{2})(?![:0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """How far one instant of a cycle is from the next: longer than nothing."""

    months: int
    rest: timedelta
    by_calendar: bool
    """Whether *rest* is whole days of the calendar, not hours that have passed."""

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Return the interval *text* writes.

        Raises:
            ValueError: it writes none, or one that is not longer than nothing.
        """
        found = _DURATION.fullmatch(text)
        if not found:
            raise ValueError(text)
        years, months, weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[:7])
        fraction = int((found[8] or "")[:6].ljust(6, "0"))
        rest = timedelta(days, seconds, fraction, 0, minutes, hours, weeks)
        if not rest and not years and not months:
            raise ValueError(text)
        return cls(years * 12 + months, rest, "T" not in text)

    def after(self, at: datetime, times: int) -> datetime:
        """Return the instant *times* intervals after *at*, before it if negative; *at* has a zone.

        Raises:
            ValueError, OverflowError: no calendar knows it.
        """
        later = months_later(at, self.months * times) if self.months else at
        if self.by_calendar:
            return later + self.rest * times
        return (later.astimezone(UTC) + self.rest * times).astimezone(later.tzinfo)

    def shortest(self) -> Micros:
        """Return no more than it ever lasts: a month has 28 days, the clocks may go forward by two hours."""
        spare = timedelta(hours=2) if self.by_calendar else timedelta()
        return (timedelta(days=28) * self.months + self.rest - spare) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurring interval; *count* None for without end, at most one of *start* and *end*."""

    count: int | None
    interval: Interval
    start: datetime | None = None
    end: datetime | None = None

    def first(self, armed: Micros, zone: tzinfo) -> tuple[Micros, int | None]:
        """Return the first instant not before *armed*, and how many come after it."""
        most = None if self.count is None else self.count - 1
        if self.end:
            left = self._still_to_come(_placed(self.end, zone), armed)
            left = left if most is None else min(left, most)
            return micros(self.interval.after(_placed(self.end, zone), -left)), left
        if self.start:
            index = self._passed(_placed(self.start, zone), armed)
            index = index if most is None else min(index, most)
            due = micros(self.interval.after(_placed(self.start, zone), index))
            return due, None if most is None else most - index
        return micros(self.interval.after(instant(armed).astimezone(zone), 1)), most

    def next(self, due: Micros, remaining: int | None, zone: tzinfo) -> tuple[Micros, int | None]:
        """Return the instant after *due*, and how many come after that."""
        left = None if remaining is None else remaining - 1
        if self.end:
            assert left is not None, "what has an end is counted"
            return micros(self.interval.after(_placed(self.end, zone), -left)), left
        if self.start:
            start = _placed(self.start, zone)
            return micros(self.interval.after(start, self._passed(start, due + 1))), left
        return micros(self.interval.after(instant(due).astimezone(zone), 1)), left

    def _passed(self, start: datetime, at: Micros) -> int:
        """Return how many instants from *start* on are before *at*."""
        most = max(0, (at - micros(start)) // self.interval.shortest() + 1)
        return bisect_left(range(most), at, key=lambda index: micros(self.interval.after(start, index)))

    def _still_to_come(self, end: datetime, at: Micros) -> int:
        """Return how many instants before *end* are not before *at*."""
        most = max(0, (micros(end) - at) // self.interval.shortest() + 1)
        found = bisect_right(range(most), -at, key=lambda index: -micros(self.interval.after(end, -index)))
        return max(0, found - 1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """When a timer that comes again is due."""

    rule: Recurrence | Cron

    @classmethod
    def parse(cls, text: str) -> Cycle:
        """Return the cycle *text* writes.

        Raises:
            ValueError: it writes none, or one that never comes.
        """
        return _parsed(text.strip())

    def first(self, armed: Micros, zone: tzinfo) -> tuple[Micros, int | None]:
        """Return when a timer armed at *armed* is due first, and how often after that; None for without end.

        Raises:
            ValueError: that is beyond the last year a calendar here knows.
        """
        try:
            return self.rule.first(armed, zone)
        except OverflowError as error:
            raise ValueError(str(error)) from error

    def next(self, due: Micros, remaining: int | None, zone: tzinfo) -> tuple[Micros, int | None] | None:
        """Return when the timer that was due at *due* is due again, and how often after that; None if never."""
        if remaining == 0:
            return None
        try:
            return self.rule.next(due, remaining, zone)
        except (OverflowError, ValueError):
            return None  # beyond the last year a calendar here knows


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Cycle:
    if not text.startswith("R"):
        return Cycle(Cron.parse(text))
    found = _RECURRING.fullmatch(text)
    if not found:
        raise ValueError(text)
    repetitions, one, other = found.groups()
    count = None if repetitions in {"", "-1"} else int(repetitions)
    if count == 0:
        raise ValueError(text)
    if one.startswith("P"):
        return Cycle(Recurrence(count, Interval.parse(one), end=_moment(other) if other else None))
    if other is None:
        raise ValueError(text)
    start = _moment(one)
    if other.startswith("P"):
        return Cycle(Recurrence(count, Interval.parse(other), start))
    end = _moment(other)
    if (start.tzinfo is None) != (end.tzinfo is None) or end <= start:
        raise ValueError(text)
    return Cycle(Recurrence(count, Interval(0, end - start, by_calendar=False), start))


def _moment(text: str) -> datetime:
    if "T" not in text:
        return datetime.combine(date_of(text), time.min)
    return datetime_of(_SECONDS_MISSING.sub(r"\1:00", text))


def _placed(at: datetime, zone: tzinfo) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=zone)
