"""Dates, times and durations as text, in one canonical form each: what JSON, the stored bytes and people see.

    date          2011-07-01
    time          01:32:33   01:32:33-04:00   01:32:33[America/New_York]
    date and time 2011-07-01T01:32:33   ...-04:00   ...-04:00[America/New_York]
                  (FEEL's ...@America/New_York is read too)
    duration      P1DT2H0.5S    months   P1Y2M    (a leading minus runs back)

A zoned date and time keeps its offset, so that the hour that comes twice in autumn stays distinct, and so that the
instant survives a change of the zone's rules. Years run from 1 to 9999.

Source: ISO 8601; RFC 9557 (the zone in brackets).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ironcage.values.kinds import Months

Temporal = date | time | datetime | timedelta | Months

_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,12})D)?(?:T(?=[0-9])(?:([0-9]{1,14})H)?(?:([0-9]{1,16})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,9}))?S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,10})M)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?(?:[\[@]([A-Za-z0-9_+\-/]{1,64})\]?)?",
    re.ASCII,
)
_MICROSECOND = timedelta(microseconds=1)


def text_of(value: Temporal) -> str:
    """Return the canonical text of *value*.

    Raises:
        ValueError: its zone is neither an offset nor a named zone.
    """
    if isinstance(value, datetime):
        zone = value.tzinfo
        return value.isoformat() + ("" if zone is UTC or zone is None else _zone_suffix(zone))
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, Months):
        return _months_text(value)
    if isinstance(value, time) and (suffix := _zone_suffix(value.tzinfo)):
        return value.replace(tzinfo=None).isoformat() + suffix
    return value.isoformat()


def date_of(text: str) -> date:
    """Return the date *text* writes.

    Raises:
        ValueError: it writes none.
    """
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def time_of(text: str) -> time:
    """Return the time of day *text* writes, with its offset or zone if it has one.

    Raises:
        ValueError: it writes none.
    """
    clock, zone = _clock(text, text)
    at = time.fromisoformat(clock)
    if zone is None:
        return at
    if at.tzinfo is not None:
        raise ValueError(text)
    return at.replace(tzinfo=zone_of(zone))


def datetime_of(text: str) -> datetime:
    """Return the date and time *text* writes.

    Raises:
        ValueError: it writes none.
    """
    day, _, of_day = text.partition("T")
    if not _DATE.fullmatch(day):
        raise ValueError(text)
    clock, key = _clock(of_day, text)
    at = datetime.fromisoformat(f"{day}T{clock}")
    if key is None:
        return at
    zone = zone_of(key)
    if at.tzinfo is not None and "@" in text:
        raise ValueError(text)
    if at.tzinfo is None:
        return at.replace(tzinfo=zone)
    for fold in (0, 1):
        candidate = at.replace(tzinfo=zone, fold=fold)
        if candidate.utcoffset() == at.utcoffset():
            return candidate
    # The zone's rules have changed since it was written: the instant stays, the clock moves.
    try:
        return at.astimezone(zone)
    except OverflowError as error:
        raise ValueError(text) from error


def duration_of(text: str) -> timedelta:
    """Return the days and time duration *text* writes.

    Raises:
        ValueError: it writes none, or one of more than 999,999,999 days.
    """
    found = _DURATION.fullmatch(text)
    if not found or text.endswith("P"):
        raise ValueError(text)
    sign, days, hours, minutes, seconds, fraction = found.groups()
    try:
        whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
        micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
        length = timedelta(int(days or 0), whole, micros)
    except OverflowError as error:
        raise ValueError(text) from error
    return -length if sign else length


def months_of(text: str) -> Months:
    """Return the years and months duration *text* writes.

    Raises:
        ValueError: it writes none.
    """
    found = _MONTHS.fullmatch(text)
    if not found or text.endswith("P"):
        raise ValueError(text)
    sign, years, months = found.groups()
    count = int(years or 0) * 12 + int(months or 0)
    return Months(-count if sign else count)


@lru_cache(maxsize=1024)
def zone_of(key: str) -> tzinfo:
    """Return the named zone.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        return ZoneInfo(key)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(key) from error


def _clock(text: str, whole: str) -> tuple[str, str | None]:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(whole)
    if ("[" in text) != text.endswith("]"):
        raise ValueError(whole)
    key = found[2]
    clock = text if key is None else text[: found.start(2) - 1]
    return _six_digits(clock), key


def _six_digits(clock: str) -> str:
    """Cut a fraction of a second to microseconds; whole digits of it are all that Python's parser is sure to read."""
    if len(clock) < 9 or clock[8] != ".":
        return clock
    end = 9
    while end < len(clock) and clock[end].isdigit():
        end += 1
    return clock[:9] + clock[9:end][:6].ljust(6, "0") + clock[end:]


def _zone_suffix(zone: tzinfo | None) -> str:
    if zone is None or isinstance(zone, timezone):
        return ""
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"[{zone.key}]"
    raise ValueError(repr(zone))


def _duration_text(value: timedelta) -> str:
    if not value:
        return "PT0S"
    if value.days > 0 and not value.seconds and not value.microseconds:
        return f"P{value.days}D"
    micros = value // _MICROSECOND
    seconds, fraction = divmod(abs(micros), 1_000_000)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    second_text = f"{seconds}" + (f".{fraction:06d}".rstrip("0") if fraction else "")
    of_day = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if seconds or fraction:
        of_day += f"{second_text}S"
    return ("-P" if micros < 0 else "P") + (f"{days}D" if days else "") + (f"T{of_day}" if of_day else "")


def _months_text(value: Months) -> str:
    if not value.count:
        return "P0M"
    years, months = divmod(abs(value.count), 12)
    return ("-P" if value.count < 0 else "P") + (f"{years}Y" if years else "") + (f"{months}M" if months else "")
