"""Keeping what a run of the audit found: new findings are added, known ones are left as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from ironcage.store.identity import new_id
from ironcage_audit.findings.states import State
from ironcage_audit.store.reading import part_of
from ironcage_audit.store.tables import audit_runs, finding_states, findings, rule_results

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ironcage.clock import Micros
    from ironcage_audit.findings.finding import Finding
    from ironcage_audit.findings.results import AuditRun, RuleResult


def keep(connection: Connection, run: AuditRun, started: Micros) -> AuditRun:
    """Write *run* and the findings nobody had made before; return it with those marked new.

    The caller's transaction holds the only right to write, so no finding can come in between.
    """
    run_id = new_id(0, started)
    known = {row.fingerprint.hex() for row in connection.execute(select(findings.c.fingerprint))}
    results = tuple(
        replace(
            result,
            findings=tuple(replace(each, is_new=each.fingerprint not in known) for each in result.findings),
        )
        for result in run.results
    )
    seen = run.watermark
    connection.execute(
        insert(audit_runs),
        {
            "id": run_id,
            "as_of_us": seen.as_of_us,
            "started_us": started,
            "cases": seen.cases,
            "events": seen.events,
            "digest": bytes.fromhex(seen.digest),
        },
    )
    for result in results:
        connection.execute(insert(rule_results), _result_row(run_id, result))
        new = [each for each in result.findings if each.is_new]
        if new:
            connection.execute(insert(findings), [_finding_row(run_id, each) for each in new])
            connection.execute(insert(finding_states), [_state_row(each, started) for each in new])
    return replace(run, results=results)


def _result_row(run_id: bytes, result: RuleResult) -> dict[str, object]:
    return {
        "run": run_id,
        "rule": result.rule.id,
        "version": result.rule.version,
        "query": result.rule.query,
        "scope": result.rule.scope,
        "parameters": _json(result.parameters),
        "examined": result.examined,
        "not_examined": _json({each.reason: each.cases for each in result.not_examined}),
        "findings": len(result.findings),
        "new": sum(each.is_new for each in result.findings),
        "failed": result.failed,
    }


def _finding_row(run_id: bytes, finding: Finding) -> dict[str, object]:
    process, _, key = finding.case.partition("/")
    return {
        "part": part_of(finding.fingerprint),
        "fingerprint": bytes.fromhex(finding.fingerprint),
        "run": run_id,
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "occurrence": finding.occurrence,
        "occurred_us": finding.occurred_us,
        "process": process,
        "key": key,
        "element": finding.element,
        "definition": finding.definition,
        "measured": _json(dict(finding.measured)),
        "evidence": _json([[each.case, each.seq, each.digest] for each in finding.evidence]),
    }


def _state_row(finding: Finding, at: Micros) -> dict[str, object]:
    return {
        "part": part_of(finding.fingerprint),
        "fingerprint": bytes.fromhex(finding.fingerprint),
        "number": 1,
        "state": State.OPEN.value,
        "at_us": at,
        "actor": None,
        "reason": None,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
