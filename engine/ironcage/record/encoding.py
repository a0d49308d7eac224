"""The canonical bytes of an event, version 1: a JSON array in ASCII that any language can reproduce.

The normative description, with an example, is ``docs/reference/record.md``. An encoding is never changed: a new one
gets a new tag, and records written under the old one go on being read by it.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ironcage.record.event import Event

EVENT_TAG = "ironcage-event-1"

Unsigned: TypeAlias = tuple[
    int, bytes, int, str, str, str, int, str | None, str | None, str | None, int, int | None, int, int, int,
    int | None, str | None, int | None, int | None, str | None, str | None, str | None, int, bytes | None, bytes,
]  # fmt: skip
"""The columns of an event but its digest, in the order of ``Event``."""

_write = json.JSONEncoder(separators=(",", ":")).encode


def canonical(items: list[str | int | None]) -> bytes:
    """Return *items* as canonical bytes: one JSON array, no spaces, every character outside ASCII escaped."""
    return _write(items).encode("ascii")


def encode(subject: str, event: Event) -> bytes:
    """Return the canonical bytes of *event*, which belongs to the case named *subject*; its digest is not in them.

    Raises:
        AttributeError, TypeError, ValueError: a column holds a value of another type than its own.
    """
    return written(opening(subject, event.part, event.case), event[:-1])


def opening(subject: str, part: int, case: bytes) -> str:
    """Return how the canonical bytes of every event of a case begin."""
    return f'["{EVENT_TAG}",{quoted(subject)},{part!r},"{case.hex()}"'


def written(begin: str, columns: Unsigned) -> bytes:
    """Return the canonical bytes of the event with *columns*; *begin* is the ``opening`` of its case."""
    # Written out, for every event of every step passes here; it takes 60 % of the time of ``canonical``. The numbers
    # go through repr, so that a text in their place never gives the bytes of a number.
    (
        _, _, seq, kind, transition, element, execution, actor, role, unit, happened, recorded,
        day, weekday, hour, due, channel, latitude, longitude, crs, definition, facts, algorithm, payload, previous,
    ) = columns  # fmt: skip
    return (
        f"{begin},{seq!r},{quoted(kind)},{quoted(transition)},"
        f"{quoted(element)},{execution!r},{'null' if actor is None else quoted(actor)},"
        f"{'null' if role is None else quoted(role)},{'null' if unit is None else quoted(unit)},{happened!r},"
        f"{'null' if recorded is None else repr(recorded)},{day!r},{weekday!r},{hour!r},"
        f"{'null' if due is None else repr(due)},{'null' if channel is None else quoted(channel)},"
        f"{'null' if latitude is None else repr(latitude)},{'null' if longitude is None else repr(longitude)},"
        f"{'null' if crs is None else quoted(crs)},{'null' if definition is None else quoted(definition)},"
        f"{'null' if facts is None else quoted(facts)},{algorithm!r},"
        f'{"null" if payload is None else quoted(payload.hex())},"{previous.hex()}"]'
    ).encode("ascii")
