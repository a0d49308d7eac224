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


Act: TypeAlias = tuple[str, str, str, str]
"""What happened to what: kind, transition and element of an event, and their canonical text.

It is the same in every case of a process. This and ``When`` have no names for their fields: taken apart at every event,
a plain tuple is twice as fast as a named one.
"""

Local: TypeAlias = tuple[int, int, int, str]
"""The local day, weekday and hour, and their canonical text."""

When: TypeAlias = tuple[int, "int | None", int, int, int, str]
"""When an event happened and was recorded, by the clock and by the local day, weekday and hour, and the canonical text.

It is the same for most events of a step.
"""


_write = json.JSONEncoder(separators=(",", ":")).encode


def canonical(items: list[str | int | None]) -> bytes:
    """Return *items* as canonical bytes: one JSON array, no spaces, every character outside ASCII escaped."""
    return _write(items).encode("ascii")


def encode(subject: str, event: Event) -> bytes:
    """Return the canonical bytes of *event*, which belongs to the case named *subject*; its digest is not in them.

    Raises:
        AttributeError, TypeError, ValueError: a column holds a value of another type than its own.
    """
    (
        part, case, seq, kind, transition, element, execution, actor, role, unit, happened, recorded,
        day, weekday, hour, due, channel, latitude, longitude, crs, definition, facts, algorithm, payload, previous, _,
    ) = event  # fmt: skip
    what, instant = act(kind, transition, element)[-1], when(happened, recorded, local(day, weekday, hour))[-1]
    return written(
        opening(subject, part, case), seq, what, execution, actor, role, unit, instant, due,
        place(channel, latitude, longitude, crs), definition, facts, algorithm, payload, previous,
    )  # fmt: skip


# The pieces of an encoding. The numbers go through repr, so that a text in their place never gives the bytes of one.


def opening(subject: str, part: int, case: bytes) -> str:
    """Return how the canonical bytes of every event of a case begin."""
    return f'["{EVENT_TAG}",{quoted(subject)},{part!r},"{case.hex()}"'


def act(kind: str, transition: str, element: str) -> Act:
    """Return what happened to what, with its text."""
    return kind, transition, element, f"{quoted(kind)},{quoted(transition)},{quoted(element)}"


def local(day: int, weekday: int, hour: int) -> Local:
    """Return what a clock on the wall showed, with its text."""
    return day, weekday, hour, f"{day!r},{weekday!r},{hour!r}"


def when(happened: int, recorded: int | None, local: Local) -> When:
    """Return when an event happened, with its text."""
    day, weekday, hour, shown = local
    instant = repr(happened)
    also = instant if recorded is happened else "null" if recorded is None else repr(recorded)
    return happened, recorded, day, weekday, hour, f"{instant},{also},{shown}"


def place(channel: str | None, latitude: int | None, longitude: int | None, crs: str | None) -> str:
    """Return the text of where an event came from."""
    return (
        f"{'null' if channel is None else quoted(channel)},{'null' if latitude is None else repr(latitude)},"
        f"{'null' if longitude is None else repr(longitude)},{'null' if crs is None else quoted(crs)}"
    )


NOWHERE = place(None, None, None, None)


def written(
    begin: str,
    seq: int,
    act: str,
    execution: int,
    actor: str | None,
    role: str | None,
    unit: str | None,
    when: str,
    due: int | None,
    place: str,
    definition: str | None,
    facts: str | None,
    algorithm: int,
    payload: bytes | None,
    previous: bytes,
) -> bytes:
    """Return the canonical bytes of an event of its columns and pieces; *begin* is the ``opening`` of its case."""
    return (
        f"{begin},{seq!r},{act},{execution!r},{'null' if actor is None else quoted(actor)},"
        f"{'null' if role is None else quoted(role)},{'null' if unit is None else quoted(unit)},{when},"
        f"{'null' if due is None else repr(due)},{place},{'null' if definition is None else quoted(definition)},"
        f"{'null' if facts is None else quoted(facts)},{algorithm!r},"
        f'{"null" if payload is None else quoted(payload.hex())},"{previous.hex()}"]'
    ).encode("ascii")
