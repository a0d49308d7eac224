"""What one run of the audit says: for each rule what it examined, what it could not, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.clock import instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.hooks import Broken
    from ironcage.messages import Text
    from ironcage_audit.findings.finding import Finding
    from ironcage_audit.log import Watermark
    from ironcage_audit.rules import Rule, Values


@dataclass(frozen=True, slots=True)
class NotExamined:
    """Why a rule could say nothing about some cases, and how many."""

    reason: str
    why: Text
    cases: int


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule did. A case may be examined in one part and not in another; then it counts on both sides."""

    rule: Rule
    parameters: Values = field(default_factory=dict[str, "int | str"])
    examined: int = 0
    """In how many cases."""
    not_examined: tuple[NotExamined, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Earliest first."""
    failed: str | None = None
    """Why the rule failed, or None."""

    def as_json(self) -> dict[str, object]:
        """Return the line of the rule in the machine-readable output."""
        return {
            "type": "rule",
            "rule": self.rule.id,
            "version": self.rule.version,
            "parameters": self.parameters,
            "examined": self.examined,
            "not_examined": [
                {"reason": each.reason, "why": str(each.why), "cases": each.cases} for each in self.not_examined
            ],
            "failed": self.failed,
            "findings": len(self.findings),
            "new": sum(finding.is_new for finding in self.findings),
        }


@dataclass(frozen=True, slots=True)
class AuditRun:
    """One run over the cases of a store as of an instant."""

    watermark: Watermark
    results: tuple[RuleResult, ...]
    broken: tuple[Broken, ...] = ()
    """What installed plugins brought that could not be used."""
    archives: tuple[Path, ...] = ()
    """Folders whose archived cases were read, too."""

    @property
    def findings(self) -> list[Finding]:
        """Every finding, rule by rule."""
        return [finding for result in self.results for finding in result.findings]

    @property
    def failed(self) -> list[RuleResult]:
        """The rules that failed; what they would have found is not known."""
        return [result for result in self.results if result.failed is not None]

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield the machine-readable output: for each rule its findings, then itself with what it has seen.

        What a plugin brings and cannot be used comes as a rule of the name ``plugin.*`` that failed.
        """
        watermark = self.watermark
        seen = {
            "as_of": _iso(watermark.as_of_us),
            "cases": watermark.cases,
            "events": watermark.events,
            "digest": watermark.digest,
            "left_out": watermark.left_out,
        }
        for result in self.results:
            for finding in result.findings:
                yield as_json(finding)
            yield {**result.as_json(), **seen}
        nothing = {"examined": 0, "not_examined": [], "findings": 0, "new": 0}
        for each in self.broken:
            yield {"type": "rule", "rule": f"{each.plugin}.*", "failed": each.why, **nothing, **seen}


def as_json(finding: Finding) -> dict[str, object]:
    """Return the line of a finding in the machine-readable output."""
    return {
        "type": "finding",
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "fingerprint": finding.fingerprint,
        "case": finding.case,
        "subject": finding.subject,
        "occurrence": finding.occurrence,
        "element": finding.element,
        "severity": finding.severity.value,
        "occurred_at": _iso(finding.occurred_us),
        "definition": finding.definition,
        "measured": dict(finding.measured),
        "evidence": [{"case": each.case, "seq": each.seq, "digest": each.digest} for each in finding.evidence],
        "new": finding.is_new,
    }


def _iso(at: int) -> str:
    return instant(at).isoformat().replace("+00:00", "Z")
