"""A script computes exactly: with decimals where a number has places, and never with a binary fraction."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from ironcage.scripts.evaluation import Wrong

DATA = {"n": Decimal(3), "m": Decimal("3.00"), "price": Decimal("19.90"), "items": [Decimal(1), Decimal("2.50")]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0.1 + 0.2 == 0.3", True),
        ("n == m and m == n and 3 == m and m == 3 and 3.0 == n", True),
        ("[3] == [m] and {'a': 3} == {'a': m} and (1, [m]) == (1, [3])", True),
        ("m in [1, 2, 3] and 3 in [m] and 4 not in [m] and m not in [4]", True),
        ("1 < m and m < 4 and 3 <= m and m >= 3 and not m > n", True),
        ("n != m", False),
        ("1.5 * 2 == 3", True),
        ("1 - price", Decimal("-18.90")),
        ("10 / 4", Decimal("2.5")),
        ("1 / 3", Decimal("0.3333333333333333333333333333")),
        ("7 // 2.5", Decimal(2)),
        ("-7 // 2", Decimal(-4)),
        ("7.5 % 2", Decimal("1.5")),
        ("-7.5 % 2", Decimal("0.5")),
        ("price * 2", Decimal("39.80")),
        ("sum(items)", Decimal("3.50")),
        ("sorted([3, 2.5, n, 1])", [Decimal(1), Decimal("2.5"), Decimal(3), Decimal(3)]),
        ("min(3, 2.5)", Decimal("2.5")),
        ("max([m, 2], key=lambda each: -each)", Decimal(2)),
        ("abs(-price)", Decimal("19.90")),
        ("int(price)", Decimal(19)),
        ("int(-price)", Decimal(-19)),
        ("int('42')", Decimal(42)),
        ("decimal('1.10') + 1", Decimal("2.10")),
        ("round(2.5)", Decimal(2)),
        ("round_half_up(2.345, 2)", Decimal("2.35")),
        ("round_half_up(-2.345, 2)", Decimal("-2.35")),
        ("items[n - 2]", Decimal("2.50")),
        ("items[4 / 4]", Decimal("2.50")),
        ("{3: 'three'}[m]", "three"),
        ("'%s of %s' % (price, n)", "19.90 of 3"),
        ("str(m)", "3.00"),
        ("1 << 31", Decimal(2147483648)),
        ("(1 << 62) // (1 << 31)", Decimal(2147483648)),
        ("[each * 2 for each in items if each != 1]", [Decimal("5.00")]),
        ("'-' * n", "---"),
        ("1e3", Decimal(1000)),
    ],
)
def test_an_expression_has_its_exact_value(brought, expression, expected):
    assert repr(brought(f"x = {expression}", **DATA)["x"]) == repr(expected)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x = 5\nx -= 0.5", Decimal("4.5")),
        ("x = 5\nx /= (2)", Decimal("2.5")),
        ("x = 5\nx += 1; x *= 2", Decimal(12)),
        ("x = [1]\n_y = x\nx += [2.5]\n_y.append(3)", [Decimal(1), Decimal("2.5"), Decimal(3)]),
        ("x = 7\nx %= 4", Decimal(3)),
        ("x = 7\nx //= 2", Decimal(3)),
        ("x = 1\nx <<= 31", Decimal(2147483648)),
        ("def half(a):\n  a /= 2\n  return a\nx = half(1)", Decimal("0.5")),
        ("x = (1 -  # - - (\n     (0.5))", Decimal("0.5")),
        ("x = {'a': 1}\nx['a'] += 0.5", {"a": Decimal("1.5")}),
    ],
)
def test_an_assignment_with_an_operator_is_exact(brought, script, expected):
    assert brought(script)["x"] == expected


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = float('1.5')", "binary fractions"),
        ("x = huge + 1", "more digits than the 28"),
        ("x = 10000000000 * 10000000000 * 10000000000 * 10000000000", "34 digits"),
        ("x = 1 / 0", "divide by zero"),
        ("x = 3000000000 * [1]", "repeated so often"),
        ("x = sorted([1, 'a'])", "no order"),
        ("x = 0.5 << 1", "whole numbers"),
    ],
)
def test_what_is_not_exact_is_refused(brought, script, said):
    with pytest.raises(Wrong) as wrong:
        brought(script, huge=Decimal("1.2345678901234567890123456789012"))
    assert said in wrong.value.reason.format(**wrong.value.fields)


_NUMBERS = st.decimals(-(10**8), 10**8, places=2) | st.integers(-(2**40), 2**40).map(Decimal)


@examples(60)
@given(a=_NUMBERS, b=_NUMBERS)
def test_two_numbers_add_compare_and_multiply_as_decimals_do(brought, a, b):
    found = brought(
        "s = a + b; d = a - b; p = a * b; e = a == b; l = a < b; g = a >= b; w = a in [b]; m = max(a, b)", a=a, b=b
    )
    # What a variable has already is not brought; it is what it was.
    expected = {"s": a + b, "d": a - b, "p": a * b, "e": a == b, "l": a < b, "g": a >= b, "w": a == b, "m": max(a, b)}
    assert found == expected


def _literals():
    whole = st.integers(0, 99).map(lambda number: (str(number), Fraction(number)))
    places = st.integers(0, 9999).map(lambda number: (f"{number / 100:.2f}", Fraction(number, 100)))
    return whole | places | st.just(("金额", Fraction(5, 4)))


def _joined(parts):
    return st.tuples(
        parts, st.sampled_from(sorted(_OPERATORS)), parts, st.sampled_from([" ", "", "\n  ", " # - * (\n"])
    ).map(lambda four: (f"({four[0][0]}{four[3]}{four[1]} {four[2][0]})", _OPERATORS[four[1]](four[0][1], four[2][1])))


_OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_EXPRESSIONS = st.recursive(
    _literals(),
    lambda inner: (
        _joined(inner)
        | inner.map(lambda one: (f"-{one[0]}", -one[1]))
        | inner.map(lambda one: (f"[{one[0]}][0]", one[1]))
        | inner.map(lambda one: (f"(lambda 数: 数)({one[0]})", one[1]))
    ),
    max_leaves=6,
)


@examples(150)
@given(left=_EXPRESSIONS, right=_EXPRESSIONS)
def test_whatever_way_an_expression_is_written_it_is_exact(brought, left, right):
    script = f"x = {left[0]}\ny = {left[0]} < {right[0]}\nz = {left[0]} == {right[0]}\nx -= {right[0]}"
    found = brought(script, 金额=Decimal("1.25"))
    assert Fraction(found["x"]) == left[1] - right[1]
    assert (found["y"], found["z"]) == (left[1] < right[1], left[1] == right[1])
