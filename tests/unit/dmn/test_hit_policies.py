from __future__ import annotations

from decimal import Decimal

import pytest
from dmn_files import definitions
from hypothesis import given
from hypothesis import strategies as st

from ironcage import dmn
from ironcage.clock import Moment
from ironcage.faults import Level
from ironcage.values import Value, plain

NEVER = Moment(0)


def made(policy: str, rows: list[str], values: str = "", kind: str = "number") -> dmn.Decision:
    """Return a table over x with one output column; rows as ``cell | answer``."""
    allowed = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    rules = "".join(
        f"<rule><inputEntry><text>{cell.strip()}</text></inputEntry><outputEntry><text>{answer.strip()}</text>"
        "</outputEntry></rule>"
        for cell, answer in (row.replace("<", "&lt;").split("|") for row in rows)
    )
    (found,) = dmn.read(
        definitions(
            f'<decision id="a" name="a"><decisionTable {policy}><input><inputExpression typeRef="{kind}">'
            f"<text>x</text></inputExpression></input><output>{allowed}</output>{rules}</decisionTable></decision>"
        ),
        "f.dmn",
    )
    return found


ROWS = ["> 1 | 30", "> 2 | 10", "> 3 | 20", "> 9 | null"]


@pytest.mark.parametrize(
    ("policy", "values", "expected"),
    [
        ('hitPolicy="FIRST"', "", 30),
        ('hitPolicy="PRIORITY"', "20, 10, 30", 20),
        ('hitPolicy="RULE ORDER"', "", [30, 10, 20]),
        ('hitPolicy="OUTPUT ORDER"', "20, 10, 30", [20, 10, 30]),
        ('hitPolicy="COLLECT"', "", [30, 10, 20]),
        ('hitPolicy="COLLECT" aggregation="SUM"', "", 60),
        ('hitPolicy="COLLECT" aggregation="MIN"', "", 10),
        ('hitPolicy="COLLECT" aggregation="MAX"', "", 30),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "", 3),
    ],
)
def test_each_policy_answers_as_the_standard_says(policy: str, values: str, expected: Value) -> None:
    decision = made(policy, ROWS, values)
    assert decision.evaluate({"x": Decimal(4)}, NEVER) == plain(expected)
    assert decision.evaluate({"x": Decimal(0)}, NEVER) is None


def test_any_takes_equal_answers_and_refuses_different_ones() -> None:
    decision = made('hitPolicy="ANY"', ["> 1 | 1 + 1", "> 2 | 2", "> 3 | 3"])
    assert decision.evaluate({"x": Decimal(3)}, NEVER) == Decimal(2)
    with pytest.raises(dmn.DifferentAnswersError):
        decision.evaluate({"x": Decimal(4)}, NEVER)
    assert decision.explain({"x": Decimal(4)}, NEVER).value is None


def test_an_explanation_names_the_rows_that_matched() -> None:
    answer = made('hitPolicy="FIRST"', ROWS).explain({"x": Decimal(4)}, NEVER)
    assert [rule.row for step in answer.steps for rule in step.rules] == [1, 2, 3]
    several = made("", ROWS).explain({"x": Decimal(4)}, NEVER)
    assert isinstance(several.error, dmn.SeveralRulesError)
    assert [rule.row for step in several.steps for rule in step.rules] == [1, 2, 3]


def found(decision: dmn.Decision) -> list[tuple[str, object]]:
    return [
        (fault.rule, fault.fields.get("row", fault.fields.get("example")))
        for fault in dmn.check([decision])
        if fault.rule in ("dmn-gap", "dmn-masked", "dmn-overlap")
    ]


