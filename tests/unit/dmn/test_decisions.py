from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from dmn_files import definitions, one, table
from hypothesis import given
from hypothesis import strategies as st

from ironcage import dmn, feel
from ironcage.clock import Moment
from ironcage.dmn.table import Table
from ironcage.feel import Environment
from ironcage.messages import speaking

if TYPE_CHECKING:
    from ironcage.values import Context, Value

NEVER = Moment(0)


def ask(decision: dmn.Decision, **variables: object) -> Value:
    return decision.evaluate(variables, NEVER)  # type: ignore[arg-type]  # tests hand over values


@pytest.mark.parametrize(
    ("cell", "matching", "failing"),
    [
        ("-", Decimal(1), None),
        ('"a"', "a", "b"),
        ('"a", "b"', "b", "c"),
        ('not("a", "b")', "c", "a"),
        ("not(< 3)", Decimal(3), Decimal(2)),
        ("-1", Decimal(-1), Decimal(1)),
        ("1.0", Decimal(1), Decimal(2)),
        ("< 3", Decimal(2), Decimal(3)),
        (">= limit", Decimal(9), Decimal(8)),
        ("[1..3]", Decimal(3), Decimal(4)),
        ("(1..3)", Decimal(2), Decimal(3)),
        ("]1..3[", Decimal(2), Decimal(1)),
        ("< 1, [5..6], 9", Decimal(5), Decimal(4)),
        ("true", True, False),
        ("null", None, "a"),
        ("? > 3 and ? < 5", Decimal(4), Decimal(5)),
        ('["a", "b"]', "a", "c"),
        ("allowed", "y", "z"),
        ("limit", Decimal(9), Decimal(8)),
        ('duration("P1D")', timedelta(days=1), timedelta(days=2)),
        ('> duration("P1D")', timedelta(days=2), timedelta(days=1)),
        ('starts with(?, "PWD")', "PWDx", "BTDT"),
        ("", "anything", None),
    ],
)
def test_a_cell_tells_what_matches(cell: str, matching: Value, failing: Value) -> None:
    decision = one([f'{cell} | "yes"'])
    others: Context = {"limit": Decimal(9), "allowed": ["y"]}
    assert decision.evaluate({"x": matching, **others}, NEVER) == "yes"
    if cell not in ("-", ""):
        assert decision.evaluate({"x": failing, **others}, NEVER) is None


def test_one_output_is_a_value_and_several_are_a_context() -> None:
    decision = one(["1 | a + 1 | true", "2 | 5 | "], outputs="sum,flag")
    assert ask(decision, x=Decimal(1), a=Decimal(2)) == {"sum": Decimal(3), "flag": True}
    assert ask(decision, x=Decimal(2)) == {"sum": Decimal(5), "flag": None}


def test_no_matching_rule_is_null_and_so_is_a_missing_input() -> None:
    decision = one(['"a" | 1'])
    assert ask(decision, x="b") is None
    assert ask(decision) is None


def test_two_matching_rules_of_a_unique_table_are_named_with_their_input() -> None:
    decision = one(["< 5 | 1", "> 9 | 2", "> 3 | 3"])
    assert ask(decision, x=Decimal(2)) == Decimal(1)
    with speaking("en"), pytest.raises(dmn.SeveralRulesError, match=r"pick: rows 1, 3 \(r1, r3\) all match x = 4,"):
        ask(decision, x=Decimal(4))


def test_a_value_that_is_not_of_its_declared_kind_is_refused() -> None:
    decision = one(['"a" | 1', '"b" | "text"'], inputs="x:string", outputs="answer:number")
    assert ask(decision, x="a") == Decimal(1)
    with pytest.raises(dmn.DeclaredKindError):
        ask(decision, x=Decimal(1))
    with pytest.raises(dmn.DeclaredKindError):
        ask(decision, x="b")


def test_a_value_that_is_not_allowed_is_refused_and_defaults_are_given() -> None:
    (decision,) = dmn.read(
        definitions(
            '<decision id="d1" name="n"><decisionTable>'
            "<input><inputExpression><text>x</text></inputExpression>"
            '<inputValues><text>"a","b"</text></inputValues></input>'
            "<output name='o'><defaultOutputEntry><text>\"none\"</text></defaultOutputEntry></output>"
            '<rule><inputEntry><text>"a"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>'
            "</decisionTable></decision>"
        ),
        "f.dmn",
    )
    assert ask(decision, x="a") == Decimal(1)
    assert ask(decision, x="b") == "none"
    with pytest.raises(dmn.NotAllowedError):
        ask(decision, x="c")


