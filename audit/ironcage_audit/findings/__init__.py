"""Findings: what rules state, what proves it, and where each stands."""

from ironcage_audit.findings.examining import Limits, examine
from ironcage_audit.findings.finding import Evidence, Finding, Measured, fingerprint
from ironcage_audit.findings.results import AuditRun, NotExamined, RuleResult, as_json
from ironcage_audit.findings.states import State

__all__ = [
    "AuditRun",
    "Evidence",
    "Finding",
    "Limits",
    "Measured",
    "NotExamined",
    "RuleResult",
    "State",
    "as_json",
    "examine",
    "fingerprint",
]
