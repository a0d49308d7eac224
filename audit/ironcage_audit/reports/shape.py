"""A report for programs: the whole of it, every finding included; docs/reference/report.md describes the shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage_audit import proposals
from ironcage_audit.findings import as_json as finding_as_json

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.messages import Text
    from ironcage_audit.reports.report import (
        ElementRow,
        EvidenceEvent,
        FindingPart,
        Overdue,
        ProcessPart,
        Record,
        Report,
        RulePart,
    )

FORMAT = "ironcage-report-1"


def to_json(report: Report) -> str:
    """Return the report as a JSON document; equal reports give equal bytes."""
    return json.dumps(_document(report), ensure_ascii=False, indent=1) + "\n"


def _document(report: Report) -> dict[str, object]:
    return {
        "format": FORMAT,
        "as_of": _iso(report.as_of_us),
        "zone": report.zone,
        "generated": _iso(report.generated_us),
        "record": _record(report.record),
        "processes": [_process(each) for each in report.processes],
        "overdue": {
            "total": _overdue(report.total),
            "units": [{"unit": each.unit, **_overdue(each.overdue)} for each in report.units],
        },
        "severities": {severity.value: count for severity, count in report.by_severity().items()},
        "rules": [_rule(each) for each in report.rules],
        "findings": [_finding(each) for rule in report.rules for each in rule.findings],
        "plugins_failed": [{"plugin": each.plugin, "failed": each.why} for each in report.broken],
        "proposals": proposals.as_json(report.proposals) if report.proposals else None,
    }


def _record(record: Record) -> dict[str, object]:
    seen = record.watermark
    return {
        "source": _both(record.source),
        "cases": seen.cases,
        "open": record.open,
        "closed": record.closed,
        "imported": record.imported,
        "left_out": seen.left_out,
        "events": seen.events,
        "first_event_at": _iso(seen.first_us),
        "last_event_at": _iso(record.last_us),
        "digest": seen.digest,
        "whole": not record.problems,
        "problems": [problem.to_json() for problem in record.problems],
    }


def _process(process: ProcessPart) -> dict[str, object]:
    return {
        "process": process.key,
        "title": _both(process.title),
        "owner": process.owner,
        "cases": process.cases,
        "versions": [
            {
                "version": each.number,
                "digest": each.digest,
                "deployed_at": _iso(each.deployed_us),
                "cases": each.cases,
            }
            for each in process.versions
        ],
        "elements": [_element(each) for each in process.elements],
    }


def _element(row: ElementRow) -> dict[str, object]:
    return {
        "element": row.element,
        "name": _both(row.name),
        "executions": row.executions,
        "open": row.open,
        "timed": row.timed,
        "median_us": row.median_us,
        "with_deadline": row.with_deadline,
        "overdue": row.overdue,
        "share": None if row.share is None else round(float(row.share), 4),
    }


def _overdue(overdue: Overdue) -> dict[str, object]:
    return {
        "cases": overdue.cases,
        "with_deadline": overdue.with_deadline,
        "without_deadline": overdue.without_deadline,
        "overdue": overdue.overdue,
        "overdue_open": overdue.overdue_open,
        "overdue_closed": overdue.overdue_closed,
        "share": None if overdue.share is None else round(float(overdue.share), 4),
    }


def _rule(part: RulePart) -> dict[str, object]:
    rule = part.result.rule
    result = part.result.as_json()
    del result["type"]
    said = ("title", "what", "why", "evidence", "mistakes", "remedy", "source")
    return {
        **result,
        "code": rule.code,
        "axis": rule.axis.value,
        "severity": rule.severity.value,
        "maturity": rule.maturity.value,
        **{name: _both(getattr(rule, name)) for name in said},
        "basis": [
            {"law": _both(each.law), "article": each.article, "since": each.since or None, "verified": not each.verify}
            for each in rule.basis
        ],
        "not_examined": [
            {"reason": each.reason, "why": _both(each.why), "cases": each.cases} for each in part.result.not_examined
        ],
    }


def _finding(part: FindingPart) -> dict[str, object]:
    line = finding_as_json(part.finding)
    del line["type"]
    return {**line, "facts": part.facts, "evidence": [_event(each) for each in part.events]}


def _event(event: EvidenceEvent) -> dict[str, object]:
    return {
        "case": event.case,
        "seq": event.seq,
        "digest": event.digest,
        "kind": event.kind,
        "transition": event.transition,
        "element": event.element,
        "happened_at": _iso(event.happened_us),
        "due_at": _iso(event.due_us),
        "actor": event.actor,
        "role": event.role,
        "unit": event.unit,
    }


def _both(said: Text | None) -> dict[str, str] | None:
    return None if said is None else {"zh": said.zh, "en": said.en}


def _iso(at: Micros | None) -> str | None:
    return None if at is None else instant(at).isoformat().replace("+00:00", "Z")
