"""A manifest says what it must, or is refused at its place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ironcage.conformance import ManifestError, read_disputes, read_manifest
from ironcage.faults import FaultyError


def test_a_trial_is_read_with_its_data_time_and_tokens(suite):
    (test,) = suite("a: task", vars={"x": 1}, delay_ms=1500, expect=["A"], parallel_process=True).tests
    (trial,) = test.trials
    assert (trial.number, trial.data, trial.delay, trial.expected) == (1, {"x": Decimal(1)}, 1_500_000, ("A",))
    assert trial.companion is True


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("{", "/"),
        ("[]", "/"),
        ('{"tests": {}}', "/tests"),
        ('{"tests": [{"id": 1}]}', "/tests/0/id"),
        ('{"tests": [{"cases": [{"expect": "A"}]}]}', "/tests/0/cases/0/expect"),
        ('{"tests": [{"cases": [{"expect": [], "delay_ms": -1}]}]}', "/tests/0/cases/0/delay_ms"),
        ('{"constraints": [{"id": "c", "file": 3}]}', "/constraints/0/file"),
    ],
)
def test_a_manifest_that_does_not_is_refused_at_its_place(tmp_path, written, place):
    (tmp_path / "m.json").write_text(written)
    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path / "m.json")
    assert caught.value.fields["place"] == place


def test_the_disputes_that_are_shipped_give_their_clause_and_reason_in_both_languages():
    for dispute in read_disputes():
        assert len(dispute.sha256) == 64
        assert dispute.clause.startswith("BPMN 2.0.2, ")
        assert dispute.reason.zh != dispute.reason.en


def test_a_file_of_disputes_that_says_too_little_is_refused(tmp_path):
    (tmp_path / "d.toml").write_text('[[dispute]]\nid = "t"\n')
    with pytest.raises(FaultyError) as caught:
        read_disputes(tmp_path / "d.toml")
    assert {fault.fields["key"] for fault in caught.value.faults} >= {"dispute.sha256", "dispute.clause"}
