"""Amounts of time in the settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import mark
from ironcage.values.temporal import duration_of

if TYPE_CHECKING:
    from ironcage.toml import Settings

LONGEST_SECONDS = 240.0
"""A call must be over before the lease of its job is."""


def seconds(table: Settings, name: str, usual: float) -> float:
    """Return the seconds of the duration in the key *name*; *usual* where it is missing."""
    written = table.text(name)
    if written is None:
        return usual
    try:
        found = duration_of(written).total_seconds()
    except ValueError:
        found = 0.0
    if not 0 < found <= LONGEST_SECONDS:
        table.fault(name, _NO_TIME, found=written[:80], most=int(LONGEST_SECONDS))
        return usual
    return found


_NO_TIME = (
    "settings-time",
    mark("{found!r} is no time that a call may take."),
    mark("Write a duration of at most {most} seconds, such as PT10S."),
)
