"""From overdue findings to one proposed limit, or to the reasons why none is proposed.

A proposal is a question put to people, with the figures they need; it is never applied by itself. A longer limit does
not make work faster: where capacity is what lacks, the limit is not what should change.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from ironcage.definitions import restore
from ironcage.store import definitions as stored
from ironcage_audit.auditing import reading
from ironcage_audit.proposals.limits import DAY, difference, limit_table, with_limit
from ironcage_audit.proposals.survival import kaplan_meier

if TYPE_CHECKING:
    import sqlite3

    from ironcage.clock import Micros
    from ironcage.definitions import Definition
    from ironcage.store import Store
    from ironcage_audit.findings import AuditRun
    from ironcage_audit.proposals.limits import LimitTable
    from ironcage_audit.proposals.survival import Survival

RULE = "deadlines.overdue"
MINIMUM = 20
"""Fewer overdue cases than this carry no proposal."""
TARGET = Fraction(4, 5)
"""The share of cases that a proposed limit would have held."""
PACE = Fraction(9, 10)
"""Where a smaller share of the cases is closed, work does not keep up with what arrives, and no limit would help."""
SHARES = (Fraction(1, 4), Fraction(1, 2), Fraction(4, 5), Fraction(9, 10))
"""The shares whose times are shown."""


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one kind at one step: what the findings are grouped by."""

    process: str
    version: int
    element: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a group's record says, as of the audit."""

    overdue: int
    with_deadline: int
    ended: int
    still_open: int
    """Counted as censored: seen for as long as they have been open."""
    times: tuple[tuple[Fraction, Micros | None], ...]
    """By when which share is over; None where the record does not reach that far."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit to look at, with the change of the file that would set it."""

    group: Group
    figures: Figures
    file: str
    limit: Micros
    proposed: Micros
    kept_now: Fraction
    """The share that keeps the present limit, open cases counted as censored."""
    kept_then: Fraction
    diff: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Why a group carries no proposal."""

    group: Group
    overdue: int
    reason: str
    """``few``, ``like-others``, ``no-limit``, ``behind`` or ``longer-already``."""
    figures: Figures | None = None
    """What the reason rests on, where that is more than the count."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the findings lead to: at most one proposal, and what was looked at and declined, most overdue first."""

    proposal: Proposal | None
    declined: tuple[Declined, ...]


def propose(store: Store, run: AuditRun) -> Proposals:
    """Return what the overdue findings of *run* over *store* carry."""
    declined: list[Declined] = []
    overdue = Counter(
        (finding.definition, finding.element, finding.case) for finding in run.findings if finding.rule == RULE
    )
    with reading(store, run.watermark.as_of_us, run.archives) as log, log.connection() as connection:
        for definition, files, version, element in _steps(store, overdue):
            table = limit_table(definition, element)
            if table is None:
                continue
            cases = {case for at, el, case in overdue if (at, el) == (f"{definition.key}@{version}", element)}
            usual = Fraction(len(cases), _with_deadline(connection, definition.key, version, element))
            for value, count in _by_value(connection, table.field, cases).most_common():
                group = Group(definition.key, version, element, table.field, value)
                judged = _judge(connection, group, count, usual, table, files, run.watermark.as_of_us)
                if isinstance(judged, Proposal):
                    return Proposals(judged, tuple(declined))
                declined.append(judged)
    return Proposals(None, tuple(declined))


def _steps(
    store: Store, overdue: Counter[tuple[str | None, str | None, str]]
) -> list[tuple[Definition, dict[str, bytes], int, str]]:
    """Return every step of a deployed version that was overdue, the most often overdue first."""
    steps = Counter((version, element) for version, element, _ in overdue if version and element)
    found: list[tuple[Definition, dict[str, bytes], int, str]] = []
    with store.reading() as connection:
        for (name, element), _ in steps.most_common():
            process, _, version = name.rpartition("@")
            files = stored.files(connection, process, int(version))
            found.append((restore(files, name), files, int(version), element))
    return found


def _by_value(connection: sqlite3.Connection, field: str, cases: set[str]) -> Counter[str]:
    rows = connection.execute("SELECT case_id, value FROM attr WHERE name = ?", (field,))
    return Counter(value for case, value in rows if case in cases and value is not None)


def _judge(
    connection: sqlite3.Connection,
    group: Group,
    overdue: int,
    usual: Fraction,
    table: LimitTable,
    files: dict[str, bytes],
    as_of: Micros,
) -> Proposal | Declined:
    figures, curve = _figures(connection, group, overdue, as_of)
    row = table.row(group.value)
    limit = table.limit(row) if row else None
    reached = curve.quantile(TARGET)
    if overdue < MINIMUM:
        return Declined(group, overdue, "few")
    if _at_least(overdue, figures.with_deadline) <= usual:
        return Declined(group, overdue, "like-others")
    if row is None or limit is None:
        return Declined(group, overdue, "no-limit")
    if reached is None or figures.ended < PACE * (figures.ended + figures.still_open):
        return Declined(group, overdue, "behind", figures)
    proposed = -(-reached // DAY) * DAY
    if proposed <= limit:
        return Declined(group, overdue, "longer-already")
    file = table.decision.file.removeprefix(f"{group.process}@{group.version}/")
    changed = with_limit(files[file], file, row, f'duration("P{proposed // DAY}D")')
    return Proposal(
        group,
        figures,
        file,
        limit,
        proposed,
        curve.over_by(limit),
        curve.over_by(proposed),
        difference(files[file], changed, file),
    )


def _figures(connection: sqlite3.Connection, group: Group, overdue: int, as_of: Micros) -> tuple[Figures, Survival]:
    rows = connection.execute(
        """SELECT work.offered_us, work.closed_us, work.due_us
           FROM work
           JOIN cases ON cases.case_id = work.case_id
           JOIN attr ON attr.case_id = work.case_id AND attr.name = ?
           WHERE cases.process = ? AND cases.version = ? AND work.element = ? AND attr.value = ?
             AND work.offered_us IS NOT NULL""",
        (group.field, group.process, group.version, group.element, group.value),
    ).fetchall()
    curve = kaplan_meier(
        ((as_of if ended is None else ended) - offered, ended is not None) for offered, ended, _ in rows
    )
    times = tuple((share, curve.quantile(share)) for share in SHARES)
    with_deadline = sum(due is not None for *_, due in rows)
    return Figures(overdue, with_deadline, curve.observed, curve.censored, times), curve


def _with_deadline(connection: sqlite3.Connection, process: str, version: int, element: str) -> int:
    """Return how many pieces of work at the step have a deadline."""
    found: int = connection.execute(
        """SELECT COUNT(*) FROM work JOIN cases ON cases.case_id = work.case_id
           WHERE cases.process = ? AND cases.version = ? AND work.element = ? AND work.due_us IS NOT NULL""",
        (process, version, element),
    ).fetchone()[0]
    return found


def _at_least(count: int, of: int) -> float:
    """Return the share that is shown beyond chance: the lower Wilson bound at 95 %.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).
    """
    z = 1.96
    share = count / of
    middle = share + z * z / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of)
