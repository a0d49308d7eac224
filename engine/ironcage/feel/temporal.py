"""Dates, times and durations as FEEL writes them and reckons with them.

Source: DMN 1.5, 10.3.2.3.4 to 10.3.2.3.9, table 58 (addition and subtraction).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.feel.far import Far, far_of
from ironcage.values.temporal import date_of, datetime_of, duration_of, months_of, text_of, time_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from ironcage.values import Months, Value

    _Clock = TypeVar("_Clock", datetime, time)
    _Day = TypeVar("_Day", bound=date)


_FURTHEST = timedelta(hours=18)
"""No zone is further from UTC."""
_DATE_LENGTH, _MOMENT_LENGTH, _TIME_LENGTH = map(len, ("2011-07-01", "2011-07-01T01:32:33", "01:32:33"))
"""What is so long and parted in the right places is the usual form, which Python's own parser reads fastest."""


def at_literal(text: str) -> Value:
    """Return what ``@"text"`` means, or None if it means nothing."""
    readers: tuple[Callable[[str], Value], ...] = (read_date, read_moment, read_time, duration_of, months_of)
    for read in readers:
        try:
            return read(text)
        except (ValueError, OverflowError):
            continue
    return None


def read_date(text: str) -> Value:
    """Return the date that *text* writes, of any year FEEL knows.

    Raises:
        ValueError: it writes none.
    """
    if len(text) == _DATE_LENGTH and text[4] == text[7] == "-" and not text.startswith("0000"):
        return date.fromisoformat(text)
    return date_of(text) if _is_near(text) else far_of(text, date_of)


def read_moment(text: str) -> Value:
    """Return the date and time that *text* writes in FEEL's way, of any year FEEL knows.

    Raises:
        ValueError: it writes none.
    """
    if len(text) == _MOMENT_LENGTH and text[4] == text[7] == "-" and text[13] == text[16] == ":" and text[10] == "T":
        hour, year = text[11:13], text[:4]
        if hour != "24" and year != "0000":
            return datetime.fromisoformat(text)
    return read_datetime(text) if _is_near(text) else far_of(text, read_datetime)


def _is_near(text: str) -> bool:
    return text[4:5] == "-" and text[:4] != "0000" and text[:1] != "-"


def read_datetime(text: str) -> datetime:
    """Return the date and time that *text* writes in FEEL's way.

    Raises:
        ValueError: it writes none.
    """
    day, _, clock = text.partition("T")
    if clock.startswith("24:00:00"):
        return _in_reach(datetime_of(f"{day}T00{clock[2:]}") + timedelta(days=1), text)
    return _in_reach(datetime_of(text), text)


def read_time(text: str) -> time:
    """Return the time of day that *text* writes in FEEL's way.

    Raises:
        ValueError: it writes none.
    """
    if len(text) == _TIME_LENGTH and text[2] == text[5] == ":" and not text.startswith("24"):
        return time.fromisoformat(text)
    return _in_reach(time_of(text), text)


def _in_reach(value: _Clock, text: str) -> _Clock:
    zone = value.tzinfo
    if "[" in text or (isinstance(zone, timezone) and abs(zone.utcoffset(None)) > _FURTHEST):
        raise ValueError(text)
    return value


def feel_text(value: date | time | datetime | timedelta | Months | Far) -> str:
    """Return *value* as FEEL writes it: a zone stands after ``@`` and replaces the offset."""
    if isinstance(value, Far):
        return value.text(feel_text)
    if not isinstance(value, (datetime, time)):
        return text_of(value)
    zone, local = value.tzinfo, value.replace(tzinfo=None).isoformat()
    clock = local.rstrip("0") if value.microsecond else local
    if zone is None:
        return clock
    if isinstance(zone, ZoneInfo):
        return f"{clock}@{zone.key}"
    offset = value.isoformat()[len(local) :]
    return clock + ("Z" if offset == "+00:00" else offset)


def later(moment: datetime, length: timedelta) -> datetime:
    """Return *moment* after *length*, reckoned on the time line, not on the clock of a zone.

    Raises:
        OverflowError: outside the years 1 to 9999.
    """
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def months_later(day: _Day, months: int) -> _Day:
    """Return the date or date and time *months* calendar months on; the day is cut to the length of the month.

    Raises:
        ValueError: outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return day.replace(year=year, month=month + 1, day=number)
        except ValueError:
            continue
    return day.replace(year=year, month=month + 1)


def between(start: datetime, end: datetime) -> timedelta | None:
    """Return the time from *start* to *end*; None where one has a zone and the other none."""
    if (start.tzinfo is None) != (end.tzinfo is None):
        return None
    return on_line(end) - on_line(start)


def on_line(moment: datetime) -> datetime:
    """Return *moment* in UTC if it has a zone, so that it compares by instant and not by the clock."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def midnight(day: date) -> datetime:
    """Return the beginning of *day* in UTC, which is what a date means beside a date and time."""
    return datetime.combine(day, time(), UTC)


def months_between(start: date, end: date) -> int:
    """Return the whole calendar months from *start* to *end*, negative if *end* is earlier."""
    if end < start:
        return -months_between(end, start)
    count = (end.year - start.year) * 12 + end.month - start.month
    return count - (end.day < start.day)
