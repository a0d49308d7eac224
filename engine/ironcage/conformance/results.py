"""What came of a suite, and the form in which it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.conformance.contradiction import Contradiction
    from ironcage.conformance.disputes import Dispute
    from ironcage.faults import Fault


class Verdict(StrEnum):
    """How a process of the suite fared."""

    PASS = mark("pass")
    REFUSED = mark("refused")
    FAILED = mark("failed")
    WRONG = mark("wrong")


_GRAVEST = (Verdict.WRONG, Verdict.FAILED, Verdict.REFUSED, Verdict.PASS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run.

    Attributes:
        number: the n-th run of its test.
        verdict: the verdict on it.
        trace: the tokens in the order in which they were left, with the outcome tokens of the manifest.
        expected: the tokens that the manifest asks for.
        reason: why it did not pass; empty if it did.
        remarks: what makes a pass look accidental: what was still open at the end, what would have come later.
        dispute: the dispute by which it counts as passed.
        contradiction: why no run can do what is expected, where the model says so itself.
    """

    number: int
    verdict: Verdict
    trace: tuple[str, ...]
    expected: tuple[str, ...]
    reason: str = ""
    remarks: tuple[str, ...] = ()
    dispute: Dispute | None = None
    contradiction: Contradiction | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as the command writes it."""
        written: dict[str, object] = {
            "n": self.number,
            "verdict": self.verdict.value,
            "trace": list(self.trace),
            "expected": list(self.expected),
            "reason": self.reason,
            "remarks": list(self.remarks),
        }
        if self.dispute is not None:
            written["dispute"] = self.dispute.as_json()
        return written


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of one process of the suite; *line* is that of the fault it was refused for."""

    id: str
    outcomes: tuple[Outcome, ...]
    reason: str = ""
    rule: str = ""
    line: int = 0

    @property
    def verdict(self) -> Verdict:
        """The gravest of its runs."""
        found = {outcome.verdict for outcome in self.outcomes}
        return next((verdict for verdict in _GRAVEST if verdict in found), Verdict.FAILED)

    def as_json(self) -> dict[str, object]:
        """Return it as the command writes it."""
        return {
            "id": self.id,
            "verdict": self.verdict.value,
            "reason": self.reason or next((each.reason for each in self.outcomes if each.reason), ""),
            "rule": self.rule,
            "line": self.line,
            "cases": [outcome.as_json() for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True)
class Broken:
    """What came of a file that must be refused.

    *fault* is the error it was refused for: of several, the gravest; *faults* are all errors that were found.
    """

    id: str
    fault: Fault | None = None
    faults: tuple[Fault, ...] = field(default_factory=tuple)
    reason: str = ""

    @property
    def refused(self) -> bool:
        """Whether the gate refused it."""
        return self.fault is not None

    def as_json(self) -> dict[str, object]:
        """Return it as the command writes it."""
        fault = self.fault
        return {
            "id": self.id,
            "refused": self.refused,
            "rule": fault.rule if fault else "",
            "line": fault.line if fault else 0,
            "reason": f"{fault.sentence()} {fault.advice()}" if fault else self.reason,
            "faults": [{"rule": each.rule, "line": each.line, "element": each.element} for each in self.faults],
        }
