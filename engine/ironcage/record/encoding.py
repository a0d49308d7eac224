"""The canonical bytes of an event, version 1: a JSON array in ASCII that any language can reproduce.

The normative description, with an example, is ``docs/reference/record.md``. An encoding is never changed: a new one
gets a new tag, and records written under the old one go on being read by it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.record.event import Event

EVENT_TAG = "ironcage-event-1"

Item = str | int | None

_write = json.JSONEncoder(separators=(",", ":")).encode


def canonical(items: list[Item]) -> bytes:
    """Return *items* as canonical bytes: one JSON array, no spaces, every character outside ASCII escaped."""
    return _write(items).encode("ascii")


def encode(subject: str, event: Event) -> bytes:
    """Return the canonical bytes of *event*, which belongs to the case named *subject*; its digest is not in them.

    Raises:
        AttributeError: a column that holds bytes does not.
        TypeError: a column holds what JSON cannot say.
    """
    (
        part, case, seq, kind, transition, element, execution, actor, role, unit, happened, recorded,
        day, weekday, hour, due, channel, latitude, longitude, crs, definition, facts, algorithm, payload, previous, _,
    ) = event  # fmt: skip
    return _write([
        EVENT_TAG, subject, part, case.hex(), seq, kind, transition, element, execution, actor, role, unit, happened,
        recorded, day, weekday, hour, due, channel, latitude, longitude, crs, definition, facts, algorithm,
        None if payload is None else payload.hex(), previous.hex(),
    ]).encode("ascii")  # fmt: skip
