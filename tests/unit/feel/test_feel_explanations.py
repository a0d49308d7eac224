from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ironcage import feel
from ironcage.clock import Moment
from ironcage.messages import speaking

if TYPE_CHECKING:
    from ironcage.values import Context

NEVER = Moment(0)
VARIABLES: Context = {"x": None, "l": ["a"], "c": {"a": None}}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1 / 0", "/ at column 3 has no result for: 1, 0."),
        ("x + 1", "+ at column 3 has no result for: null, 1."),
        ("x and true", "and at column 3 has no result for: null."),
        ('"a" or "b"', 'or at column 5 has no result for: "a", "b".'),
        ('not("a")', 'not at column 4 has no result for: "a".'),
        ('date("2021-02-30")', 'date at column 5 has no result for: "2021-02-30".'),
        ('@"9999-12-31" + @"P1D"', '+ at column 15 has no result for: @"9999-12-31", @"P1D".'),
        ("c.a", ".a at column 2: the entry is null"),
        ("c.b", ".b at column 2: there is no such entry"),
        ("l[5]", "[] at column 2: there is no item 5"),
        ("missing", "missing at column 1 is not set."),
        ("[3..1]", ".. at column 1 has no result for: 3, 1."),
        ("(function(n: number) n)(l)", '() at column 24 has no result for: ["a"].'),
        ('some i in l satisfies i', "some at column 1: the condition has no answer for an item"),
        ("for i in x return i", "for at column 1: there is nothing to run over"),
        ("l(1)", "l at column 2: what is called is no function"),
        ("unheard(1)", "Column 1: there is no function called unheard"),
        ('@"2021-02-30"', "Column 1: 2021-02-30 is no date, time or duration"),
    ],
)  # fmt: skip
def test_a_null_says_where_it_comes_from_and_of_which_values(text: str, why: str) -> None:
    value, nulls = feel.compile(text, VARIABLES, lenient=True).explain(VARIABLES, NEVER)
    with speaking("en"):
        assert (value, str(nulls[-1])) == (None, why)


def test_a_condition_that_is_null_is_told_where_else_is_taken_for_it() -> None:
    value, (null,) = feel.compile('if x then 1 else "no"', VARIABLES).explain(VARIABLES, NEVER)
    assert value == "no"
    with speaking("en"):
        assert "neither true nor false" in str(null)


def test_an_explanation_speaks_the_language_of_its_reader() -> None:
    _, (null,) = feel.compile("l[5]", VARIABLES).explain(VARIABLES, NEVER)
    with speaking("zh"):
        assert str(null) == "第 2 列的 []：没有第 5 项"
    with speaking("en"):
        assert str(null) == "[] at column 2: there is no item 5"


def test_an_explanation_of_a_long_loop_is_bounded_and_still_says_that_it_was_stopped() -> None:
    text = "for a in 1..9000 return for b in 1..9000 return x + b"
    _, nulls = feel.compile(text, VARIABLES).explain(VARIABLES, NEVER)
    assert len(nulls) <= 1001
    with speaking("en"):
        assert "more than 2000000 steps" in str(nulls[-1])


def test_a_long_value_is_told_shortened() -> None:
    _, nulls = feel.compile(f'-"{"a" * 500}"').explain({}, NEVER)
    with speaking("en"):
        assert len(str(nulls[-1])) < 120
