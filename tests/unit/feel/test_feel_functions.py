from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from any_values import any_values
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from ironcage import feel
from ironcage.clock import Moment
from ironcage.feel.environment import Environment
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.temporal import at_literal
from ironcage.values import Months, Value

NOW = Moment(1_600_000_000_000_000)
PROBES = ["[1..3]", "(< 3)", "(!= 2)", '["a".."b")', "function(a, b) a", "abs", "(null..2]", "for a in 1..3 return a"]
STRANGE = [feel.compile(text).evaluate({}, NOW) for text in PROBES]
STRANGE += [at_literal(text) for text in ("-2021-01-01", "99999-12-31T01:02:03@Europe/Paris", "999999999-12-31")]
STRANGE += [timedelta.max, timedelta.min, Months(10**12), Decimal("9e6144"), Decimal("1e-6176"), Decimal("-1e34")]
STRANGE += ["(", "[a-", "$", "\\", "9999-12-31", "24:00:00", "P999999999D", "[1..2]", "x" * 50]
values = any_values | st.sampled_from(STRANGE) | st.lists(st.sampled_from(STRANGE), max_size=3)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@examples(12)
@given(data=st.data())
def test_a_function_answers_whatever_it_is_given(name: str, data: st.DataObject) -> None:
    function = FUNCTIONS[name]
    form = data.draw(st.sampled_from(function.forms))
    given_values = data.draw(st.lists(values, min_size=0, max_size=len(form) + 1))
    function.apply(given_values, Environment({}, NOW))


@examples(80)
@given(left=values, right=values, third=values)
def test_an_operator_answers_whatever_it_is_given(left: Value, right: Value, third: Value) -> None:
    names: dict[str, Value] = {"a": left, "b": right, "c": third}
    for text in OPERATIONS:
        feel.compile(text, names).evaluate(names, NOW)
    for test in ("a", "< a", "[a..b]", "not(a, b)", "? in a", "a = b"):
        feel.compile_tests(test).holds(Environment(names, NOW), third)


OPERATIONS = [
    *(f"a {sign} b" for sign in ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")),
    "-a", "a[b]", "a[item = b]", "a.b", "a.year", "a.start", "[a..b]", "(< a)", "a between b and c", "a in [b..c]",
    "for x in a return x", "for x in a..b return 1", "some x in a satisfies x = b", "every x in a satisfies x < b",
    "if a then b else c", "a(b, c)", "a(b: c)", "{x: a, y: b}", "[a, b]", "a instance of list<number>",
    "a instance of function<number, Any> -> Any", "a instance of range<date>", "string(a)", "sort([a, b, c])",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('substring("foobar", -2, 1)', '"a"'),
        ("sublist([1, 2, 3], -2)", "[2, 3]"),
        ("insert before([1, 2, 3], -1, 4)", "[1, 2, 4, 3]"),
        ("append(1, 2)", "[1, 2]"),
        ("index of([1, null, 1], 1)", "[1, 3]"),
        ("distinct values([1, null, 1.0, null])", "[1, null]"),
        ("duplicate values([1, 2, 1])", "[1]"),
        ("flatten([[1, [2]], 3])", "[1, 2, 3]"),
        ("median([6, 1, 2, 3])", "2.5"),
        ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
        ("modulo(-12, 5)", "3"),
        ("all([true, null])", "null"),
        ("any([false, null])", "null"),
        ('number("1.000,5", ".", ",")', "1000.5"),
        ("string([1, \"a\"])", '"[1, \\"a\\"]"'),
        ("context put({x: 1, y: {z: 0}}, [\"y\", \"z\"], 2)", "{x: 1, y: {z: 2}}"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('split("a;b;;", ";")', '["a", "b", "", ""]'),
        ('replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3")', '"(012) 345-6789"'),
        ('matches("aA", "(a)\\1", "i")', "true"),
        ('matches("街道办事处", "^\\p{IsCJKUnifiedIdeographs}+$")', "true"),
        ('replace("a", "b|", "x")', "null"),
        ('matches("a", "(")', "null"),
        ("week of year(date(2005, 1, 1))", "53"),
        ('last day of month(@"2020-02-01")', '@"2020-02-29"'),
        ('date and time(2017, 1, 1, 10, 0, 0, "Europe/Paris")', '@"2017-01-01T10:00:00@Europe/Paris"'),
        ('@"-2021-12-31" + @"P1D"', '@"-2020-01-01"'),
        ('@"-0001-12-31" - @"0001-01-01"', '@"-P367D"'),
        ('@"10000-01-01" > @"9999-12-31"', "true"),
        ('day of week(@"12000-01-01")', '"Saturday"'),
        ("before([1..5), 5)", "true"),
        ("overlaps([1..5], (5..6])", "false"),
        ("meets([1..5], [5..10])", "true"),
        ("during([2..3], [1..4])", "true"),
        ("includes((1..4], 1)", "false"),
        ("starts((1..5], (1..10])", "true"),
        ("coincides([1..5], [1..5))", "false"),
        ('range("[1..3[") = [1..3[', "true"),
        ("[1..10].start included", "true"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for x in [[1, 2], [3]], y in x return y", "[1, 2, 3]"),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
        ("every x in [] satisfies false", "true"),
        ("[{unit price: 1, q: 2}, {unit price: 3, q: 4}][unit price > 2].q", "[4]"),
        ("[1, 2, 3, 4][item > 2][-1]", "4"),
        ("{f: function(x: number) x * 2, r: f([2])}.r", "4"),
        ('{f: function(x: number) x * 2, r: f("a")}.r', "null"),
        ("(function(a, b) a - b)(b: 1, a: 3)", "2"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        ("list replace([2, 4, 7], function(item, newItem) item < newItem, 5)", "[5, 5, 7]"),
        ("{a-b: 1, c d: a-b + 1, e: c d * 2}.e", "4"),
        ("[1, 2] instance of list<number>", "true"),
        ("{a: 1} instance of context<a: number, b: string>", "false"),
        ("(function(a: number) a) instance of function<string> -> Any", "false"),
        ("4 in (< 3, [4..5))", "true"),
        ("(< 10) = (null..10)", "false"),
    ],
)  # fmt: skip
def test_functions_and_phrases(text: str, answer: str) -> None:
    wanted = feel.compile(answer).evaluate({}, NOW)
    found = feel.compile(text).evaluate({}, NOW)
    assert found == wanted
    assert type(found) is type(wanted)


def test_a_lenient_reader_makes_null_of_what_fits_nothing_and_says_so() -> None:
    expression = feel.compile('[abs(), nothing(1), @"2011-02-30", abs(-1)]', lenient=True)
    value, nulls = expression.explain({}, NOW)
    assert value == [None, None, None, Decimal(1)]
    assert [fault.column for fault in expression.misfits] == [5, 9, 21]
    assert [null.at for null in nulls] == [4, 8, 20]


def test_named_types_are_asked_and_convert() -> None:
    small = feel.NarrowedType("small", feel.TYPES["number"], lambda value: isinstance(value, Decimal) and value < 10)
    types: dict[str, feel.Type] = {"small": small, "small ones": feel.ListType(small)}
    assert feel.compile("[5 instance of small, 50 instance of small]", types=types).evaluate({}, NOW) == [True, False]
    assert feel.compile("[5] instance of small ones", types=types).evaluate({}, NOW) is True
    assert feel.conform([Decimal(5)], small) == 5
    assert feel.conform(Decimal(5), types["small ones"]) == [5]
    assert feel.conform(Decimal(50), small) is None
