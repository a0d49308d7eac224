"""Dates, times and durations as a script sees them, and what it may reckon with them.

A script sees a value of fields: ``text``, ``kind``, and of a date ``year``, ``month``, ``day``, ``weekday`` (1 is
Monday); of a time ``hour``, ``minute``, ``second``; of a date and time all of these and ``date``; of a duration
``days``, ``hours``, ``minutes``, ``seconds``, or ``years`` and ``months``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from ironcage.clock import micros
from ironcage.values import Months, Value
from ironcage.values.temporal import Temporal, date_of, datetime_of, duration_of, months_of, text_of, time_of

Fields = dict[str, object]
Operand = Value | int
"""A whole number of a script is an ``int``."""
_MICROSECOND = timedelta(microseconds=1)
MARK = "\x00"
"""The name, in a context, that no text of case data has: what stands under it is a moment."""


def opened(value: Temporal) -> Fields:
    """Return *value* as the prelude turns it into what a script sees."""
    return {MARK: _fields(value)}


def closed(kind: str, text: str) -> Temporal:
    """Return the moment of *kind* that *text* writes.

    Raises:
        ValueError: it writes none.
    """
    if kind == "duration":
        return _duration(text)
    if kind == "date and time":
        return datetime_of(text)
    return date_of(text) if kind == "date" else time_of(text)


def _duration(text: str) -> timedelta | Months:
    try:
        return duration_of(text)
    except ValueError:
        return months_of(text)


def _fields(value: Temporal) -> Fields:
    fields: Fields = {"text": text_of(value), "zoned": False}
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        sign = -1 if value.count < 0 else 1
        return fields | {
            "kind": "duration",
            "zoned": True,
            "order": value.count,
            "years": sign * years,
            "months": sign * months,
        }
    if isinstance(value, timedelta):
        total = value // _MICROSECOND
        sign, seconds = (-1 if total < 0 else 1), abs(total) // 1_000_000
        names = ("days", "hours", "minutes", "seconds")
        parts = (seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
        return fields | {"kind": "duration", "order": total} | {n: sign * p for n, p in zip(names, parts, strict=True)}
    if isinstance(value, datetime):
        fields |= _of_day(value.date()) | _of_clock(value.timetz()) | {"date": opened(value.date())}
        known = value if value.tzinfo else value.replace(tzinfo=UTC)
        return fields | {"kind": "date and time", "zoned": value.tzinfo is not None, "order": micros(known)}
    if isinstance(value, time):
        offset = value.utcoffset() or timedelta()
        since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
        order = (since - offset) // _MICROSECOND
        return fields | _of_clock(value) | {"kind": "time", "zoned": value.tzinfo is not None, "order": order}
    return fields | _of_day(value) | {"kind": "date", "order": value.toordinal()}


def _of_day(day: date) -> Fields:
    return {"year": day.year, "month": day.month, "day": day.day, "weekday": day.isoweekday()}


def _of_clock(at: time) -> Fields:
    return {"hour": at.hour, "minute": at.minute, "second": at.second}


def reckoned(sign: str, a: Operand, b: Operand) -> Temporal:
    """Return what *sign*, one of ``+ - *``, makes of *a* and *b*, of which one at least is a moment.

    Raises:
        ValueError: it makes nothing of them.
    """
    if sign == "-" and isinstance(b, timedelta | Months):
        return reckoned("+", a, -b if isinstance(b, timedelta) else Months(-b.count))
    try:
        found = {"+": _sum, "-": _difference, "*": _product}[sign](a, b)
    except OverflowError as error:
        raise ValueError("the result is outside the years 1 to 9999") from error
    if found is None:
        raise ValueError(f"{_shown(a)} {sign} {_shown(b)} has no meaning")
    return found


def _sum(a: Operand, b: Operand) -> Temporal | None:
    if isinstance(a, timedelta | Months) and not isinstance(b, timedelta | Months):
        a, b = b, a
    if isinstance(a, Months) and isinstance(b, Months):
        return Months(a.count + b.count)
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return a + b
    if isinstance(a, datetime) and isinstance(b, timedelta):
        return a + b if a.tzinfo is None else (a.astimezone(UTC) + b).astimezone(a.tzinfo)
    if type(a) is date and isinstance(b, timedelta):
        return a + b if not b % timedelta(days=1) else None
    if isinstance(a, date) and isinstance(b, Months):
        return _months_later(a, b.count)
    return None


def _months_later(day: date, count: int) -> date:
    """Return *day* moved by months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1) if (year, month) != (9999, 11) else date.max
    last = 31 if after is date.max else (after - timedelta(days=1)).day
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _difference(a: Operand, b: Operand) -> timedelta | None:
    if type(a) is date and type(b) is date:
        return a - b
    if isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) == (b.tzinfo is None):
        return a - b if a.tzinfo is None else a.astimezone(UTC) - b.astimezone(UTC)
    return None


def _product(a: Operand, b: Operand) -> Temporal | None:
    length, times = (a, b) if isinstance(a, timedelta | Months) else (b, a)
    if not isinstance(times, int) or isinstance(times, bool):
        return None
    if isinstance(length, timedelta):
        return length * times
    return Months(length.count * times) if isinstance(length, Months) else None


def _shown(value: Operand) -> str:
    return text_of(value) if isinstance(value, date | time | timedelta | Months) else str(value)
