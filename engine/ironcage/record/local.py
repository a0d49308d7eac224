"""The day, weekday and hour that a clock on the wall shows, fast."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ironcage.record.encoding import local

if TYPE_CHECKING:
    from datetime import tzinfo

    from ironcage.clock import Micros
    from ironcage.record.encoding import Local

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


_HOURS = 4096
"""So many hours are remembered, half a year."""


class LocalTime:
    """Tells the local columns of an event in one zone.

    It remembers the zone's offset for every UTC day on which it does not change, and what it has told of an hour, so an
    instant costs two look-ups.
    """

    __slots__ = ("_hours", "_offsets", "_zone")

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._offsets: dict[int, int | None] = {}
        self._hours: dict[int, Local] = {}

    def columns(self, at: Micros) -> Local:
        """Return (20110701, 5, 14) and its text for a Friday, 1 July 2011, between two and three in the afternoon."""
        utc_day = at // _DAY
        try:
            offset = self._offsets[utc_day]
        except KeyError:
            offset = self._offsets[utc_day] = self._steady_offset(utc_day)
        wall = at + (self._offset(at) if offset is None else offset)
        try:
            return self._hours[wall // _HOUR]
        except KeyError:
            return self._keep(wall // _HOUR)

    def _keep(self, hours: int) -> Local:
        """Return what is told of an hour, by its number since the epoch in the zone; remember it."""
        if len(self._hours) >= _HOURS:
            self._hours.clear()
        days, hour = divmod(hours, 24)
        told = self._hours[hours] = local(*_calendar(days), hour)
        return told

    def _steady_offset(self, utc_day: int) -> int | None:
        """Return the offset of the whole UTC day, or None if it changes on it."""
        first, last = self._offset(utc_day * _DAY), self._offset(utc_day * _DAY + _DAY - 1)
        return first if first == last else None

    def _offset(self, at: Micros) -> int:
        offset = (_EPOCH + at * _MICROSECOND).astimezone(self._zone).utcoffset()
        return (offset or timedelta()) // _MICROSECOND


def _calendar(day: int) -> tuple[int, int]:
    when = date.fromordinal(_EPOCH_DAY + day)
    return when.year * 10_000 + when.month * 100 + when.day, when.isoweekday()
