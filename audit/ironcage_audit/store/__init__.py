"""The audit's part of the database: reading cases for a log, keeping findings."""

from ironcage_audit.store.reading import (
    cases,
    has_own_cases,
    kept_findings,
    latest_event,
    left_out,
    part_of,
    separations,
    states,
    steps,
)
from ironcage_audit.store.tables import metadata
from ironcage_audit.store.writing import keep

__all__ = [
    "cases",
    "has_own_cases",
    "keep",
    "kept_findings",
    "latest_event",
    "left_out",
    "metadata",
    "part_of",
    "separations",
    "states",
    "steps",
]
