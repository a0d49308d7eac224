"""Cron: five fields for minute, hour, day of the month, month, and day of the week.

    field            values            names
    minute           0-59
    hour             0-23
    day of month     1-31
    month            1-12              JAN-DEC
    day of week      0-7 (0, 7: Sunday)   SUN-SAT

A field is ``*``, a value, a range ``9-17``, any of them with a step (``*/15``, ``9-17/2``, ``5/10`` for from five on),
or a list of these. Where both the day of the month and the day of the week are restricted, either will do.

When the clocks change, what is meant for an hour that is left out comes as soon as it is over, and what is meant for
an hour that comes twice comes the first time; but a minute of every hour follows the hours as they pass.

Source: POSIX.1-2017, crontab; cron(8) of Vixie and Debian for steps, names and changes of the clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from ironcage.clock import instant, micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_PART = re.compile(r"(\*|[A-Z]{3}|[0-9]{1,2})(?:-([A-Z]{3}|[0-9]{1,2}))?(?:/([0-9]{1,2}))?", re.ASCII)
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST_WAIT = 366 * 8 + 366
"""Days: from one 29 February to the next, where a century has none; and a year for what falls on a day of the week."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A rule of cron that comes at some time."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """Monday is 0."""
    every_hour: bool
    either: bool
    """Whether a day of the month or a day of the week will do, and not both are needed."""

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Return the rule *text* writes.

        Raises:
            ValueError: it writes none, or one that never comes.
        """
        fields = text.upper().split()
        if len(fields) != 5:
            raise ValueError(text)
        minutes, hours, days, months, weekdays = fields
        found = cls(
            minutes=_values(minutes, 0, 59),
            hours=_values(hours, 0, 23),
            days=frozenset(_values(days, 1, 31)),
            months=frozenset(_values(months, 1, 12, _MONTHS)),
            weekdays=frozenset((day - 1) % 7 for day in _values(weekdays, 0, 7, _DAYS)),
            every_hour=hours.startswith("*"),
            either=not days.startswith("*") and not weekdays.startswith("*"),
        )
        if not found.either and not any(min(found.days) <= _LONGEST_MONTHS[month - 1] for month in found.months):
            raise ValueError(text)
        return found

    def first(self, armed: Micros, zone: tzinfo) -> tuple[Micros, None]:
        """Return the first instant after *armed*; there is no last one.

        Raises:
            ValueError, OverflowError: that is beyond the last year a calendar knows.
        """
        return self.next(armed, None, zone)

    def next(self, due: Micros, remaining: int | None, zone: tzinfo) -> tuple[Micros, None]:  # noqa: ARG002 - as Recurrence
        """Return the first instant after *due*; there is no last one.

        Raises:
            ValueError, OverflowError: that is beyond the last year a calendar knows.
        """
        after = instant(due)
        # A day earlier: what the clocks left out at its end may still be to come.
        day = after.astimezone(zone).date() - timedelta(days=1)
        for _ in range(_LONGEST_WAIT):
            if self._is_on(day.month, day.day, day.weekday()):
                found = self._on(datetime.combine(day, time.min), after, zone)
                if found:
                    return micros(found), None
            day += timedelta(days=1)
        raise ValueError("no such day")

    def _is_on(self, month: int, day: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        if self.either:
            return day in self.days or weekday in self.weekdays
        return day in self.days and weekday in self.weekdays

    def _on(self, midnight: datetime, after: datetime, zone: tzinfo) -> datetime | None:
        """Return the first instant of a day that is after *after*."""
        local = after.astimezone(zone).replace(tzinfo=None)
        found: list[datetime] = []
        for hour in self.hours:
            # An hour is three hours away from where the clocks have changed, at the most.
            if midnight.replace(hour=hour) + timedelta(hours=4) < local:
                continue
            for minute in self.minutes:
                clock = midnight.replace(hour=hour, minute=minute)
                found += (at for at in self._instants(clock, zone) if at > after)
            if found and midnight.replace(hour=hour) > min(found).astimezone(zone).replace(tzinfo=None) + timedelta(
                hours=3
            ):
                break
        return min(found, default=None)

    def _instants(self, clock: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Yield when the clock shows *clock*: twice, once or never; and once when it never does."""
        earlier, later = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if earlier <= later:
            yield earlier
            if earlier < later and self.every_hour:
                yield later
        elif not self.every_hour:
            yield _gap_end(later, earlier, zone)


def _gap_end(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return when the clocks go forward, to the minute, which is between *before* and *after*."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // timedelta(minutes=2) * timedelta(minutes=1)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _values(field: str, least: int, most: int, names: list[str] | None = None) -> tuple[int, ...]:
    found: set[int] = set()
    for part in field.split(","):
        said = _PART.fullmatch(part)
        if not said:
            raise ValueError(field)
        low, high, step = said.groups()
        if low == "*":
            if high:
                raise ValueError(field)
            start, stop = least, most
        else:
            start = _value(low, least, names)
            stop = _value(high, least, names) if high else (most if step else start)
        if not least <= start <= stop <= most or step == "0":
            raise ValueError(field)
        found.update(range(start, stop + 1, int(step or 1)))
    return tuple(sorted(found))


def _value(text: str, least: int, names: list[str] | None) -> int:
    if text.isdigit():
        return int(text)
    if names is None or text not in names:
        raise ValueError(text)
    return names.index(text) + least
