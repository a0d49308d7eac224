"""How a report says numbers, shares, instants and spans, and what it calls things, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.clock import instant
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from fractions import Fraction

    from ironcage.clock import Micros
    from ironcage_audit.findings import Finding

NOTHING = "–"
LEFT_OUT = mark("{count} archived cases were left out. Include them with: --archive FOLDER")
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

_MEASURES = {
    "due_us": mark("Due"),
    "closed_us": mark("Closed"),
    "element_us": mark("First of the two done"),
    "other_us": mark("Second of the two done"),
    "late_us": mark("Overrun"),
    "took_us": mark("Time taken"),
    "span_us": mark("From first to last"),
    "closings": mark("Closings"),
    "peers": mark("Cases compared with"),
    "place": mark("Place among them, fastest first"),
}
_GISTS = {"late_us": mark("{value} over"), "took_us": mark("took {value}"), "closings": mark("{value} closings")}
_INSTANTS = frozenset({"due_us", "closed_us", "element_us", "other_us"})
_SPANS = frozenset({"late_us", "took_us", "span_us"})
_UNSPEAKABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def harmless(written: str) -> str:
    """Return *written* without what could steer a terminal, turn the direction of a line or break a document."""
    return _UNSPEAKABLE.sub("\ufffd", written)


def number(count: int) -> str:
    """Return 31,828 for 31828."""
    return f"{count:,}"


def percent(share: Fraction | None) -> str:
    """Return a share in per cent with one decimal, halves rounded up; a dash where there is none."""
    if share is None:
        return NOTHING
    tenths = (share.numerator * 2000 + share.denominator) // (2 * share.denominator)
    return f"{tenths // 10}.{tenths % 10} %"


def moment(at: Micros | None, zone: str) -> str:
    """Return an instant with its offset: ``2012-01-01 00:00:00 -05:00``; a dash where there is none."""
    if at is None:
        return NOTHING
    written = instant(at).astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="seconds")
    return f"{written[:19]} {written[19:]}"


def span(length: Micros | None) -> str:
    """Return a length of time in its two largest units, rounded down; a dash where there is none."""
    if length is None:
        return NOTHING
    if length < 0:
        return f"-{span(-length)}"
    days, hours, minutes = length // _DAY, length % _DAY // _HOUR, length % _HOUR // _MINUTE
    if days:
        return text("{days} d {hours} h", days=number(days), hours=hours)
    if hours:
        return text("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return text("{minutes} min {seconds} s", minutes=minutes, seconds=length % _MINUTE // _SECOND)
    return text("{seconds} s", seconds=length // _SECOND)


def gist(finding: Finding, zone: str) -> str:
    """Return the one value that sums a finding up: how late, how long, how many, else on which day."""
    for name, said in _GISTS.items():
        value = finding.measured.get(name)
        if isinstance(value, int):
            return text(said, value=span(value) if name in _SPANS else number(value))
    return moment(finding.occurred_us, zone)[:10]


def measures(measured: dict[str, int | str | None], as_of: Micros, zone: str) -> list[tuple[str, str]]:
    """Return the calculation of a finding: what each value is called, and the value."""
    return [
        (text(_MEASURES[name]) if name in _MEASURES else name, _measured(name, value, as_of, zone))
        for name, value in measured.items()
    ]


def _measured(name: str, value: int | str | None, as_of: Micros, zone: str) -> str:
    if name == "closed_us" and value is None:
        return text("still open on {instant}", instant=moment(as_of, zone))
    if isinstance(value, int):
        return moment(value, zone) if name in _INSTANTS else span(value) if name in _SPANS else number(value)
    return NOTHING if value is None else value
