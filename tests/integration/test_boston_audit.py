"""The audit of a quarter of real requests says what an independent reading of the file says."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from permit_log import PROCESS

from ironcage.importing import import_log, load
from ironcage.store import Store
from ironcage_audit import audit, latest_event

DATA = os.environ.get("IRONCAGE_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="IRONCAGE_DATA names no folder with the public logs")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with gzip.open(Path(str(DATA)) / "boston311-2011-q3.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('boston') / 'cases.db'}")
    import_log(store, Path(str(DATA)) / "boston311-2011-q3.csv.gz", load(PROCESS / "boston311.toml"))
    run = audit(store, latest_event(store))
    again = audit(store, latest_event(store))
    store.close()
    assert [each.fingerprint for each in run.findings] == [each.fingerprint for each in again.findings]
    assert not any(each.is_new for each in again.findings)
    return {result.rule.id: result for result in run.results}


def test_overdue_agrees_with_the_label_of_the_city_and_with_the_file(rows, results):
    found = {finding.case.partition("/")[2] for finding in results["deadlines.overdue"].findings}
    labelled = [row for row in rows if row["target_dt"] and row["closed_dt"] and row["ontime"]]
    assert len(labelled) == 25_101
    assert [row["case_enquiry_id"] for row in labelled if (row["ontime"] == "OVERDUE") != _found(row, found)] == []
    unlabelled = [row for row in rows if row["target_dt"] and row["closed_dt"] and not row["ontime"]]
    assert sum(_found(row, found) for row in unlabelled) == 82
    closed = {row["case_enquiry_id"] for row in rows if row["target_dt"] and row["target_dt"] < row["closed_dt"]}
    still_open = {row["case_enquiry_id"] for row in rows if row["target_dt"] and not row["closed_dt"]}
    last = max(row["closed_dt"] for row in rows)
    still_overdue = {row["case_enquiry_id"] for row in rows if row["target_dt"] and row["target_dt"] < last}
    assert found == closed | still_open & still_overdue


def _found(row: dict[str, str], found: set[str]) -> bool:
    return row["case_enquiry_id"] in found


def test_cases_without_a_target_are_not_examined(rows, results):
    result = results["deadlines.overdue"]
    without = sum(not row["target_dt"] for row in rows)
    assert without == 5_013
    assert [(each.reason, each.cases) for each in result.not_examined] == [("no-deadline", without)]
    assert result.examined + without == len(rows) == 31_828


def test_bulk_closings_are_those_of_a_plain_scan_of_the_file(rows, results):
    closings = defaultdict(list)
    for row in rows:
        if row["closed_dt"]:
            closings[row["queue"]].append(datetime.fromisoformat(row["closed_dt"]).timestamp())
    members = Counter()
    for queue, instants in closings.items():
        instants.sort()
        inside = {
            other
            for number, instant in enumerate(instants)
            for window in [[each for each in instants[number : number + 500] if each - instant <= 60]]
            if len(window) >= 10
            for other in window
        }
        members[queue] = sum(instant in inside for instant in instants)
    found = Counter()
    for finding in results["handling.bulk-closing"].findings:
        found[finding.subject] += finding.measured["closings"]
        assert len(finding.evidence) == finding.measured["closings"] >= 10
    assert +members == found


def test_too_fast_is_rare_in_every_peer_group(rows, results):
    result = results["deadlines.too-fast"]
    channels = Counter(row["source"] for row in rows if row["case_enquiry_id"] in _keys(result))
    peers = Counter((row["source"], row["type"]) for row in rows if row["closed_dt"])
    assert result.findings
    for finding in result.findings:
        assert finding.measured["took_us"] < 60_000_000
        assert finding.measured["place"] * 100 <= finding.measured["peers"]
    groups = Counter((row["source"], row["type"]) for row in rows if row["case_enquiry_id"] in _keys(result))
    assert all(count * 100 <= peers[group] for group, count in groups.items())
    assert sum(channels.values()) == len(result.findings)


def _keys(result) -> set[str]:
    return {finding.case.partition("/")[2] for finding in result.findings}
