"""Small logs and rules for tests of the audit: factories in which a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ironcage.messages import Text
from ironcage_audit.log import Log, LogCase, LogEvent, write
from ironcage_audit.rules import Axis, Maturity, Rule, Severity, Subject

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3_600_000_000
NOON = 1_310_000_400_000_000
_TEXT = Text("文", "text")
_EVENT = LogEvent(
    1, "activity", "complete", "handle", 1, None, None, None, NOON, None, 20110707, 4, 1, digest=b"\1" * 32
)  # fmt: skip

RULE = Rule(
    id="tests.any",
    code="TT01",
    version="1.0",
    axis=Axis.MATTER,
    severity=Severity.BLUE,
    maturity=Maturity.TRIAL,
    subject=Subject.CASE,
    title=_TEXT,
    what=_TEXT,
    why=_TEXT,
    evidence=_TEXT,
    mistakes=_TEXT,
    remedy=_TEXT,
    example=_TEXT,
    source=_TEXT,
    needs=("work", "ev"),
    query="""
        SELECT case_id AS subject, element || '#' || execution AS occurrence, closed_us AS occurred_us, case_id,
               element, offered_seq AS first_seq, closed_seq AS last_seq, closed_us - offered_us AS took_us
        FROM work WHERE closed_us IS NOT NULL
    """,
)
"""Finds every piece of work that is over."""


def rule(**fields: Any) -> Rule:
    """Return the rule with *fields* changed."""
    return replace(RULE, **fields)


def query(selected: str, rest: str = "FROM work") -> str:
    """Return a query that yields what it must and *selected* besides, which may overrule it."""
    columns = {
        "subject": "case_id",
        "occurrence": "element",
        "occurred_us": "offered_us",
        "case_id": "case_id",
        "element": "element",
        "first_seq": "offered_seq",
        "last_seq": "closed_seq",
    }
    own = {part.rpartition(" AS ")[2] for part in selected.split(", ")}
    return "SELECT " + ", ".join([*(f"{c} AS {n}" for n, c in columns.items() if n not in own), selected]) + " " + rest


def events(*changes: dict[str, Any]) -> list[LogEvent]:
    """Return events numbered from 1; each differs from a completion of ``handle`` at noon by *changes*."""
    return [_EVENT._replace(seq=seq, **change) for seq, change in enumerate(changes, 1)]


def log(folder: Path, cases: dict[str, list[LogEvent]], as_of: int = NOON + 1000 * HOUR) -> Log:
    """Return the log of *cases*, by key."""
    of_process = [(LogCase("request", key, 1, "engine"), of_case) for key, of_case in cases.items()]
    return write(folder / "log.db", as_of, of_process)


def rows(log: Log, view: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return these columns of a view of *log*, sorted."""
    with log.connection() as connection:
        return sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {view}").fetchall(), key=repr)
