from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from permit_log import PROCESS
from small_log import RULE, rule

from ironcage.clock import VirtualClock
from ironcage.importing import import_log, load
from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.returning import bring_back
from ironcage.store import Store, queries
from ironcage_audit import Rule, audit, findings, latest_event
from ironcage_audit import store as kept
from ironcage_audit.hooks import load as plugins
from ironcage_audit.reports import gather, html, text

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "case_enquiry_id,open_dt,target_dt,closed_dt,type,queue,department,source"
LATE = "1,2011-07-01 08:00:00,2011-07-02 08:00:00,2011-07-03 08:00:00,Light,Q,D,Phone"
OPEN = "2,2011-07-01 08:00:00,2011-07-02 08:00:00,,Light,Q,D,Phone"
IN_TIME = "3,2011-07-01 08:00:00,2011-07-02 08:00:00,2011-07-01 09:00:00,Light,Q,D,Phone"
UNDATED = "4,2011-07-01 08:00:00,,2011-07-01 10:00:00,Light,Q,D,Phone"
ROWS = (LATE, OPEN, IN_TIME, UNDATED)


@pytest.fixture
def store(tmp_path):
    opened = filled(tmp_path / "cases.db", ROWS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def overdue() -> Rule:
    return next(each for each in plugins().rules if each.id == "deadlines.overdue")


def filled(file: Path, rows: tuple[str, ...]) -> Store:
    log = file.with_suffix(".csv")
    log.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    store = Store.open(f"sqlite:///{file}")
    import_log(store, log, load(PROCESS / "boston311.toml"))
    return store


def test_open_and_closed_overdue_cases_are_found_and_those_without_a_deadline_counted_apart(store, overdue):
    run = audit(store, latest_event(store), [overdue])
    assert [each.case for each in run.findings] == ["service_request/1", "service_request/2"]
    (result,) = run.results
    assert (result.examined, [(each.reason, each.cases) for each in result.not_examined]) == (3, [("no-deadline", 1)])


def test_what_is_archived_is_left_out_and_told_or_examined_as_if_it_were_not(store, tmp_path):
    as_of, folder = latest_event(store), tmp_path / "archive"
    before = audit(store, as_of)
    report = gather(store, before)
    assert archive_cases(store, folder, as_of + 1, as_of + 1).cases == 3
    without = audit(store, as_of)
    assert (without.watermark.left_out, without.watermark.cases) == (3, 1)
    assert "3 archived cases were left out" in text(gather(store, without))
    assert "left out" in html(gather(store, without), "en")
    within = audit(store, as_of, archives=[folder])
    assert within.watermark == before.watermark
    assert [each.fingerprint for each in within.findings] == [each.fingerprint for each in before.findings]
    again = gather(store, within)
    assert (again.total, again.units, again.record) == (report.total, report.units, report.record)


def test_an_archive_of_which_a_case_came_back_counts_it_once(store, tmp_path):
    as_of, folder = latest_event(store), tmp_path / "archive"
    before = audit(store, as_of)
    archive_cases(store, folder, as_of + 1, as_of + 1)
    bring_back(store, folder, "service_request/1")
    run = audit(store, as_of, archives=[folder])
    assert run.watermark == before.watermark
    assert audit(store, as_of).watermark.left_out == 2


def test_a_second_run_finds_the_same_and_keeps_nothing_new(store, overdue):
    first = audit(store, latest_event(store), [overdue])
    second = audit(store, latest_event(store), [overdue])
    assert [each.fingerprint for each in first.findings] == [each.fingerprint for each in second.findings]
    assert [each.is_new for each in first.findings + second.findings] == [True, True, False, False]
    assert [each.fingerprint for each in findings(store)] == [each.fingerprint for each in first.findings]


def test_another_database_with_other_ids_gives_the_same_fingerprints(store, overdue, tmp_path):
    other = filled(tmp_path / "other.db", tuple(reversed(ROWS)))
    runs = [audit(each, latest_event(each), [overdue]) for each in (store, other)]
    other.close()
    assert len({tuple(each.fingerprint for each in run.findings) for run in runs}) == 1
    assert len({run.watermark.digest for run in runs}) == 2


def test_a_limit_set_by_the_site_changes_no_fingerprint(store):
    fast = next(each for each in plugins().rules if each.id == "deadlines.too-fast")
    as_of = latest_event(store)
    settings = ({"peers": 2, "quantile": 500, "floor": floor} for floor in (4000, 80_000))
    runs = [audit(store, as_of, [fast], {fast.id: each}) for each in settings]
    assert [each.case for each in runs[0].findings] == ["service_request/3"]
    assert [each.fingerprint for each in runs[0].findings] == [each.fingerprint for each in runs[1].findings]


def test_as_of_an_earlier_instant_later_closings_are_hidden(store, overdue):
    closing = latest_event(store)
    before = audit(store, closing - 1, [overdue])
    assert [each.measured["closed_us"] for each in before.findings] == [None, None]
    early = audit(store, before.findings[0].occurred_us, [overdue])
    assert early.findings == []


def test_the_evidence_is_frozen_with_the_digests_of_the_record(store, overdue):
    run = audit(store, latest_event(store), [overdue])
    with store.reading() as connection:
        row = connection.exec_driver_sql(
            "SELECT lower(hex(digest)) FROM events WHERE case_id = (SELECT id FROM cases WHERE key = '1') ORDER BY seq"
        )
        digests = [digest for (digest,) in row]
        run_row = connection.exec_driver_sql(
            "SELECT r.query, r.parameters, r.version, a.as_of_us, a.cases, a.events, hex(a.digest) "
            "FROM findings f JOIN rule_results r ON r.run = f.run AND r.rule = f.rule JOIN audit_runs a ON a.id = f.run"
        ).fetchone()
    late = findings(store)[0]
    assert [(each.case, digests[each.seq - 1]) for each in late.evidence] == [
        (each.case, each.digest) for each in late.evidence
    ]
    assert run_row == (
        overdue.query,
        "{}",
        "1.0",
        run.watermark.as_of_us,
        4,
        run.watermark.events,
        run.watermark.digest.upper(),
    )
    assert (late.rule_version, late.severity.value, late.measured["late_us"]) == ("1.0", "red", 86_400_000_000)


def test_a_new_finding_is_open_since_it_was_made(store, overdue):
    clock = VirtualClock(7)
    run = audit(store, latest_event(store), [overdue], clock=clock)
    clock.move_to(8)
    audit(store, latest_event(store), [overdue], clock=clock)
    with store.reading() as connection:
        assert kept.states(connection, run.findings[0].fingerprint) == [("open", 7, None, None)]


def test_a_finding_cannot_be_kept_twice(store, overdue):
    audit(store, latest_event(store), [overdue])
    with store.writing() as work, pytest.raises(Exception, match="UNIQUE constraint failed"):
        work.connection.exec_driver_sql("INSERT INTO findings SELECT * FROM findings LIMIT 1")


def test_a_failed_rule_is_kept_as_failed(store, overdue):
    broken = rule(id="tests.broken", query="SELECT nothing FROM work")
    run = audit(store, latest_event(store), [broken, overdue])
    assert [each.rule.id for each in run.failed] == ["tests.broken"]
    assert len(run.findings) == 2
    with store.reading() as connection:
        failed = connection.exec_driver_sql("SELECT rule FROM rule_results WHERE failed IS NOT NULL").fetchall()
    assert failed == [("tests.broken",)]


def test_every_installed_rule_runs_unless_some_are_named(store):
    run = audit(store, latest_event(store))
    assert [each.rule.id for each in run.results] == [each.id for each in plugins().rules]
    assert run.failed == []


def test_the_machine_readable_output_has_a_line_a_finding_and_a_line_a_rule(store, overdue):
    run = audit(store, latest_event(store), [overdue])
    first, _, last = run.lines()
    assert {name: first[name] for name in ("rule", "case", "subject", "occurrence", "severity", "occurred_at")} == {
        "rule": "deadlines.overdue",
        "case": "service_request/1",
        "subject": "service_request/1",
        "occurrence": "handle#1",
        "severity": "red",
        "occurred_at": "2011-07-02T12:00:00Z",
    }
    assert first["fingerprint"] == run.findings[0].fingerprint
    assert last == {
        "type": "rule",
        "rule": "deadlines.overdue",
        "version": "1.0",
        "parameters": {},
        "examined": 3,
        "not_examined": [{"reason": "no-deadline", "why": "no deadline, which is not the same as on time", "cases": 1}],
        "failed": None,
        "findings": 2,
        "new": 2,
        "as_of": "2011-07-03T12:00:00Z",
        "cases": 4,
        "events": run.watermark.events,
        "digest": run.watermark.digest,
        "left_out": 0,
    }


def test_an_audit_changes_nothing_of_the_record(store, overdue):
    def record():
        with store.reading() as connection:
            return [(case.events, case.payloads) for case in queries.record(connection)]

    before = record()
    audit(store, latest_event(store), [overdue, RULE])
    assert record() == before


def test_the_part_of_a_finding_follows_from_its_fingerprint():
    assert kept.part_of("ffc0" + "0" * 60) == 1023
    assert kept.part_of("003f" + "f" * 60) == 0
