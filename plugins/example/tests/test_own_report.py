from __future__ import annotations

from ironcage_audit.testing import check
from ironcage_example import OWN_REPORT


def test_the_rule_finds_what_its_cases_say_and_nothing_else():
    outcomes = check(OWN_REPORT)
    assert [(outcome.name, outcome.wrong) for outcome in outcomes if outcome.wrong] == []
    assert {outcome.finds for outcome in outcomes} == {True, False}
