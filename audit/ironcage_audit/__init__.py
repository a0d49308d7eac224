"""The audit: rules over the record of the cases, and findings with their evidence.

A finding is a lead to be explained, never a verdict.
"""

from ironcage.messages import Text
from ironcage_audit.auditing import audit, findings, latest_event, reading, usual_as_of
from ironcage_audit.findings import AuditRun, Evidence, Finding, Limits, NotExamined, RuleResult, State
from ironcage_audit.rules import Axis, Basis, History, Maturity, Parameter, Rule, Severity, Subject, Unit

__all__ = [
    "AuditRun",
    "Axis",
    "Basis",
    "Evidence",
    "Finding",
    "History",
    "Limits",
    "Maturity",
    "NotExamined",
    "Parameter",
    "Rule",
    "RuleResult",
    "Severity",
    "State",
    "Subject",
    "Text",
    "Unit",
    "audit",
    "findings",
    "latest_event",
    "reading",
    "usual_as_of",
]
