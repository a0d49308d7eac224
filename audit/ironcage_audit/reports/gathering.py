"""Gathers a report from a store and a run of the audit over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.operations.archive.verifying import verify_with
from ironcage_audit.auditing import reading
from ironcage_audit.reports import evidence, figures
from ironcage_audit.reports.processes import processes
from ironcage_audit.reports.report import Record, Report

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ironcage.clock import Micros
    from ironcage.messages import Text
    from ironcage.record.problems import Problem
    from ironcage.store import Store
    from ironcage_audit.findings import AuditRun
    from ironcage_audit.proposals import Proposals


def gather(
    store: Store,
    run: AuditRun,
    *,
    source: Text | None = None,
    proposals: Proposals | None = None,
    generated: Micros | None = None,
) -> Report:
    """Return the report on *run*, everything else read from *store* as of the same instant.

    The chain of the whole record is verified on the way.

    Args:
        store: the one that was audited.
        run: as ``audit`` returned it.
        source: where the record comes from, for people; shown as it is.
        proposals: what the findings lead to, if that was asked.
        generated: an instant to print as that of the report; without it, the same input gives the same bytes.
    """
    problems = tuple(verify_with(store, run.archives).problems)
    with reading(store, run.watermark.as_of_us, run.archives) as log, log.connection() as connection:
        found = processes(store, connection, run.watermark.as_of_us)
        return Report(
            zone=_common(zone for _, zone in found),
            record=_record(connection, run, source, problems),
            processes=tuple(part for part, _ in found),
            total=figures.total(connection, run.watermark.as_of_us),
            units=figures.units(connection, run.watermark.as_of_us),
            rules=evidence.rules(connection, run),
            broken=run.broken,
            proposals=proposals,
            generated_us=generated,
        )


def _record(
    connection: sqlite3.Connection, run: AuditRun, source: Text | None, problems: tuple[Problem, ...]
) -> Record:
    counted = connection.execute(
        "SELECT COUNT(closed_us), SUM(CASE WHEN origin = 'import' THEN 1 ELSE 0 END) FROM cases"
    )
    closed, imported = counted.fetchone()
    (last,) = connection.execute("SELECT MAX(t_us) FROM ev").fetchone()
    return Record(run.watermark, last, closed, imported or 0, source, problems)


def _common(zones: Iterable[str | None]) -> str:
    known = {zone for zone in zones if zone is not None}
    return known.pop() if len(known) == 1 else "UTC"
