"""What this engine makes of a suite that others wrote, where its files are at hand (``IRONCAGE_SUITES``)."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from ironcage.conformance import Verdict, examine, read_disputes, read_manifest, run
from ironcage.messages import speaking

SUITES = os.environ.get("IRONCAGE_SUITES")

pytestmark = pytest.mark.skipif(not SUITES, reason="IRONCAGE_SUITES names no folder of suites")


@pytest.fixture(scope="module")
def manifest():
    return read_manifest(Path(SUITES or "", "bpmn", "manifest.json"))


@pytest.fixture(scope="module")
def tested(manifest):
    with speaking("en"):
        return list(run(manifest, read_disputes()))


@pytest.fixture(scope="module")
def broken(manifest):
    return list(examine(manifest))


def test_nothing_is_wrong_and_nothing_fails(tested):
    assert [each.as_json() for each in tested if each.verdict in (Verdict.WRONG, Verdict.FAILED)] == []


def test_nearly_all_pass(tested):
    assert Counter(each.verdict for each in tested)[Verdict.PASS] >= 65


def test_what_is_refused_is_refused_for_a_reason_with_a_line(tested):
    assert [each.id for each in tested if each.verdict is Verdict.REFUSED and not (each.rule and each.line)] == []


def test_few_pass_by_dispute(tested):
    assert sum(outcome.dispute is not None for each in tested for outcome in each.outcomes) <= 3


def test_no_pass_is_one_only_because_the_time_was_short(tested):
    world_goes_on = {
        each.id for each in tested for run in each.outcomes if any("later" in said for said in run.remarks)
    }
    assert world_goes_on == set()


def test_nearly_every_file_that_breaks_a_constraint_is_refused_with_rule_and_line(broken):
    assert sum(each.refused for each in broken) >= 143
    assert [each.id for each in broken if each.fault is not None and not (each.fault.rule and each.fault.line)] == []


def test_no_file_makes_the_gate_crash(broken):
    assert [(each.id, each.reason) for each in broken if each.reason] == []
