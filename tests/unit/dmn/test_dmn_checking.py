from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from dmn_files import one
from hypothesis import given
from hypothesis import strategies as st

from ironcage import dmn
from ironcage.clock import Moment
from ironcage.faults import Level
from ironcage.messages import speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER = Moment(0)


def suspected(rows: Sequence[str], inputs: str = "x") -> list[tuple[str, object, object]]:
    found = dmn.check([one(rows, inputs)])
    for language in ("zh", "en"):
        with speaking(language):
            assert all(map(str, found))
    return [
        (fault.rule, fault.fields.get("rows", fault.fields.get("row")), fault.fields.get("example"))
        for fault in found
        if fault.level is not Level.ADVICE
    ]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (['"a" | 1', '"a" | 2'], ("dmn-duplicate", "1, 2", 'x = "a"')),
        (['"a" | 1', '"b" | 2', '"a" | 2', '"a" | 3'], ("dmn-duplicate", "1, 3, 4", 'x = "a"')),
        (['"a", "b" | 1', '"b", "c" | 2'], ("dmn-overlap", "1, 2", 'x = "b"')),
        (["1 | 1", "1.0 | 2"], ("dmn-overlap", "1, 2", "x = 1")),
        (["< 5 | 1", "> 3 | 2"], ("dmn-overlap", "1, 2", "x = 4")),
        (["<= 5 | 1", ">= 5 | 2"], ("dmn-overlap", "1, 2", "x = 5")),
        (["(1..2) | 1", "(1..2] | 2"], ("dmn-overlap", "1, 2", "x = 1.5")),
        (["[1..9] | 1", "4 | 2"], ("dmn-overlap", "1, 2", "x = 4")),
        (['[1..9], "a" | 1', '4, "b" | 2'], ("dmn-overlap", "1, 2", "x = 4")),
        (
            ['< @"2011-07-01T00:00:00" | 1', '> @"2011-07-01T00:00:00Z" | 2', "< 5, [7..8] | 3", "[8..9] | 4"],
            ("dmn-overlap", "3, 4", "x = 8"),
        ),
        (["- | 1", "4 | 2"], ("dmn-overlap", "1, 2", "x = 4")),
        (["- | 1", "< 4 | 2"], ("dmn-overlap", "1, 2", "x = 3")),
        (['not("a") | 1', '"b" | 2'], ("dmn-overlap", "1, 2", 'x = "b"')),
        (["- | 1", "- | 2"], ("dmn-duplicate", "1, 2", "x = …")),
        (['["a".."c"] | 1', '"b" | 2'], ("dmn-overlap", "1, 2", 'x = "b"')),
        (
            ['< @"2011-07-01" | 1', '> @"2011-06-01" | 2'],
            ("dmn-overlap", "1, 2", "x = 2011-06-16"),
        ),
    ],
)
def test_rows_that_match_together_are_found_with_an_example(rows: list[str], found: tuple[str, str, str]) -> None:
    assert suspected(rows) == [found]


@pytest.mark.parametrize(
    "rows",
    [
        ['"a" | 1', '"b" | 2', 'not("a", "b") | 3'],
        ["< 5 | 1", ">= 5 | 2"],
        ["[1..1] | 1", "(1..5) | 2"],
        ["(1..5) | 1", "[1..1] | 2"],
        ["[5..5] | 1", "(1..5) | 2"],
        ["(1..5) | 1", "[5..5] | 2"],
        ["[1..2) | 1", "[2..3] | 2", "> 3 | 3", "< 1 | 4"],
        ['"1" | 1', "1 | 2", "true | 3", "null | 4"],
        ["< 5 | 1", '> "a" | 2'],
        [
            "< 5 | 1",
            '< "a" | 2',
            '< @"2011-07-01" | 3',
            '< @"2011-07-01T00:00:00" | 4',
            '< @"2011-07-01T00:00:00Z" | 5',
        ],
        ["limit | 1", "> limit | 2"],
    ],
)
def test_rows_that_never_match_together_are_not_reported(rows: list[str]) -> None:
    assert suspected(rows) == []


def test_rows_overlap_only_where_every_column_does() -> None:
    rows = ['"a" | < 5 | 1', '"a" | >= 5 | 2', '"b" | < 9 | 3', "- | 7 | 4"]
    assert suspected(rows, "x,y") == [
        ("dmn-overlap", "2, 4", 'x = "a", y = 7'),
        ("dmn-overlap", "3, 4", 'x = "b", y = 7'),
    ]


def test_an_overlap_is_a_warning_with_the_lines_of_its_rows() -> None:
    (fault,) = (each for each in dmn.check([one(["1 | 1", "2 | 2", "< 2 | 3"])]) if each.rule == "dmn-overlap")
    assert (fault.level, fault.file, fault.line, fault.element) == (Level.WARNING, "pick.dmn", 8, "pick")
    assert (fault.fields["rows"], fault.fields["lines"]) == ("1, 3", "6, 8")


def test_an_empty_table_is_reported() -> None:
    assert suspected([]) == [("dmn-empty", None, None)]


@pytest.mark.parametrize("cell", ["[5..3]", "(3..3)", "(3..3]", '"a"', '["a"..3]', "[5..3], (1..1)"])
def test_a_cell_that_can_never_match_is_reported(cell: str) -> None:
    assert suspected([f"{cell} | 1"], "x:number") == [("dmn-never-matches", 1, None)]


def test_a_decision_without_a_table_has_nothing_to_check() -> None:
    assert dmn.check([]) == []


BOUNDS = st.integers(0, 6)
CELL = st.one_of(
    st.just("-"),
    BOUNDS.map(str),
    st.tuples(BOUNDS, BOUNDS).map(lambda pair: f"{pair[0]}, {pair[1]}"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), BOUNDS).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(st.sampled_from("[("), BOUNDS, BOUNDS, st.sampled_from("])")).map(
        lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
    ),
)


@given(st.tuples(CELL, CELL), st.tuples(CELL, CELL))
def test_an_overlap_is_reported_just_where_an_input_matches_both(a: tuple[str, str], b: tuple[str, str]) -> None:
    decision = one([f"{a[0]} | {a[1]} | 1", f"{b[0]} | {b[1]} | 2"], "x,y")
    grid = [Decimal(number) / 4 for number in range(-8, 40)]

    def both(x: Decimal, y: Decimal) -> bool:
        try:
            decision.evaluate({"x": x, "y": y}, NEVER)
        except dmn.SeveralRulesError:
            return True
        return False

    reported = any(fault.rule in ("dmn-overlap", "dmn-duplicate") for fault in dmn.check([decision]))
    assert reported == any(both(x, y) for x in grid for y in grid)
