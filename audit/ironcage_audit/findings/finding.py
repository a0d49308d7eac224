"""A finding: what a rule states about a subject, and the events that prove it. A lead to explain, not a verdict."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Micros
    from ironcage_audit.rules import Severity

Measured = int | str | None
"""A value a query measured."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event a finding rests on, with the digest it had when the finding was made."""

    case: str
    seq: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding; its fingerprint says which one it is, in every run and in every database."""

    rule: str
    rule_version: str
    fingerprint: str
    severity: Severity
    subject: str
    occurrence: str
    occurred_us: Micros
    case: str
    """The case it begins with, as ``process/key``."""
    element: str | None
    """The element of the model it belongs to; None for the whole case."""
    definition: str | None
    """``process@version``, where the case has a version."""
    evidence: tuple[Evidence, ...]
    measured: Mapping[str, Measured]
    is_new: bool = True
    """Whether no earlier run had found it."""


def fingerprint(rule: str, major: int, subject: str, occurrence: str) -> str:
    """Return the fingerprint of a finding: 64 hexadecimal digits.

    Only facts go into it: never the id of a row, a score, a threshold or the time of a run.
    """
    facts = json.dumps(["ironcage finding 1", rule, major, subject, occurrence], ensure_ascii=False)
    return hashlib.sha256(facts.encode()).hexdigest()
