"""The findings of a report with the events they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage_audit.reports.report import EvidenceEvent, FindingPart, RulePart, gravity

if TYPE_CHECKING:
    import sqlite3

    from ironcage_audit.findings import AuditRun, Evidence, Finding

_EVENT = """
SELECT kind, transition, element, t_us, due_us, actor, role, unit FROM ev WHERE case_id = ? AND seq = ?
"""
_FACTS = "SELECT name, value FROM attr WHERE case_id = ? AND value IS NOT NULL ORDER BY name"


def rules(connection: sqlite3.Connection, run: AuditRun) -> tuple[RulePart, ...]:
    """Return what each rule did, the gravest first, each with its findings and their events."""
    ordered = sorted(run.results, key=lambda result: (-gravity(result.rule.severity), result.rule.id))
    return tuple(
        RulePart(result, tuple(_part(connection, finding) for finding in sorted(result.findings, key=_rank)))
        for result in ordered
    )


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    late = finding.measured.get("late_us")
    overrun = late if isinstance(late, int) else 0
    return -overrun, -len(finding.evidence), finding.occurred_us, finding.fingerprint


def _part(connection: sqlite3.Connection, finding: Finding) -> FindingPart:
    events = tuple(_event(connection, each) for each in finding.evidence)
    facts = connection.execute(_FACTS, (finding.case,)) if {event.case for event in events} == {finding.case} else ()
    return FindingPart(finding, events, dict(facts))


def _event(connection: sqlite3.Connection, evidence: Evidence) -> EvidenceEvent:
    row = connection.execute(_EVENT, (evidence.case, evidence.seq)).fetchone()
    return EvidenceEvent(evidence.case, evidence.seq, evidence.digest, *row)
