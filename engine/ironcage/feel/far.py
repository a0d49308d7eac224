"""Dates outside the years 1 to 9999, as FEEL has them: they can be reckoned with, but are no case data.

The calendar repeats itself every 400 years, weekdays included. So a far date is an ordinary date of the years 2000 to
2399 and the number of such eras it is away; all that ordinary dates can do is done there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ironcage.values import Months, Transient, Value

if TYPE_CHECKING:
    from collections.abc import Callable

YEARS = 400
DAYS = timedelta(days=146_097)
FURTHEST = 999_999_999
_WRITTEN = re.compile(r"(-?)(0\d{3}|[1-9]\d{3,8})(-\d\d-\d\d.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True, order=False)
class Far(Transient):
    """A date, or a date and time: *near* lies in the years 2000 to 2399, the far year is *era* times 400 later."""

    era: int
    near: date

    @property
    def year(self) -> int:
        """The year, negative before the common era."""
        return self.near.year + self.era * YEARS

    def text(self, write: Callable[[date], str]) -> str:
        """Return it as text; *write* is how the near date is written."""
        year = f"{abs(self.year):04d}"
        return ("-" if self.year < 0 else "") + year + write(self.near)[4:]


class FarDate(Far):
    """A far date."""

    __slots__ = ()


class FarDateTime(Far):
    """A far date and time."""

    __slots__ = ()


def moved(era: int, near: date) -> Value:
    """Return the date that is *era* times 400 years after *near*, as an ordinary one if it is one."""
    eras, year = divmod(near.year - 2000, YEARS)
    year_there = 2000 + year + (era + eras) * YEARS
    if 1 <= year_there <= 9999:
        return near.replace(year=year_there)
    if abs(year_there) > FURTHEST:
        return None
    near = near.replace(year=2000 + year)
    return FarDateTime(era + eras, near) if isinstance(near, datetime) else FarDate(era + eras, near)


def lifted(day: date | Far) -> Far:
    """Return *day* as a far one, even if it is not, so that the two can be compared."""
    if isinstance(day, Far):
        return day
    era, year = divmod(day.year - 2000, YEARS)
    near = day.replace(year=2000 + year)
    return FarDateTime(era, near) if isinstance(day, datetime) else FarDate(era, near)


def far_of(text: str, read: Callable[[str], date]) -> Value:
    """Return the far date that *text* writes; *read* reads an ordinary one.

    Raises:
        ValueError: it writes none.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year = int(found[1] + found[2])
    era, near = divmod(year - 2000, YEARS)
    if 1 <= year <= 9999:
        raise ValueError(text)
    return moved(era, read(f"{2000 + near}{found[3]}"))


def far_date(year: int, month: int, day: int) -> Value:
    """Return the date of its three numbers.

    Raises:
        ValueError: there is none.
    """
    if 1 <= year <= 9999:
        return date(year, month, day)
    era, near = divmod(year - 2000, YEARS)
    return moved(era, date(2000 + near, month, day))


def far_later(day: Far, length: timedelta, add: Callable[[date, timedelta], date]) -> Value:
    """Return *day* after *length*; *add* adds to an ordinary one."""
    eras, rest = divmod(length, DAYS)
    return moved(day.era + eras, add(day.near, rest))


def far_months_later(day: Far, months: Months, add: Callable[[date, int], date]) -> Value:
    """Return *day* after *months*; *add* adds to an ordinary one."""
    eras, rest = divmod(months.count, 12 * YEARS)
    return moved(day.era + eras, add(day.near, rest))


def far_between(start: date | Far, end: date | Far, between: Callable[[date, date], Value]) -> Value:
    """Return the time from *start* to *end*; *between* answers for ordinary ones."""
    a, b = lifted(start), lifted(end)
    near = between(a.near, b.near)
    return near + (b.era - a.era) * DAYS if isinstance(near, timedelta) else None
