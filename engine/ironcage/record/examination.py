"""The examination of one case: every event against its digest, its neighbours, its payload, its case row and seals.

The stand-alone verifier ``docs/reference/verify_record.py`` repeats this, on purpose in other words; both must find
the same problems at the same places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.record.digests import (
    SALT_BYTES,
    ZERO,
    AlgorithmUnavailableError,
    UnknownAlgorithmError,
    digester,
    payload_digest,
)
from ironcage.record.encoding import encode
from ironcage.record.erasure import is_erasure
from ironcage.record.problems import Problem, ProblemKind
from ironcage.record.rows import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.record.event import Event
    from ironcage.record.rows import CaseRow, Payload
    from ironcage.record.sealed import SealedHead


class _Verdict(NamedTuple):
    place: int
    """The number the event was recorded as, as far as that can be proved; else the number it bears."""
    event: Event
    fault: ProblemKind | None


class Examination:
    """What was found of one case.

    ``problems`` is what is wrong; ``payloads`` and ``erased`` count the payloads that are right and those that an
    order erased.
    """

    def __init__(self, row: CaseRow, events: list[Event], payloads: list[Payload]) -> None:
        self.problems: list[Problem] = []
        self.payloads = 0
        self.erased = 0
        self._row = row
        self._subject = row.subject
        verdicts = self._judge(events)
        self._chain = self._follow(verdicts, self._end(verdicts))
        self._compare_row(verdicts)
        self._compare_payloads(payloads)

    def compare(self, heads: Iterable[SealedHead]) -> None:
        """Compare the events with what seals say of them."""
        last = max(self._chain, default=0)
        for head in heads:
            verdict = self._chain.get(head.seq)
            if verdict is None and head.seq > last:
                self._report(ProblemKind.CUT_TAIL, head.seq, seal=head.seal)
            elif verdict is not None and verdict.event.digest != head.digest:
                self._report(ProblemKind.REWRITTEN_CHAIN, head.seq, seal=head.seal)

    def _report(self, kind: ProblemKind, seq: int | None, **details: str | int) -> None:
        self.problems.append(Problem(kind, self._subject, seq, details))

    def _judge(self, events: list[Event]) -> list[_Verdict]:
        """Return the events by place; of two that claim one, the sounder and better linked comes first."""
        verdicts: list[_Verdict] = []
        places: dict[bytes, int] | None = None
        for event in events:
            place, fault = number(event.seq), _fault(self._subject, event)
            if fault is ProblemKind.ALTERED_EVENT:
                places = _places(self._row, events) if places is None else places
                home = places.get(event.digest, 0)
                if home not in (0, event.seq) and _fault(self._subject, event._replace(seq=home)) is None:
                    place, fault = home, ProblemKind.REORDERED_EVENT
            verdicts.append(_Verdict(place, event, fault))
        linked = {self._row.head, *(event.previous for event in events)}
        verdicts.sort(key=lambda v: (v.place, v.fault is ProblemKind.ALTERED_EVENT, v.event.digest not in linked))
        return verdicts

    def _end(self, verdicts: list[_Verdict]) -> int:
        """Return how many events there should be: what the case row counts, unless its own head belies it."""
        count: object = self._row.seq
        ends = [verdict.place for verdict in verdicts if verdict.event.digest == self._row.head]
        if isinstance(count, int) and (not ends or count in ends):
            return count
        end = max(ends or [verdict.place for verdict in verdicts], default=0)
        self._report(ProblemKind.WRONG_COUNT, end, count=str(count))
        return end

    def _follow(self, verdicts: list[_Verdict], end: int) -> dict[int, _Verdict]:
        """Follow the chain from the first event to number *end*; return the events that are in it, by place."""
        chain: dict[int, _Verdict] = {}
        place, previous, sound = 0, ZERO, True
        for verdict in verdicts:
            event = verdict.event
            if verdict.place == place or verdict.place > end:
                self._report(ProblemKind.INSERTED_EVENT, number(event.seq))
                continue
            if verdict.place > place + 1:
                self._report(ProblemKind.MISSING_EVENT, place + 1, last=verdict.place - 1)
                sound = False
            if verdict.fault is not None:
                self._report_fault(verdict.fault, verdict)
            elif sound and event.previous != previous:
                self._report(ProblemKind.BROKEN_LINK, verdict.place)
            place, previous, sound = verdict.place, event.digest, verdict.fault is None
            chain[place] = verdict
        if place < end:
            self._report(ProblemKind.MISSING_EVENT, place + 1, last=end)
        elif sound and previous != self._row.head:
            self._report(ProblemKind.WRONG_HEAD, place)
        return chain

    def _report_fault(self, fault: ProblemKind, verdict: _Verdict) -> None:
        event = verdict.event
        if fault is ProblemKind.REORDERED_EVENT:
            self._report(fault, number(event.seq), recorded_as=verdict.place)
        elif fault is ProblemKind.ALTERED_EVENT:
            self._report(fault, number(event.seq))
        else:
            self._report(fault, number(event.seq), algorithm=str(event.algorithm))

    def _compare_row(self, verdicts: list[_Verdict]) -> None:
        """Compare the case row's names with each other and with the first event.

        Under a name that was altered every event looks altered; the one true problem then stands for all of them.
        """
        row = self._row
        first = self._chain.get(1)
        fits = belongs(row.part, row.case) and part_of(row.process, row.key) == row.part
        if first is not None and first.fault is None:
            fits = fits and row.origin == ("import" if first.event.definition is None else "engine")
        if fits:
            return
        if all(verdict.fault is ProblemKind.ALTERED_EVENT for verdict in verdicts):
            self.problems = [p for p in self.problems if p.kind is not ProblemKind.ALTERED_EVENT]
        self._report(ProblemKind.ALTERED_CASE, None)

    def _compare_payloads(self, payloads: list[Payload]) -> None:
        rows = {payload.seq: payload for payload in payloads}
        erased_before = max((place for place, verdict in self._chain.items() if is_erasure(verdict.event)), default=0)
        for place, verdict in self._chain.items():
            payload, bound = rows.pop(place, None), verdict.event.payload_digest
            if payload is None:
                if bound is not None and place < erased_before:
                    self.erased += 1
                elif bound is not None:
                    self._report(ProblemKind.MISSING_PAYLOAD, place)
            elif bound is None:
                self._report(ProblemKind.INSERTED_PAYLOAD, place)
            elif place < erased_before:
                self._report(ProblemKind.UNERASED_PAYLOAD, place)
            elif _binds(verdict.event, payload):
                self.payloads += 1
            else:
                self._report(ProblemKind.ALTERED_PAYLOAD, place)
        for payload in rows.values():
            self._report(ProblemKind.ORPHAN_PAYLOAD, number(payload.seq))


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
        digest = digester(event.algorithm)(encoded)
    except UnknownAlgorithmError:
        return ProblemKind.UNKNOWN_ALGORITHM
    except AlgorithmUnavailableError:
        return ProblemKind.UNAVAILABLE_ALGORITHM
    except (AttributeError, TypeError):  # a column holds a value of another type than was recorded
        return ProblemKind.ALTERED_EVENT
    return None if digest == event.digest else ProblemKind.ALTERED_EVENT


def _binds(event: Event, payload: Payload) -> bool:
    """Return whether *event* was recorded with *payload*; True where the event's algorithm cannot tell."""
    try:
        digest = payload_digest(event.algorithm, payload.salt, payload.body)
    except (UnknownAlgorithmError, AlgorithmUnavailableError):
        return True
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
