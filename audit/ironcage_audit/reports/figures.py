"""The counts of a report: cases by unit and their deadlines, executions by element and how long they took."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ironcage_audit.proposals.survival import kaplan_meier
from ironcage_audit.reports.report import Overdue, UnitRow

if TYPE_CHECKING:
    import sqlite3

    from ironcage.clock import Micros

_HALF = Fraction(1, 2)
# Work of the system that names neither unit nor deadline is nobody's: its cases are counted where they are handled.
_OWED = """
WITH charged AS (
  SELECT case_id, unit, due_us, closed_us FROM work WHERE unit IS NOT NULL OR due_us IS NOT NULL
), owed AS (
  SELECT case_id, unit, due_us, closed_us FROM charged
  UNION ALL
  SELECT case_id, NULL AS unit, due_us, closed_us FROM cases
  WHERE due_us IS NOT NULL OR NOT EXISTS (SELECT 1 FROM charged WHERE charged.case_id = cases.case_id)
), by_case AS (
  SELECT
    CASE WHEN :by_unit = 1 THEN unit END AS of_unit,
    MAX(CASE WHEN due_us IS NULL THEN 0 ELSE 1 END) AS dated,
    MAX(CASE WHEN due_us < :as_of AND closed_us IS NULL THEN 1 ELSE 0 END) AS late_open,
    MAX(CASE WHEN due_us < closed_us THEN 1 ELSE 0 END) AS late_closed
  FROM owed
  GROUP BY case_id, of_unit
)
SELECT of_unit, COUNT(*), SUM(dated), SUM(late_open), SUM(CASE WHEN late_open = 0 THEN late_closed ELSE 0 END)
FROM by_case
GROUP BY of_unit
"""
_WORK = """
SELECT cases.process, element, offered_us, work.closed_us, outcome_of_work, work.due_us
FROM (SELECT case_id, element, offered_us, closed_us, outcome AS outcome_of_work, due_us FROM work) AS work
JOIN cases ON cases.case_id = work.case_id
"""


@dataclass(slots=True)
class Executions:
    """What was counted at one element."""

    executions: int = 0
    open: int = 0
    with_deadline: int = 0
    overdue: int = 0
    spans: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    """(how long it was seen, whether it was completed then)."""

    def median(self) -> Micros | None:
        """Return by when half are over, or None where fewer than half are."""
        return kaplan_meier(self.spans).quantile(_HALF)


def total(connection: sqlite3.Connection, as_of: Micros) -> Overdue:
    """Return how all cases stand to their deadlines."""
    return next((row.overdue for row in _owed(connection, as_of, by_unit=False)), Overdue())


def units(connection: sqlite3.Connection, as_of: Micros) -> tuple[UnitRow, ...]:
    """Return how the cases of each unit stand to their deadlines, most overdue first."""
    rows = _owed(connection, as_of, by_unit=True)
    return tuple(sorted(rows, key=lambda row: (-row.overdue.overdue, -row.overdue.cases, row.unit or "")))


def _owed(connection: sqlite3.Connection, as_of: Micros, *, by_unit: bool) -> list[UnitRow]:
    rows = connection.execute(_OWED, {"as_of": as_of, "by_unit": int(by_unit)})
    return [UnitRow(unit, Overdue(*counts)) for unit, *counts in rows]


def executions(connection: sqlite3.Connection, as_of: Micros) -> dict[tuple[str, str], Executions]:
    """Return what was executed, by process and element; what was withdrawn counts as seen until then."""
    found: dict[tuple[str, str], Executions] = {}
    for process, element, offered, closed, outcome, due in connection.execute(_WORK):
        at = found.setdefault((process, element), Executions())
        until = as_of if closed is None else closed
        at.executions += 1
        at.open += closed is None
        at.with_deadline += due is not None
        at.overdue += due is not None and due < until
        if offered is not None:
            at.spans.append((until - offered, outcome == "complete"))
    return found