def test_a_literal_expression_answers_over_input_data_with_names_of_several_words() -> None:
    (decision,) = dmn.read(
        definitions(
            '<inputData name="Full Name"/><decision id="greet" name="Greeting Message">'
            '<literalExpression><text>"Hello " + Full Name</text></literalExpression></decision>'
        ),
        "f.dmn",
    )
    assert decision.evaluate({"Full Name": "John Doe"}, NEVER) == "Hello John Doe"
    assert decision.names() == {"Full Name"}


def test_a_file_may_hold_several_decisions_and_says_which_variables_each_reads() -> None:
    source = definitions(table(["1 | b", "> c | 2"], inputs="a") + table(["- | 1"], decision="other"))
    first, second = dmn.read(source, "f.dmn")
    assert (first.id, second.id) == ("pick", "other")
    assert first.names() == {"a", "b", "c"}
    assert dmn.read(source, "f.dmn") == (first, second)
    assert first != second


CELLS = ["-", '"a"', '"b"', '"a", "c"', 'not("a")', "1", "1.0", "2, 3", "< 2", "[2..4]", "true", "false", "null", "y"]
CELLS += ['@"2011-07-01"', '@"2011-07-01T10:00:00Z"', '@"2011-07-01T12:00:00+02:00"', '["a", "b"]', "1 + 1", "1 = 1"]
CELLS += ['@"2011-11-06T01:30:00@America/New_York"']
VALUES = ['"a"', '"b"', '"d"', "1", "2", "2.00", "3", "true", "false", "null", '["a"]', '["a", "b"]', "{a: 1}"]
CELLS += [
    '@"10:00:00"',
    '< @"10:00:00Z"',
    '@"10:00:00@Europe/Paris"',
    '[@"09:00:00"..@"11:00:00"]',
    '< "b"',
    '> @"P1D"',
]
VALUES += ['@"10:00:00"', '@"11:00:00+01:00"', '@"10:00:00@Europe/Paris"', '@"10:00:00@Asia/Shanghai"', '@"P2D"', '""']
VALUES += [
    '@"2011-11-06T05:30:00Z"',
    '@"2011-07-01"',
    '@"2011-07-01T06:00:00@America/New_York"',
    '@"2011-07-01T10:00:00"',
]


CELL = st.sampled_from(CELLS)
ASKED = st.sampled_from([feel.compile(text).evaluate({}, NEVER) for text in VALUES])


@given(st.lists(st.tuples(CELL, CELL), max_size=30), ASKED, ASKED)
def test_the_index_finds_exactly_the_rows_a_scan_finds(rows: list[tuple[str, str]], a: Value, b: Value) -> None:
    table = one([f"{first} | {second} | 1" for first, second in rows], "a,b").logic
    assert isinstance(table, Table)
    env = Environment({"y": "b"}, NEVER)
    scan = [
        number
        for number, rule in enumerate(table.rules)
        if all(cell.holds(env, value) is True for cell, value in zip(rule.cells, (a, b), strict=True))
    ]
    assert list(table.index.matching([a, b], env)) == scan


def test_the_index_compares_instants_as_the_cells_do() -> None:
    decision = one(['@"2011-11-06T01:30:00@America/New_York" | 1'])
    asked = feel.compile('@"2011-11-06T05:30:00Z"').evaluate({}, NEVER)
    assert decision.evaluate({"x": asked}, NEVER) == Decimal(1)


def test_a_row_among_thousands_is_found_without_asking_the_others() -> None:
    decision = one([*(f'"type {number}" | {number}' for number in range(3000)), '"x", "y" | -1'])
    assert isinstance(decision.logic, Table)
    (column,) = decision.logic.index.columns
    assert list(column.candidates(column.hits("type 2999"))) == [2999]
    assert list(column.candidates(column.hits("unknown"))) == []
    assert ask(decision, x="type 17") == Decimal(17)
