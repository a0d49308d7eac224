from __future__ import annotations

import pytest
from small_log import RULE, rule

from ironcage.messages import Text
from ironcage_audit.rules import (
    Parameter,
    ParameterOutOfBoundsError,
    Unit,
    UnknownParameterError,
    UnknownRuleError,
    faults,
    select,
    values,
)

LIMIT = Parameter(name="k", unit=Unit.CASES, default=3, least=2, most=9, what=Text("数", "number"))
NAME = Parameter(name="field", unit=Unit.NAME, default="type", least=1, most=10, what=Text("名", "name"))
LIMITED = rule(query=RULE.query + " AND execution < :k AND element <> :field", parameters=(LIMIT, NAME))


def test_a_sound_rule_has_no_faults():
    assert faults(RULE) == []
    assert faults(LIMITED) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "Overdue"}, "id cannot be 'Overdue'"),
        ({"code": "X1"}, "code cannot be 'X1'"),
        ({"version": "1"}, "version cannot be '1'"),
        ({"version": "0.1"}, "version cannot be '0.1'"),
        ({"why": Text("为什么", " ")}, "why has no text"),
        ({"mistakes": "none"}, "mistakes has no text"),
        ({"reasons": {"open": Text("", "open")}}, "reasons.open has no text"),
        ({"needs": ("work", "work.colour")}, "no view or column work.colour"),
        ({"needs": ("cases",)}, "does not declare that it reads work"),
        ({"parameters": (LIMIT,)}, "No query names the parameter k"),
        ({"parameters": (LIMIT, LIMIT)}, "'k' cannot name a parameter"),
        ({"query": "SELECT 1 AS subject"}, "lacks case_id, element, first_seq, last_seq, occurred_us, occurrence"),
        ({"scope": "SELECT case_id FROM cases"}, "lacks reason"),
    ],
)
def test_a_faulty_rule_says_what_is_wrong(changed, words):
    assert any(words in str(fault) for fault in faults(rule(**changed)))


def test_a_parameter_has_a_default_within_its_bounds():
    wrong = rule(
        query=LIMITED.query,
        parameters=(Parameter(name="k", unit=Unit.CASES, default=1, least=2, what=LIMIT.what), NAME),
    )
    assert ["default of k" in str(fault) for fault in faults(wrong)] == [True]


def test_every_fault_of_a_rule_is_reported_at_once():
    assert len(faults(rule(id="x", code="y", title=Text("", ""), needs=("nothing",)))) == 5


def test_a_site_sets_parameters_within_their_bounds():
    assert values(LIMITED, {}) == {"k": 3, "field": "type"}
    assert values(LIMITED, {"k": 9, "field": "队列"}) == {"k": 9, "field": "队列"}


@pytest.mark.parametrize("setting", [{"k": 1}, {"k": 10}, {"k": "3"}, {"k": True}, {"field": ""}, {"field": 3}])
def test_a_value_out_of_bounds_is_refused(setting):
    with pytest.raises(ParameterOutOfBoundsError, match=r"must be from"):
        values(LIMITED, setting)


def test_an_unknown_parameter_or_rule_is_refused_with_what_there_is():
    with pytest.raises(UnknownParameterError, match="Its parameters: k, field"):
        values(LIMITED, {"j": 3})
    with pytest.raises(UnknownRuleError, match=r"Known rules: tests\.any"):
        select([RULE], ["tests.other"])


@pytest.mark.parametrize("names", [["tests.any"], ["TT01"], ["tests"], ["TT01", "tests.any", "tests"]])
def test_rules_are_named_by_id_code_or_family(names):
    assert select([RULE], names) == [RULE]
