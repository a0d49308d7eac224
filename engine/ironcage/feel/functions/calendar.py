"""Built-in functions on dates, times and durations. Source: DMN 1.5, 10.3.4.1 and 10.3.4.6."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.far import Far, FarDate, FarDateTime, far_date, lifted, moved
from ironcage.feel.functions.registry import builtin
from ironcage.feel.numbers import whole
from ironcage.feel.temporal import months_between, read_date, read_moment, read_time
from ironcage.values import Months
from ironcage.values.temporal import duration_of, months_of, zone_of

if TYPE_CHECKING:
    from ironcage.feel.environment import Environment
    from ironcage.values import Value

_MICRO = Decimal(1_000_000)
_DAY = timedelta(days=1)


@builtin("now", "", of_environment=True)
def now(env: Environment) -> Value:
    """Return the instant of the step, in the zone of the process."""
    return env.moment.local()


@builtin("today", "", of_environment=True)
def today(env: Environment) -> Value:
    """Return the date of the step, in the zone of the process."""
    return env.moment.local().date()


@builtin("date", "from", "year, month, day")
def date_function(source: Value, month: Value = None, day: Value = None) -> Value:
    """Return a date: of a text, of a date and time, or of its three numbers."""
    try:
        if type(source) is str:
            return read_date(source)
        if isinstance(source, Decimal):
            parts = _wholes(source, month, day)
            return far_date(*parts) if parts else None
    except (ValueError, OverflowError):
        return None
    if isinstance(source, datetime):
        return source.date()
    if isinstance(source, FarDateTime):
        return moved(source.era, source.near.date() if isinstance(source.near, datetime) else source.near)
    return source if isinstance(source, date | FarDate) else None


@builtin("time", "from", "hour, minute, second, offset?")
def time_function(source: Value, minute: Value = None, second: Value = None, offset: Value = None) -> Value:
    """Return a time of day: of a text, of a date and time, or of its numbers and an offset from UTC."""
    try:
        if type(source) is str:
            return read_time(source)
        if isinstance(source, Decimal):
            return _time_of_parts(source, minute, second, offset)
    except (ValueError, OverflowError):
        return None
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, date):
        return time(tzinfo=timezone(timedelta()))
    return source if isinstance(source, time) else None


@builtin(
    "date and time", "from", "date, time", "year, month, day, hour, minute, second, offset?",
    "year, month, day, hour, minute, second, timezone?",
)  # fmt: skip
def date_and_time(source: Value, *of_day: Value) -> Value:
    """Return a date and time: of a text, of a date (or date and time) and a time, or of its numbers and zone."""
    if len(of_day) > 1:
        return _date_and_time_of_parts(source, *of_day)
    if of_day:
        at = of_day[0]
        if isinstance(source, Far):
            near = date_and_time(source.near, at)
            return moved(source.era, near) if isinstance(near, datetime) else None
        return datetime.combine(_day(source), at) if isinstance(source, date) and isinstance(at, time) else None
    if type(source) is str:
        try:
            return read_moment(source) if "T" in source else date_and_time(read_date(source))
        except (ValueError, OverflowError):
            return None
    if isinstance(source, datetime):
        return source
    if isinstance(source, date):
        return datetime.combine(source, time())
    if isinstance(source, Far):
        near = date_and_time(source.near)
        return moved(source.era, near) if isinstance(near, datetime) else None
    return None


def _date_and_time_of_parts(
    year: Value, month: Value, day: Value, hour: Value, minute: Value, second: Value, zone: Value = None
) -> Value:
    date_part = date_function(year, month, day) if isinstance(year, Decimal) else None
    offset = zone if isinstance(zone, timedelta | None) else None
    time_part = time_function(hour, minute, second, offset) if isinstance(hour, Decimal) else None
    if not isinstance(date_part, date) or not isinstance(time_part, time):
        return None
    found = datetime.combine(date_part, time_part)
    try:
        if isinstance(zone, Decimal):
            return found.replace(tzinfo=timezone(timedelta(minutes=int(zone * 60))))
        return found.replace(tzinfo=zone_of(zone)) if isinstance(zone, str) else found
    except (ValueError, OverflowError):
        return None


@builtin("duration", "from")
def duration(source: Value) -> Value:
    """Return the duration of either kind that *source* writes."""
    if type(source) is not str:
        return source if isinstance(source, timedelta | Months) else None
    of_months = "Y" in source or (source.endswith("M") and "T" not in source)
    try:
        return months_of(source) if of_months else duration_of(source)
    except ValueError:
        return None


@builtin("years and months duration", "from, to")
def years_and_months_duration(start: Value, end: Value) -> Value:
    """Return the whole calendar months from *start* to *end*."""
    if not isinstance(start, date | Far) or not isinstance(end, date | Far):
        return None
    if isinstance(start, date) and isinstance(end, date):
        return Months(months_between(_day(start), _day(end)))
    a, b = lifted(start), lifted(end)
    return Months(months_between(_day(a.near), _day(b.near)) if a.era == b.era else _months_apart(a, b))


_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@builtin("day of year", "date")
def day_of_year(day: Value) -> Value:
    """Return the number of the day in its year."""
    day = _near(day)
    return Decimal(day.timetuple().tm_yday) if isinstance(day, date) else None


@builtin("day of week", "date")
def day_of_week(day: Value) -> Value:
    """Return the English name of the day of the week."""
    day = _near(day)
    return _DAY_NAMES[day.weekday()] if isinstance(day, date) else None


@builtin("month of year", "date")
def month_of_year(day: Value) -> Value:
    """Return the English name of the month."""
    day = _near(day)
    return _MONTH_NAMES[day.month - 1] if isinstance(day, date) else None


@builtin("week of year", "date")
def week_of_year(day: Value) -> Value:
    """Return the number of the week by ISO 8601."""
    day = _near(day)
    return Decimal(day.isocalendar().week) if isinstance(day, date) else None


@builtin("last day of month", "date")
def last_day_of_month(day: Value) -> Value:
    """Return the date of the last day of the month."""
    if isinstance(day, Far):
        last = last_day_of_month(day.near)
        return moved(day.era, last) if isinstance(last, date) else None
    return _day(day).replace(day=monthrange(day.year, day.month)[1]) if isinstance(day, date) else None


def _months_apart(start: Far, end: Far) -> int:
    if start.era > end.era:
        return -_months_apart(end, start)
    months = (end.year - start.year) * 12 + end.near.month - start.near.month
    return months - (end.near.day < start.near.day)


def _near(day: Value) -> Value:
    """Return what has the same weekday and place in its year as *day*."""
    return day.near if isinstance(day, Far) else day


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _wholes(*parts: Value) -> list[int] | None:
    found = [whole(part) if isinstance(part, Decimal) else None for part in parts]
    return None if None in found else [part for part in found if part is not None]


def _time_of_parts(hour: Decimal, minute: Value, second: Value, offset: Value) -> Value:
    parts = _wholes(hour, minute)
    if parts is None or not isinstance(second, Decimal) or not 0 <= second < 60:
        return None
    if offset is not None and not isinstance(offset, timedelta):
        return None
    seconds, micros = divmod(int(second * _MICRO), 1_000_000)
    zone = None if offset is None else timezone(offset)
    return time(parts[0], parts[1], seconds, micros, zone)
