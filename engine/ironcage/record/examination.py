"""The examination of one case: every event against its digest, its neighbours, its payload, its case row and seals.

The stand-alone verifier ``docs/reference/verify_record.py`` repeats this, on purpose in other words; both must find
the same problems at the same places. Only this one tells an event that was moved from one that was altered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.record.digests import (
    SALT_BYTES,
    ZERO,
    AlgorithmUnavailableError,
    UnknownAlgorithmError,
    hasher,
    payload_digest,
)
from ironcage.record.encoding import encode
from ironcage.record.erasure import is_erasure
from ironcage.record.problems import Problem, ProblemKind
from ironcage.record.rows import part_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.record.event import Event
    from ironcage.record.rows import CaseRow, Payload
    from ironcage.record.sealed import SealedHead


class Examination:
    """What was found of one case.

    ``problems`` is what is wrong; ``payloads`` and ``erased`` count the payloads that are right and those that an
    order erased.
    """

    def __init__(
        self, row: CaseRow, events: list[Event], payloads: list[Payload], sealed: Sequence[SealedHead] = ()
    ) -> None:
        self.problems: list[Problem] = []
        self.payloads = 0
        self.erased = 0
        self._row = row
        self._subject = row.subject
        self._events = events
        self._payloads = {payload.seq: payload for payload in payloads}
        self._erased_before = max((number(event.seq) for event in events if is_erasure(event)), default=0)
        self._places: dict[bytes, int] | None = None
        if not belongs(row.part, row.case) or row.part != part_of(row.process, row.key):
            self._report(ProblemKind.ALTERED_CASE, None)
        last = self._follow(sealed)
        for seq in self._payloads:
            self._report(ProblemKind.ORPHAN_PAYLOAD, number(seq))
        for head in sealed:
            if head.seq > last:
                self._report(ProblemKind.CUT_TAIL, head.seq, seal=head.seal)

    def _report(self, kind: ProblemKind, seq: int | None, **details: str | int) -> None:
        self.problems.append(Problem(kind, self._subject, seq, details))

    def _follow(self, sealed: Sequence[SealedHead]) -> int:
        """Follow the chain to its end; return the number of the last event in it."""
        last, end, previous, sound = 0, number(self._row.seq), ZERO, True
        for event in self._events:
            seq, payload = number(event.seq), self._payloads.pop(event.seq, None)
            if not last < seq <= end:
                self._report(ProblemKind.INSERTED_EVENT, seq)
                continue
            if seq > last + 1:
                self._report(ProblemKind.MISSING_EVENT, last + 1, last=seq - 1)
            fault = _fault(self._subject, event)
            if fault is not None:
                self._report_fault(fault, event)
            else:
                if sound and seq == last + 1 and event.previous != previous:
                    self._report(ProblemKind.BROKEN_LINK, seq)
                elif seq == 1 and self._row.origin != ("import" if event.definition is None else "engine"):
                    self._report(ProblemKind.ALTERED_CASE, None)
                self._compare_payload(event, payload)
            for head in sealed:
                if head.seq == seq and head.digest != event.digest:
                    self._report(ProblemKind.REWRITTEN_CHAIN, seq, seal=head.seal)
            last, previous, sound = seq, event.digest, fault is None
        if last < end:
            self._report(ProblemKind.MISSING_EVENT, last + 1, last=end)
        elif sound and previous != self._row.head:
            self._report(ProblemKind.WRONG_HEAD, last)
        return last

    def _report_fault(self, fault: ProblemKind, event: Event) -> None:
        if fault is not ProblemKind.ALTERED_EVENT:
            self._report(fault, event.seq, algorithm=str(event.algorithm))
            return
        if self._places is None:
            self._places = _places(self._row, self._events)
        place = self._places.get(event.digest)
        if place is not None and _fault(self._subject, event._replace(seq=place)) is None:
            self._report(ProblemKind.REORDERED_EVENT, event.seq, recorded_as=place)
        else:
            self._report(fault, event.seq)

    def _compare_payload(self, event: Event, payload: Payload | None) -> None:
        """Compare a sound event with its payload; what an altered one says of its payload means nothing."""
        if payload is None:
            if event.payload_digest is not None and event.seq < self._erased_before:
                self.erased += 1
            elif event.payload_digest is not None:
                self._report(ProblemKind.MISSING_PAYLOAD, event.seq)
        elif event.payload_digest is None:
            self._report(ProblemKind.INSERTED_PAYLOAD, event.seq)
        elif event.seq < self._erased_before:
            self._report(ProblemKind.UNERASED_PAYLOAD, event.seq)
        elif _binds(event, payload):
            self.payloads += 1
        else:
            self._report(ProblemKind.ALTERED_PAYLOAD, event.seq)


def number(seq: object) -> int:
    """Return *seq* where it can be the number of an event, else 0: an altered row may hold anything."""
    return seq if isinstance(seq, int) and seq > 0 else 0


def belongs(part: object, case: object) -> bool:
    """Return whether *part* is the bucket that the internal id *case* names in its last ten bits."""
    return isinstance(case, bytes) and int.from_bytes(case[-2:]) & 1023 == part


def _fault(subject: str, event: Event) -> ProblemKind | None:
    """Return what is wrong with *event* taken by itself, or None."""
    try:
        encoded = encode(subject, event)
        digest = hasher(event.algorithm)(encoded).digest()
    except UnknownAlgorithmError:
        return ProblemKind.UNKNOWN_ALGORITHM
    except AlgorithmUnavailableError:
        return ProblemKind.UNAVAILABLE_ALGORITHM
    except (AttributeError, TypeError, ValueError):  # a column holds a value of another type than was recorded
        return ProblemKind.ALTERED_EVENT
    return None if digest == event.digest else ProblemKind.ALTERED_EVENT


def _binds(event: Event, payload: Payload) -> bool:
    """Return whether *event* was recorded with *payload*."""
    try:
        digest = payload_digest(event.algorithm, payload.salt, payload.body)
    except TypeError:
        return False
    return digest == event.payload_digest and len(payload.salt) == SALT_BYTES


def _places(row: CaseRow, events: list[Event]) -> dict[bytes, int]:
    """Return the place of each digest as the links tell it, followed from the first event on and from the last back."""
    places: dict[bytes, int] = {}
    after = {event.previous: event.digest for event in events}
    before = {event.digest: event.previous for event in events}
    for links, start, first, step in ((after, after.get(ZERO), 1, 1), (before, row.head, number(row.seq), -1)):
        digest, place = start, first
        while digest in before and digest not in places:
            places[digest] = place
            digest, place = links.get(digest), place + step
    return places