@pytest.mark.parametrize(
    ("rows", "kind", "gaps"),
    [
        (["< 5 | 1", "> 5 | 2"], "number", ["x = 5"]),
        (["< 5 | 1", "> 6 | 2"], "number", ["x = 5"]),
        (["< 5 | 1", "[6..7) | 2", "> 8 | 3"], "number", ["x = 5", "x = 7"]),
        (["< 5 | 1", ">= 5 | 2"], "number", []),
        (["true | 1"], "boolean", ["x = false"]),
        (["true, false | 1"], "boolean", []),
        (['"a" | 1'], "string", []),
        (['"a" | 1', 'not("a") | 2'], "string", []),
        (["- | 1"], "Any", []),
        (["< limit | 1", "> limit | 2"], "number", []),
        (['< @"10:00:00" | 1', '> @"10:00:00" | 2'], "time", ["x = 10:00:00"]),
        (['< @"10:00:00" | 1', '[@"10:00:00"..@"18:00:00"] | 2'], "time", ["x = 23:59:59.999999"]),
        (['>= "b" | 1'], "string", ['x = ""']),
        (['< @"P3D" | 1', '> @"P5D" | 2'], "days and time duration", ["x = P3D"]),
        (['<= @"P1Y" | 1', '> @"P14M" | 2'], "years and months duration", ["x = P1Y1M"]),
        (['[@"2026-01-01"..@"2026-01-02"] | 1', '< @"2026-01-01" | 2'], "date", ["x = 2026-01-03"]),
    ],
)
def test_inputs_that_no_row_answers_are_told(rows: list[str], kind: str, gaps: list[str]) -> None:
    decision = made("", rows, kind=kind)
    assert [example for rule, example in found(decision) if rule == "dmn-gap"] == gaps


def test_gaps_are_advice_and_none_where_there_is_a_default_or_allowed_values_leave_none() -> None:
    (fault,) = dmn.check([made("", ["< 5 | 1", "> 5 | 2"])])
    assert fault.level is Level.ADVICE
    assert found(made('hitPolicy="COLLECT"', ["< 5 | 1"])) == []
    source = (
        '<decision id="a" name="a"><decisionTable><input><inputExpression typeRef="string"><text>x</text>'
        '</inputExpression><inputValues><text>"a","b"</text></inputValues></input><output/>'
        '<rule><inputEntry><text>"a"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )
    assert found(dmn.read(definitions(source), "f.dmn")[0]) == [("dmn-gap", 'x = "b"')]


def test_rows_hidden_by_the_rows_before_them_are_told_of_a_first_table() -> None:
    rows = ["< 3 | 1", ">= 5 | 2", "[1..6] | 3", "2 | 4", "[3..4] | 5", "- | 6", "7 | 7", "limit | 8"]
    assert found(made('hitPolicy="FIRST"', rows)) == [("dmn-masked", row) for row in (4, 5, 7)]


ENDS = st.integers(0, 5)
INTERVALS = st.one_of(
    ENDS.map(lambda end: f"< {end}"),
    ENDS.map(lambda end: f">= {end}"),
    st.tuples(st.sampled_from("[("), ENDS, ENDS, st.sampled_from("])")).map(
        lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
    ),
)


@given(st.lists(INTERVALS, min_size=1, max_size=6))
def test_a_gap_is_told_just_where_an_input_has_no_answer(cells: list[str]) -> None:
    decision = made('hitPolicy="FIRST"', [f"{cell} | {row}" for row, cell in enumerate(cells, 1)])
    answers = [decision.evaluate({"x": Decimal(number) / 4}, NEVER) for number in range(-8, 32)]
    told = found(decision)
    assert any(rule == "dmn-gap" for rule, _ in told) == (None in answers)
    for rule, example in told:
        if rule == "dmn-gap":
            assert decision.evaluate({"x": Decimal(str(example).removeprefix("x = "))}, NEVER) is None
    first = {int(answer) for answer in answers if isinstance(answer, Decimal)}
    assert {row for rule, row in told if rule == "dmn-masked"} == set(range(1, len(cells) + 1)) - first - dead(decision)


def dead(decision: dmn.Decision) -> set[object]:
    return {fault.fields["row"] for fault in dmn.check([decision]) if fault.rule == "dmn-never-matches"}
