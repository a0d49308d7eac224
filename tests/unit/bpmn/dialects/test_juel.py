"""Unified expressions become FEEL that yields the same, null included, or are refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironcage import feel
from ironcage.bpmn.dialects import juel
from ironcage.bpmn.dialects.formula import UntranslatableError
from ironcage.bpmn.dialects.juel_feel import translated
from ironcage.clock import Moment


def value(expression: str, **variables: object) -> object:
    numbers = {k: Decimal(v) if type(v) is int else v for k, v in variables.items()}
    return feel.compile(translated(expression)).evaluate(numbers, Moment(0))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${x}", "x"),
        ("#{ x.y['z'] }", "x.y.z"),
        ("${x[0].y}", "(if x instance of list<Any> then x[1] else null).y"),
        ("${x == 'a'}", 'x = "a"'),
        ('${x ne "a\\"b"}', 'x != "a\\"b"'),
        ("${x > 1.5}", "(x != null) and (x > 1.5)"),
        ("${-1}", "-1"),
        ("${a && b}", "(a = true) and (b = true)"),
        ("${not a or b == 1 or c}", "not(a = true) or (b = 1) or (c = true)"),
        ("${c ? 1 : null}", "if c = true then 1 else null"),
        ("${loopCounter}", "loopCounter - 1"),
        ("${nrOfCompletedInstances / nrOfInstances}", "numberOfCompletedInstances / numberOfInstances"),
        ("${execution.getVariable('x')}", "x"),
        ("${x.startsWith('a')}", 'starts with(x, "a")'),
        ("${x.toUpperCase()}", "upper case(x)"),
        ("${now()}", "now()"),
        ("${变量 == '是'}", '变量 = "是"'),
        ("${'}' == x}", '"}" = x'),
    ],
)
def test_it_is_written_in_feel(written: str, meant: str) -> None:
    assert translated(written) == meant


@pytest.mark.parametrize(
    ("expression", "variables", "expected"),
    [
        ("${x > 5}", {"x": None}, False),
        ("${x <= y}", {"x": None, "y": None}, True),
        ("${x <= y}", {"x": None, "y": 1}, False),
        ("${x < y}", {"x": 1, "y": 2}, True),
        ("${x + 1}", {"x": None}, 1),
        ("${x * 3 - 1}", {"x": 2}, 5),
        ("${7 / 2}", {}, Decimal("3.5")),
        ("${x == null}", {"x": None}, True),
        ("${x != 5}", {"x": None}, True),
        ("${!x}", {"x": None}, True),
        ("${!x || y}", {"x": True, "y": None}, False),
        ("${empty x}", {"x": None}, True),
        ("${empty x}", {"x": ""}, True),
        ("${empty x}", {"x": []}, True),
        ("${empty x}", {"x": {}}, True),
        ("${empty x}", {"x": "a"}, False),
        ("${not empty x}", {"x": [None]}, True),
        ("${x.contains('b')}", {"x": "abc"}, True),
        ("${x.contains('b')}", {"x": ["a"]}, False),
        ("${x.size() == 2}", {"x": ["a", "b"]}, True),
        ("${x.y.z}", {"x": None}, None),
        ("${x.isEmpty()}", {"x": ""}, True),
        ("${x.equals('a')}", {"x": "b"}, False),
        ("${(x gt 1) and (x lt 3) ? 'in' : 'out'}", {"x": 2}, "in"),
        ("${-x}", {"x": 4}, -4),
    ],
)
def test_it_yields_what_it_yielded(expression: str, variables: dict[str, object], expected: object) -> None:
    assert value(expression, **variables) == expected


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Hello ${x}", 0),
        ("${x}${y}", 0),
        ("${}", 2),
        ("${x +}", 5),
        ("${x % 2}", 4),
        ("${x / y}", 4),
        ("${x / 0}", 4),
        ("${bean.doIt()}", 6),
        ("${dateTime()}", 2),
        ("${execution.id}", 2),
        ("${task.name}", 2),
        ("${x[y]}", 3),
        ("${x.trim()}", 3),
        ("${x instanceof y}", 4),
        ("${x ? y}", 7),
        ("${'a}", 2),
        ("${a$b}", 0),
        ("${if}", 0),
        ("${x.class}", 3),
        ("${due.year}", 5),
        ("${x; y}", 3),
    ],
)
def test_what_is_not_exact_is_refused_where_it_stands(written: str, at: int) -> None:
    with pytest.raises(UntranslatableError) as refused:
        translated(written)
    assert refused.value.at == at
    assert str(refused.value.reason)


@pytest.mark.parametrize("nested", ["(" * 500 + "x" + ")" * 500, "!" * 500 + "x", "x" + ".y" * 500, "x ? " * 500 + "y"])
def test_depth_is_bounded(nested: str) -> None:
    with pytest.raises(UntranslatableError):
        translated(f"${{{nested}}}")


def test_length_is_bounded() -> None:
    with pytest.raises(UntranslatableError):
        translated("${" + " + ".join(["x"] * juel.LENGTH) + "}")


@given(st.text(alphabet="xy.[]()'\"!&|=<>?:+-*/% 10empty$#{}", max_size=30))
def test_any_text_is_translated_to_what_can_be_read_or_refused(inside: str) -> None:
    try:
        written = translated(f"${{{inside}}}")
    except UntranslatableError:
        return
    feel.compile(written)
