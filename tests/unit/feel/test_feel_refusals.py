from __future__ import annotations

import contextlib
import time

import pytest
from any_values import any_values
from hypothesis import example, given
from hypothesis import strategies as st

from ironcage import feel
from ironcage.clock import Moment
from ironcage.messages import speaking
from ironcage.values import NotAValueError, NotPackableError, Value, plain, to_bytes, to_json

NEVER = Moment(0)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("1 +", 4),
        ("(1", 3),
        ("1)", 2),
        ("a b", 3),
        ("a = ", 5),
        ("if a then b", 12),
        ('"abc', 1),
        ('a + "abc', 5),
        ('"\\uD800"', 2),
        ('"\\u0000"', 2),
        ('"\\U110000"', 2),
        ("a # b", 3),
        ("a := b", 3),
        ("foo(1)", 1),
        ("1 + foo(1)", 5),
        ("string length()", 14),
        ("substring(text: 1, start position: 2)", 10),
        ("min(list: [1], list: [2])", 4),
        ('@"2011-02-30"', 1),
        ("{a: 1, a: 2}", 8),
        ("{a 1}", 5),
        ("1e99999", 1),
        ("/* a", 1),
        ("then", 1),
        ("x in (1..2", 11),
        ("a instance of nonsense", 15),
        ("a instance number", 12),
        ("for x in [1]", 13),
        ("for in [1] return 1", 5),
        ("some x in [1] return x", 15),
        ("function(a b", 13),
        ("f(1, a: 2)", 11),
        ("a[1", 4),
        ("a.", 3),
        ("[1..", 5),
    ],
)
def test_what_is_no_expression_is_refused_at_its_column(text: str, column: int) -> None:
    with pytest.raises(feel.FeelSyntaxError) as refused:
        feel.compile(text)
    assert refused.value.column == column
    for language in ("zh", "en"):
        with speaking(language):
            assert str(refused.value)


def test_a_refusal_names_line_column_and_excerpt() -> None:
    with speaking("en"), pytest.raises(feel.FeelSyntaxError, match=r"line 2, column 3: .*foo.*, in: .*a \+ foo"):
        feel.compile("a +\n  foo(1)")


@pytest.mark.parametrize(
    "text",
    [
        "1+" * 500_000 + "1",
        "1+" * 20_000 + "1",
        "(" * 10_000 + "1" + ")" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{a:" * 10_000,
        "-" * 10_000 + "1",
        "not(" * 10_000,
        "if a then " * 4_000,
        "a" + ".b" * 20_000,
        "1 in (" * 8_000,
        '"' + "a" * 49_000,
        "/*" * 20_000 + "/",
        "a b " * 10_000,
    ],
    ids=lambda text: f"{text[:8]} x {len(text)}",
)
def test_an_endless_expression_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text)
    assert time.process_time() - began < 2


def test_a_long_chain_of_conditions_is_read() -> None:
    text = " or ".join(f'queue = "q{number}"' for number in range(2000))
    assert feel.compile(text).evaluate({"queue": "q1999"}, NEVER) is True


def test_a_short_text_cannot_build_an_endless_value() -> None:
    entries = ", ".join(f"a{number + 1}: [a{number}, a{number}]" for number in range(90))
    began = time.process_time()
    assert feel.compile(f"{{a0: [1, 1], {entries}}}").evaluate({}, NEVER) is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", ["[x]", "[x, x]", "append(x, x)", "{x: x}", "concatenate(x, x)"])
def test_a_value_cannot_grow_without_end_from_step_to_step(text: str) -> None:
    expression = feel.compile(text)
    value: Value = ["a"]
    for _ in range(150):
        value = expression.evaluate({"x": value}, NEVER)
        if value is None:
            return
        to_bytes(value)
    pytest.fail("it grew 150 times")


def test_a_text_cannot_grow_without_end_from_step_to_step() -> None:
    double = feel.compile("x + x")
    text: Value = "a"
    for _ in range(40):
        text = double.evaluate({"x": text}, NEVER)
    assert text is None


