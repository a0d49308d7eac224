from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction
from typing import TYPE_CHECKING

from boston import AS_OF_US, SAMPLE, overdue
from reporting import replayed, report_on
from sqlalchemy import TextClause

from ironcage.record.problems import ProblemKind
from ironcage.store import Store
from ironcage_audit.reports.report import Overdue

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage_audit.reports import Report

    Requests = Callable[..., Store]

HOUR = 3_600_000_000
OPENED = "2011-07-01 00:00:00"
DUE = "2011-07-03 00:00:00"


def test_overdue_by_unit_is_what_the_records_of_the_city_say(report: Report) -> None:
    expected = overdue(SAMPLE)
    assert {row.unit: row.overdue.overdue for row in report.units if row.overdue.overdue} == expected
    assert report.total.overdue == expected.total() == 337


def test_the_sample_has_these_counts(report: Report) -> None:
    seen = report.record
    assert (seen.watermark.cases, seen.open, seen.closed, seen.imported) == (2000, 317, 1683, 2000)
    assert seen.watermark.events == 7366
    assert report.total == Overdue(cases=2000, with_deadline=1731, overdue_open=187, overdue_closed=150)
    assert {part.result.rule.id: len(part.findings) for part in report.rules} == {
        "deadlines.overdue": 337,
        "duties.same-person": 0,
        "deadlines.too-fast": 2,
        "handling.bulk-closing": 3,
        "sequence.skipped": 0,
    }


def test_what_the_rule_finds_and_leaves_out_is_what_the_table_counts(report: Report) -> None:
    part = next(part for part in report.rules if part.result.rule.id == "deadlines.overdue")
    assert len({each.finding.case for each in part.findings}) == report.total.overdue
    assert [each.cases for each in part.result.not_examined] == [report.total.without_deadline]
    (handle,) = report.processes[0].elements
    assert (handle.element, handle.executions, handle.overdue) == ("handle", 2000, report.total.overdue)
    assert handle.share == report.total.share


def test_cases_the_engine_ran_are_counted_like_those_from_the_log(report: Report) -> None:
    store = replayed(SAMPLE)
    run = report_on(store)
    store.close()
    assert (run.total, run.units, run.record.imported) == (report.total, report.units, 0)
    assert [row.element for row in run.processes[0].elements] == ["route", "usual_limit", "handle"]
    handled = [next(row for row in each.processes[0].elements if row.element == "handle") for each in (run, report)]
    assert handled[0] == handled[1]
    assert {each.finding.fingerprint for part in run.rules for each in part.findings} == {
        each.finding.fingerprint for part in report.rules for each in part.findings
    }


def test_every_finding_carries_the_events_that_prove_it(report: Report) -> None:
    for part in (part for rule in report.rules for part in rule.findings):
        assert [(event.case, event.seq, event.digest) for event in part.events] == [
            (each.case, each.seq, each.digest) for each in part.finding.evidence
        ]
        assert all(event.transition for event in part.events)


def test_a_median_counts_what_is_still_open(requests: Requests) -> None:
    rows = [(str(n), OPENED, DUE, "", "Light", "Q", "D") for n in range(3)]
    closed = [("9", OPENED, DUE, "2011-07-01 02:00:00", "Light", "Q", "D")]
    (handle,) = report_on(requests(*rows, *closed)).processes[0].elements
    assert (handle.executions, handle.open, handle.timed, handle.median_us) == (4, 3, 4, None)
    (handle,) = report_on(requests(*closed)).processes[0].elements
    assert handle.median_us == 2 * HOUR


def test_completed_at_the_due_instant_is_in_time_and_without_a_deadline_is_neither(requests: Requests) -> None:
    store = requests(
        ("1", OPENED, DUE, DUE, "Light", "Q", "A"),
        ("2", OPENED, DUE, "2011-07-03 00:00:01", "Light", "Q", "A"),
        ("3", OPENED, DUE, "", "Light", "Q", "B"),
        ("4", OPENED, "", "", "Light", "Q", "B"),
    )
    report = report_on(store)
    assert [(row.unit, *astuple(row.overdue)) for row in report.units] == [("A", 2, 2, 0, 1), ("B", 2, 1, 1, 0)]
    assert report.total == Overdue(4, 3, 1, 1)
    assert (report.total.share, report.total.without_deadline) == (Fraction(2, 3), 1)


def test_a_deadline_that_no_unit_is_named_for_stands_in_a_row_of_its_own(requests: Requests) -> None:
    report = report_on(requests(("1", OPENED, DUE, "", "Light", "Q", "A"), ("2", OPENED, DUE, "", "Light", "Q", "")))
    assert [(row.unit, row.overdue.overdue) for row in report.units] == [(None, 1), ("A", 1)]


def test_what_happened_after_the_reading_is_not_seen(sample: Store) -> None:
    early = report_on(sample, AS_OF_US - 150 * 24 * HOUR)
    assert early.record.watermark.cases < 2000
    assert early.record.last_us is not None
    assert early.record.last_us <= early.as_of_us
    assert early.total.overdue < 337


def test_a_process_that_is_not_deployed_is_reported_under_the_names_of_its_log(requests: Requests) -> None:
    report = report_on(requests(("1", OPENED, DUE, "", "Light", "Q", "A"), deployed=False))
    (process,) = report.processes
    assert (process.model, process.versions, report.zone) == (None, (), "UTC")
    assert [str(row.name) for row in process.elements] == ["handle"]


def test_a_store_without_cases_makes_an_empty_report() -> None:
    store = Store.open(":memory:")
    report = report_on(store)
    store.close()
    assert (report.processes, report.units, report.total, report.by_severity()) == ((), (), Overdue(), {})


def test_a_damaged_record_is_named(requests: Requests) -> None:
    store = requests(("1", OPENED, DUE, "", "Light", "Q", "A"))
    with store.writing() as work:
        work.connection.execute(TextClause("UPDATE events SET due_us = due_us + 1 WHERE seq = 2"))
    assert [problem.kind for problem in report_on(store).record.problems] == [ProblemKind.ALTERED_EVENT]
