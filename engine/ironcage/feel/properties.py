"""What stands behind the dot: the entries of a context, the parts of dates, times and durations.

Source: DMN 1.5, 10.3.2.5 and table 65 (properties of the temporal kinds).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ironcage.feel.far import Far, FarDate, FarDateTime
from ironcage.feel.ranges import Range
from ironcage.values import Months, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE: dict[str, Callable[[Any], Value]] = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_TIME: dict[str, Callable[[Any], Value]] = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": lambda v: Decimal(v.second),
    "time offset": lambda v: v.utcoffset(),
    "timezone": lambda v: v.tzinfo.key if isinstance(v.tzinfo, ZoneInfo) else None,
}


def _part(size: timedelta, of: timedelta) -> Callable[[timedelta], Value]:
    """Return the function that gives the whole units of *size* left over from units of *of*, with the sign."""

    def run(value: timedelta) -> Value:
        units = abs(value) % of // size
        return Decimal(units if value >= timedelta() else -units)

    return run


_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _DATE,
    datetime: {**_DATE, **_TIME},
    time: _TIME,
    timedelta: {
        "days": lambda v: Decimal(abs(v) // _DAY if v >= timedelta() else -(abs(v) // _DAY)),
        "hours": _part(_HOUR, _DAY),
        "minutes": _part(_MINUTE, _HOUR),
        "seconds": _part(timedelta(seconds=1), _MINUTE),
    },
    Months: {
        "years": lambda v: Decimal(int(v.count / 12)),
        "months": lambda v: Decimal(v.count - 12 * int(v.count / 12)),
    },
    Range: {
        "start": lambda v: v.low,
        "end": lambda v: v.high,
        "start included": lambda v: v.low_closed,
        "end included": lambda v: v.high_closed,
    },
}


def _of_far(read: Callable[[Any], Value]) -> Callable[[Far], Value]:
    return lambda far: read(far.near)


for _far, _near in ((FarDate, date), (FarDateTime, datetime)):
    _PROPERTIES[_far] = {name: _of_far(read) for name, read in _PROPERTIES[_near].items()}
    _PROPERTIES[_far]["year"] = lambda far: Decimal(far.year)


def member(whole: Value, name: str) -> Value:
    """Return the part of *whole* called *name*; of a list, that part of every item."""
    if type(whole) is dict:
        return whole.get(name)
    if type(whole) is list:
        return [member(item, name) for item in whole]
    read = _PROPERTIES.get(type(whole), {}).get(name)
    return read(whole) if read else None