@pytest.mark.parametrize("text", ["[1..2]", "(< 3)", "function(a) a", "abs", "[[1..2]]", "{f: function() 1}"])
def test_ranges_and_functions_are_no_case_data(text: str) -> None:
    value = feel.compile(text).evaluate({}, NEVER)
    for store in (to_bytes, to_json, plain):
        with speaking("en"), pytest.raises((NotPackableError, NotAValueError), match="lives inside an expression"):
            store(value)


def test_an_evaluation_that_takes_too_long_is_null_and_says_why() -> None:
    began = time.process_time()
    for text in (
        "for a in 1..1000000000 return a",
        "some a in 1..1000000000 satisfies a < 0",
        "count(for a in 1..3000, b in 1..3000 return a)",
        "{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r",
        "for a in 1..9000 return for b in 1..9000 return b",
        'for a in 1..9000 return {x: "' + "a" * 5000 + '", y: string join(for b in 1..200 return x)}.y',
    ):
        with speaking("en"):
            value, nulls = feel.compile(text).explain({}, NEVER)
            assert value is None
            assert "stopped" in str(nulls[-1])
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 5000 + "b"),
        ("(a|aa)+$", "a" * 5000 + "b"),
        ("(.*)*x", "a" * 5000),
        ("((a*)*)*b", "a" * 5000),
        ("(a*)\\1b", "a" * 3000),
        ("a{1000}{1000}", "a"),
        ("(((a{50}){50}){50}){50}", "a"),
        ("(" * 3000, "a"),
        ("[a-[" * 3000, "a"),
    ],
)
def test_no_pattern_takes_long(pattern: str, text: str) -> None:
    began = time.process_time()
    feel.compile(f'matches(x, "{pattern}")').evaluate({"x": text}, NEVER)
    assert time.process_time() - began < 5


ESCAPES = [
    "__import__('os')",
    '__import__("os")',
    'eval("1")',
    'exec("1")',
    'open("/etc/passwd")',
    "().__class__",
    '"".__class__',
    '"".__class__.__mro__',
    "[].__class__.__base__.__subclasses__()",
    "x.__class__",
    "x.__init__.__globals__",
    "now.__self__",
    "now().__class__",
    "now().tzinfo",
    "now().resolution",
    "today().replace",
    "today().fromtimestamp(0)",
    "string.__code__",
    'string("a").join(["b"])',
    "{__class__: 1}.__class__.__mro__",
    "x.real",
    "x.as_tuple",
    "x.append",
    "t.upper",
    "d.max",
    "lambda: 1",
    "x if true else y",
    "[y for y in x]",
    "`1`",
    "x[0]",
    "x := 1",
    "x; y",
    "globals()",
    'getattr(x, "__class__")',
    '"{0.__class__}".format(1)',
    '"%s" % 1',
    'f"{x}"',
    "?.__class__",
    "None",
    "self",
    "env",
    "moment",
    "DECIMAL128",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_no_expression_reaches_python(text: str) -> None:
    variables: dict[str, Value] = {"x": ["a"], "t": "a", "d": None}
    try:
        value = feel.compile(text).evaluate(variables, NEVER)
    except feel.FeelSyntaxError:
        return
    assert value in (None, [None], "a", 1, {"__class__": 1})


@given(any_values, st.sampled_from(["__class__", "real", "imag", "keys", "append", "tzinfo", "upper", "count", "low"]))
def test_the_dot_reaches_entries_and_named_parts_only(value: Value, name: str) -> None:
    result = feel.compile(f"x.{name}").evaluate({"x": value}, NEVER)
    inner = result if isinstance(result, list) else [result]
    assert all(part is None or isinstance(value, list | dict) for part in inner)
    to_bytes(result)


WORDS = [*"1x?()[]{}:,.+-*/<= ", '"a"', "..", "**", "@", '@"P1D"', "date and time", "min", "not", "null", "true"]
WORDS += ["if", "then", "else", "and", "or", "in", "between"]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), any_values)
@example("-", None)
def test_any_text_is_answered_or_refused(text: str, value: Value) -> None:
    with contextlib.suppress(feel.FeelSyntaxError, NotPackableError):  # a range or a function is no case data
        to_bytes(feel.compile(text).evaluate({"x": value}, NEVER))
    with contextlib.suppress(feel.FeelSyntaxError):
        assert feel.compile_tests(text).text == text
