"""One recorded fact: the columns that rules and the chain stand on.

A payload (what people wrote, what personal data says) is not here: it lies in a row of its own, bound by
``payload_digest``, so that it can be erased by order while the chain still verifies. The fields of the case data that
the schema marks for audit (never personal ones) stay here, in ``facts``.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Event(NamedTuple):
    """A row of the table ``events``, in the order of its columns.

    Instants are microseconds since the epoch, UTC. The local columns are those of *happened* in the zone of the
    process, so that no rule needs a time zone.
    """

    part: int
    """The bucket of the case, 0 to 1023."""
    case: bytes
    """The internal id of the case: the 16 bytes of a UUIDv7."""
    seq: int
    """1, 2, 3, ... without a gap."""
    kind: str
    transition: str
    element: str
    """The id of the BPMN element (of the process element for the case itself); the activity of an imported log."""
    execution: int
    """The n-th execution of the element in the case, from 1."""
    actor: str | None
    role: str | None
    unit: str | None
    happened: int
    recorded: int | None
    """When it was written down; None for an imported event whose log does not say."""
    local_day: int
    """20110701 for 1 July 2011."""
    local_weekday: int
    """1 for Monday to 7 for Sunday (ISO 8601)."""
    local_hour: int
    """0 to 23."""
    due: int | None
    channel: str | None
    latitude: int | None
    """In units of 1e-7 degree."""
    longitude: int | None
    crs: str | None
    """The coordinate system of the place, for example ``EPSG:4326``."""
    definition: str | None
    """``key@version sha256:...`` of the definition the case runs on, on the event that says so; else None."""
    facts: str | None
    """What rules may know of the case data the event brought: canonical JSON of the fields marked ``audit``."""
    algorithm: int
    """How the digests are made; see ``ironcage.record.digests``."""
    payload_digest: bytes | None
    previous: bytes
    """The digest of the event before; 32 zero bytes before the first."""
    digest: bytes


EventRow: TypeAlias = "tuple[int | str | bytes | None, ...]"
"""The columns of an event without their names: what is only to be written need not be an ``Event``."""
