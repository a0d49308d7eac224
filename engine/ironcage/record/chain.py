"""The growing end of one case's record: facts go in, numbered and chained events come out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ironcage.errors import RefusedError
from ironcage.machine.step import made
from ironcage.messages import mark
from ironcage.record.digests import PAYLOAD_TAG, SALT_BYTES, SHA256, ZERO, hasher
from ironcage.record.encoding import NOWHERE, opening, place, written
from ironcage.record.event import Event
from ironcage.record.rows import Payload

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros
    from ironcage.record.encoding import Act, When
    from ironcage.record.event import EventRow

Salts: TypeAlias = "Callable[[int], bytes]"
"""Gives as many random bytes as it is asked for."""


class HappenedLaterError(RefusedError):
    """An event would be recorded before it happened."""

    message = mark("Event {seq} of {case} is said to happen after the instant it is recorded at; correct the instant.")


class Provenance(NamedTuple):
    """Who acted, over which channel, and where."""

    actor: str | None = None
    channel: str | None = None
    latitude: int | None = None
    """In units of 1e-7 degree."""
    longitude: int | None = None
    crs: str | None = None
    """The coordinate system of the place, for example ``EPSG:4326``."""


NOBODY = Provenance()
"""The engine itself: what follows from an act has no actor of its own."""
_NOBODY = (None, None, None, None, None, NOWHERE)
"""The same, taken apart faster, with the text of its place."""


class Chain:
    """The end of one case's record, and what has been appended to it.

    Invariant: its ``rows`` are numbered without a gap up to ``seq``, each holds the digest of the one before, and
    ``head`` is the digest of the last.
    """

    __slots__ = (
        "_hashed",
        "_opening",
        "_salts",
        "algorithm",
        "case",
        "head",
        "part",
        "payloads",
        "rows",
        "seq",
        "subject",
    )

    def __init__(
        self,
        subject: str,
        part: int,
        case: bytes,
        seq: int = 0,
        head: bytes = ZERO,
        *,
        algorithm: int = SHA256.id,
        salts: Salts = os.urandom,
    ) -> None:
        self.subject = subject
        self.part = part
        self.case = case
        self.seq = seq
        self.head = head
        self.algorithm = algorithm
        self.rows: list[EventRow] = []
        self.payloads: list[Payload] = []
        self._salts = salts
        self._hashed = hasher(algorithm)
        self._opening = opening(subject, part, case)

    @property
    def events(self) -> list[Event]:
        """The events that have been appended."""
        return [Event._make(row) for row in self.rows]

    def append(
        self,
        act: Act,
        execution: int,
        role: str | None,
        unit: str | None,
        when: When,
        due: Micros | None,
        by: Provenance,
        definition: str | None,
        facts: str | None,
        body: bytes | None,
    ) -> None:
        """Append one event, and its payload if it has a *body*.

        Raises:
            HappenedLaterError: it happened after it was recorded.
        """
        part, case, algorithm, previous, hashed = self.part, self.case, self.algorithm, self.head, self._hashed
        seq = self.seq + 1
        happened, recorded, day, weekday, hour, instant = when
        if recorded is not None and happened > recorded:
            raise HappenedLaterError(case=self.subject, seq=seq)
        bound = None
        if body is not None:
            salt = self._salts(SALT_BYTES)
            bound = hashed(PAYLOAD_TAG + salt + body).digest()
            self.payloads.append(made(Payload, (part, case, seq, salt, body)))
        kind, transition, element, what = act
        if by is NOBODY:
            actor, channel, latitude, longitude, crs, where = _NOBODY
        else:
            actor, channel, latitude, longitude, crs = by
            where = place(channel, latitude, longitude, crs)
        self.seq = seq
        canonical = written(
            self._opening, seq, what, execution, actor, role, unit, instant, due, where, definition, facts, algorithm,
            bound, previous,
        )  # fmt: skip
        self.head = head = hashed(canonical).digest()
        row = (
            part, case, seq, kind, transition, element, execution, actor, role, unit, happened, recorded,
            day, weekday, hour, due, channel, latitude, longitude, crs, definition, facts, algorithm, bound,
            previous, head,
        )  # fmt: skip
        self.rows.append(row)
