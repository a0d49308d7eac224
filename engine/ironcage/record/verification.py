"""Whether a record is whole: every problem with its place, and what could not be proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage.record.event import Event
from ironcage.record.examination import Examination, belongs, number
from ironcage.record.problems import Problem, ProblemKind
from ironcage.record.rows import Payload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ironcage.record.rows import CaseRow, RecordedCase
    from ironcage.record.sealed import SealedHead, Seals


@dataclass(slots=True)
class Verification:
    """What ``verify`` counted and found."""

    cases: int = 0
    events: int = 0
    payloads: int = 0
    """Payloads that are there and right."""
    erased: int = 0
    """Payloads erased by a recorded order."""
    archived: int = 0
    """Cases whose record lies in an archive that was not given; only the ends of their chains were compared."""
    problems: list[Problem] = field(default_factory=list)
    seals: Seals | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems

    def limits(self) -> list[str]:
        """Return, sentence by sentence, what was not proved."""
        limits = [text("{count} payloads were erased by order; what they said is no longer proved.", count=self.erased)]
        if not self.erased:
            limits.clear()
        if self.archived:
            limits.append(
                text(
                    "{count} cases are archived and were not examined here; name their archives: ironcage verify "
                    "--archive FOLDER",
                    count=self.archived,
                )
            )
        if self.seals is None or not self.seals.seals:
            limits.append(
                text(
                    "Without a seal, three things cannot be found: a chain recomputed to its end, a whole case dropped,"
                    " the last events of a case cut off. `ironcage seal` closes the gap from now on."
                )
            )
            return limits
        first, last = self.seals.seals[0], self.seals.seals[-1]
        limits.append(text("What was recorded after {instant} is in no seal yet.", instant=last.sealed_at))
        if first.number > 1:
            limits.append(
                text("Cases that have not changed since seal {number} are in earlier seals; give those too.",
                     number=first.number - 1)
            )  # fmt: skip
        if self.seals.expected is None:
            limits.append(
                text("The key was taken from the seal; compare its fingerprint or give the public key: {fingerprint}",
                     fingerprint=last.public_key.fingerprint())
            )  # fmt: skip
        return limits

    def to_json(self) -> dict[str, object]:
        """Return the result for programs; the keys are stable."""
        return {
            "whole": self.whole,
            "cases": self.cases,
            "events": self.events,
            "payloads": self.payloads,
            "erased": self.erased,
            "archived": self.archived,
            "seals": [seal.number for seal in self.seals.seals] if self.seals else [],
            "problems": [problem.to_json() for problem in self.problems],
            "limits": self.limits(),
        }


def verify(cases: Iterable[RecordedCase], seals: Seals | None = None, archived: Iterable[CaseRow] = ()) -> Verification:
    """Return what is wrong with the recorded *cases*, by themselves and against *seals*.

    One case is held in memory at a time. The order of the cases does not matter; each comes once.

    Args:
        cases: what is to be examined.
        seals: what vouches for them.
        archived: what is left of cases whose events are not at hand; the ends of their chains must be those of the
            seals.
    """
    found = Verification(seals=seals)
    sealed = seals.heads if seals else {}
    unseen = set(sealed)
    if seals:
        found.problems += seals.problems
    for recorded in cases:
        row, events, payloads = recorded
        found.events += len(events)
        if row is None:
            found.problems += _orphans(recorded)
            continue
        examination = Examination(row, events, payloads, sealed.get(row.subject, ()))
        unseen.discard(row.subject)
        found.cases += 1
        found.payloads += examination.payloads
        found.erased += examination.erased
        found.problems += examination.problems
    for row in archived:
        unseen.discard(row.subject)
        found.archived += 1
        found.problems += _ends(row, sealed.get(row.subject, ()))
    for case in sorted(unseen):
        last = max(sealed[case])
        found.problems.append(Problem(ProblemKind.DROPPED_CASE, case, None, {"events": last.seq, "seal": last.seal}))
    return found


def _ends(row: CaseRow, sealed: Sequence[SealedHead]) -> Iterator[Problem]:
    """Yield what the seals say against the end of a chain whose events are not at hand."""
    for head in sealed:
        if head.seq > row.seq:
            yield Problem(ProblemKind.CUT_TAIL, row.subject, head.seq, {"seal": head.seal})
        elif head.seq == row.seq and head.digest != row.head:
            yield Problem(ProblemKind.REWRITTEN_CHAIN, row.subject, head.seq, {"seal": head.seal})


def _orphans(recorded: RecordedCase) -> Iterator[Problem]:
    """Yield a problem for each row that no case owns; those whose part is not that of their case are misplaced."""
    rows: tuple[Event | Payload, ...] = (*recorded.events, *recorded.payloads)
    for row in rows:
        kinds = _ORPHANED if belongs(row.part, row.case) else _MISPLACED
        yield Problem(kinds[type(row)], _name(row.case), number(row.seq))


_ORPHANED = {Event: ProblemKind.ORPHAN_EVENT, Payload: ProblemKind.ORPHAN_PAYLOAD}
_MISPLACED = {Event: ProblemKind.MISPLACED_EVENT, Payload: ProblemKind.MISPLACED_PAYLOAD}


def _name(case: object) -> str:
    return case.hex() if isinstance(case, bytes) else str(case)
