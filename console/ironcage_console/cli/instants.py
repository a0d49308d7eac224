"""Instants on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from ironcage.clock import Micros, instant, micros
from ironcage.errors import UsageError
from ironcage.messages import mark


class InstantOptionError(UsageError):
    """An option wants an instant and was given something else."""

    message = mark("{text} is not an instant. Write date, time and offset, for example 2012-01-01T00:00:00-05:00.")


def day_or_instant_of(text: str) -> Micros:
    """Return the instant that *text* names, or at which the day that it names begins in UTC.

    Raises:
        InstantOptionError: it names neither.
    """
    try:
        return micros(datetime.combine(date.fromisoformat(text), time(tzinfo=UTC)))
    except ValueError:
        return instant_of(text)


def instant_of(text: str) -> Micros:
    """Return the instant that *text*, ISO 8601 with an offset, names.

    Raises:
        InstantOptionError: it names none, or leaves the offset out.
    """
    try:
        at = micros(datetime.fromisoformat(text))
        instant(at)  # with its offset it may lie before the year 1 or after 9999
    except (ValueError, OverflowError) as error:
        raise InstantOptionError(text=text) from error
    return at
