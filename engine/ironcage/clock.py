"""Where the time comes from: the system, or a clock that a replay or a test moves by hand.

Inside the engine an instant is an integer: microseconds since 1970-01-01T00:00:00Z. It compares and indexes the same
in every database, and no zone or daylight saving rule can change it. People see it in the zone of their process.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

Micros = int
"""An instant: microseconds since the Unix epoch, UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> Micros:
        """Return the present instant."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> Micros:
        """Return the present instant of the operating system."""
        return time.time_ns() // 1000


class VirtualClock:
    """A clock that stands still until it is moved, and never moves back."""

    def __init__(self, now: Micros = 0) -> None:
        self._now = now

    def now(self) -> Micros:
        """Return the instant it was last moved to."""
        return self._now

    def move_to(self, instant: Micros) -> None:
        """Move forward to *instant*; an earlier instant leaves the clock where it is."""
        self._now = max(self._now, instant)


def micros(instant: datetime) -> Micros:
    """Return *instant* as microseconds since the epoch, exactly.

    Raises:
        ValueError: *instant* has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // _MICROSECOND


def instant(at: Micros) -> datetime:
    """Return *at* as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=at)


class Moment:
    """The instant of a step and the zone its process lives in: what ``now()`` and ``today()`` mean in an expression."""

    __slots__ = ("at", "zone")

    def __init__(self, at: Micros, zone: tzinfo = UTC) -> None:
        self.at = at
        self.zone = zone

    def local(self) -> datetime:
        """Return the instant as an aware datetime in the zone."""
        return instant(self.at).astimezone(self.zone)
