"""Python-syntax expressions become FEEL that yields what Python yields, or are refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironcage import feel
from ironcage.bpmn.dialects import python
from ironcage.bpmn.dialects.formula import UntranslatableError
from ironcage.clock import Moment

CONDITIONS = [
    "x", "not x", "x and y", "x or not y", "x is None", "x is not None", "x == y", "x != y", "x == 'a'", "x != 3",
    "x == None", "x < y", "x <= 3 <= y", "x in [1, 'a', None]", "x not in ['a']", "x in y", "'a' in x", "len(x) > 1",
    "len(x) == len(y)", "x % 3 == 2", "x + y == 4", "x * 2 > y - 1", "x / 2 > 1", "-x < y", "(x if y else 3) == 3",
    "x[0] == 'a'", "x[-1] == 'b'", "x.startswith('a')", "x.upper() == 'A'", "bool(x) == bool(y)", "x is True",
    "not (x and y) or x == y",
]  # fmt: skip
VALUES = [None, True, False, 0, 3, 5, -4, "", "a", "ab", [], ["a"], ["a", "b"], [1, None]]


def _feel(value: object) -> object:
    if isinstance(value, list):
        return [_feel(each) for each in value]
    return Decimal(value) if type(value) is int else value


def _is_mixed(x: object, y: object) -> bool:
    """Whether truth values and numbers meet, which the translation leaves out: to Python 1 is True."""
    flat = [each for value in (x, y) for each in (value if isinstance(value, list) else [value])]
    return any(isinstance(each, bool) for each in flat)


@pytest.mark.parametrize("expression", CONDITIONS)
def test_a_condition_holds_where_it_holds_in_python(expression: str) -> None:
    compiled = feel.compile(python.condition(expression))
    compared = 0
    for x in VALUES:
        for y in VALUES:
            if _is_mixed(x, y) and expression not in {"x", "not x", "x and y", "x or not y", "x is True"}:
                continue
            held = compiled.evaluate({"x": _feel(x), "y": _feel(y)}, Moment(0))
            try:
                expected = bool(eval(expression, {"x": x, "y": y}))
            except (TypeError, AttributeError, IndexError, ValueError):
                continue  # an error there, whatever null leads to here
            if held is None and _repeats_or_joins(expression, x, y):
                continue
            compared += 1
            assert held is expected, (x, y)
    assert compared > 5


def _repeats_or_joins(expression: str, x: object, y: object) -> bool:
    """Whether Python would repeat or join texts or lists, or format a text, for which FEEL has null."""
    return ("*" in expression or "%" in expression or "+" in expression or "<" in expression or ">" in expression) and (
        isinstance(x, str | list) or isinstance(y, str | list)
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x", "x"),
        ("d['k'].z", "d.k.z"),
        ("d.get('k')", "d.k"),
        ("[1, 'a', None, True]", '[1, "a", null, true]'),
        ("{'a': x, 'b': 2}", '{"a": x, "b": 2}'),
        ("a if b == 1 else c", "if (b = 1) = true then a else c"),
        ("1.50", "1.5"),
        ("变量 + 1", "变量 + 1"),
    ],
)
def test_a_value_is_written_in_feel(written: str, meant: str) -> None:
    assert python.value(written) == meant


@pytest.mark.parametrize(
    "expression",
    [
        "f(x)", "a and b", "a // b", "a ** b", "a % b", "a / b", "a / 0", "lambda: 1", "[i for i in x]", "f'{x}'",
        "a is b", "x.seconds",
        "x[i]", "x[1:2]", "(1, 2)", "{1: 2}", "{'a': 1, 'b': a}", "{**a}", "x := 1", "await x", "*x", "1j", "1e400",
        "x.strip()", "x.get('k', 1)", "int(x)", "for", "1 +", "a) or (b", "x.if", "__import__('os').system('x')",
        "x.__class__", "b'x'", "...", "len(x=1)",
    ],
)  # fmt: skip
def test_what_is_not_exact_is_refused(expression: str) -> None:
    with pytest.raises(UntranslatableError) as refused:
        python.value(expression)
    assert str(refused.value.reason)


@pytest.mark.parametrize(
    "hostile", ["(" * 5000 + ")" * 5000, "-" * 9000 + "1", "x" * 20_000, "[" * 150 + "]" * 150, "\0"]
)
def test_depth_and_length_are_bounded(hostile: str) -> None:
    with pytest.raises(UntranslatableError):
        python.value(hostile)


def test_a_script_of_assignments_is_a_list_of_settings() -> None:
    script = "\n    # a comment\n    total = price * 2\n    total += 1\n    name: str = 'x'\n"
    assert python.assignments(script) == [("total", "price * 2"), ("total", "total + 1"), ("name", '"x"')]
    assert python.assignments("  \n") == []


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("x = 1\nimport os", 2),
        ("x = 1\ny = f(x)", 2),
        ("a = b = 1", 1),
        ("a, b = 1, 2", 1),
        ("d['k'] = 1", 1),
        ("if x:\n    y = 1", 1),
        ("\n  x = 1\n  del x", 3),
        ("x = 1\ny =", 2),
    ],
)
def test_any_other_script_is_refused_with_its_line(script: str, line: int) -> None:
    with pytest.raises(UntranslatableError) as refused:
        python.assignments(script)
    assert script[: refused.value.at].count("\n") + 1 == line


@given(st.text(alphabet="xy.[]()'\"!=<>+-*/% 10 andornotifelse:,{}\n", max_size=30))
def test_any_text_is_translated_to_what_can_be_read_or_refused(text: str) -> None:
    for translate in (python.condition, python.value):
        try:
            written = translate(text)
        except UntranslatableError:
            continue
        feel.compile(written)
