"""What a report says: plain values, gathered once, from which every rendering is made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.bpmn import Model
    from ironcage.clock import Micros
    from ironcage.hooks import Broken
    from ironcage.messages import Text
    from ironcage.record.problems import Problem
    from ironcage_audit.findings import Finding, RuleResult
    from ironcage_audit.log import Watermark
    from ironcage_audit.proposals import Proposals
    from ironcage_audit.rules import Severity


@dataclass(frozen=True, slots=True)
class Record:
    """What was read: how much, from where, and whether its chain holds."""

    watermark: Watermark
    last_us: Micros | None
    """When the latest event of the reading happened."""
    closed: int
    imported: int
    """Cases taken in from another system's log; the others ran here."""
    source: Text | None
    """Where the record comes from, in the words of who made the report."""
    problems: tuple[Problem, ...]
    """What the verification of the whole record found."""

    @property
    def open(self) -> int:
        """Cases not closed as of the reading."""
        return self.watermark.cases - self.closed


@dataclass(frozen=True, slots=True)
class Overdue:
    """How a set of cases stands to its deadlines; a case counts once, however many deadlines it has."""

    cases: int = 0
    with_deadline: int = 0
    overdue_open: int = 0
    """Cases with work that is past its deadline and still open."""
    overdue_closed: int = 0
    """Cases all of whose late work is closed."""

    @property
    def without_deadline(self) -> int:
        """Cases without any deadline: neither on time nor overdue."""
        return self.cases - self.with_deadline

    @property
    def overdue(self) -> int:
        """All overdue cases."""
        return self.overdue_open + self.overdue_closed

    @property
    def share(self) -> Fraction | None:
        """Overdue cases as a share of those with a deadline; None where none has one."""
        return Fraction(self.overdue, self.with_deadline) if self.with_deadline else None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit: the cases in which work was offered to it."""

    unit: str | None
    """None for work that names no unit."""
    overdue: Overdue


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element of a model: how often it was executed, how long that took, how often it was late."""

    element: str
    name: Text
    executions: int
    open: int
    timed: int
    """Executions whose beginning is recorded: the base of the median."""
    median_us: Micros | None
    """By when half are over, open ones counted as open (Kaplan-Meier); None where fewer than half are."""
    with_deadline: int
    overdue: int

    @property
    def share(self) -> Fraction | None:
        """Overdue executions as a share of those with a deadline; None where none has one."""
        return Fraction(self.overdue, self.with_deadline) if self.with_deadline else None


@dataclass(frozen=True, slots=True)
class Version:
    """A deployed version of a definition, and how many of the cases run on it."""

    number: int
    digest: str
    deployed_us: Micros
    cases: int


@dataclass(frozen=True, slots=True)
class ProcessPart:
    """One process: its definition, where it is deployed here, and what happened at its elements."""

    key: str
    title: Text
    owner: str
    cases: int
    versions: tuple[Version, ...]
    """Those that cases run on; the newest one where all cases are imported."""
    model: Model | None
    """The newest of *versions*; None where the process is not deployed."""
    fields: dict[str, Text]
    """What the fields of its case data are called."""
    elements: tuple[ElementRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceEvent:
    """A recorded event that a finding rests on."""

    case: str
    seq: int
    digest: str
    kind: str
    transition: str
    element: str | None
    happened_us: Micros
    due_us: Micros | None
    actor: str | None
    role: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class FindingPart:
    """A finding with its events."""

    finding: Finding
    events: tuple[EvidenceEvent, ...]
    facts: dict[str, str]
    """The audit fields of its case; empty where several cases make up the finding."""


@dataclass(frozen=True, slots=True)
class RulePart:
    """What one rule did, its findings longest overrun first, then those with most evidence, then earliest."""

    result: RuleResult
    findings: tuple[FindingPart, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; the same store and the same run give an equal one."""

    zone: str
    """In which instants are shown: that of the processes where they agree, else UTC."""
    record: Record
    processes: tuple[ProcessPart, ...]
    total: Overdue
    units: tuple[UnitRow, ...]
    """Most overdue cases first."""
    rules: tuple[RulePart, ...]
    broken: tuple[Broken, ...]
    proposals: Proposals | None
    generated_us: Micros | None
    """When it was made; None where nobody said."""

    @property
    def as_of_us(self) -> Micros:
        """What happened later was not seen."""
        return self.record.watermark.as_of_us

    def by_severity(self) -> dict[Severity, int]:
        """Return how many findings of each severity there are, gravest first, only those that occur."""
        counts: dict[Severity, int] = {}
        for part in sorted(self.rules, key=lambda part: -gravity(part.result.rule.severity)):
            if part.findings:
                severity = part.result.rule.severity
                counts[severity] = counts.get(severity, 0) + len(part.findings)
        return counts


def gravity(severity: Severity) -> int:
    """Return 0 for blue to 3 for red."""
    return list(type(severity)).index(severity)
