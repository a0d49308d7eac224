"""Built-in functions on numbers. Source: DMN 1.5, 10.3.4.5."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel import numbers
from ironcage.feel.arithmetic import negate
from ironcage.feel.functions.registry import builtin
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.values import Value

_ZERO = Decimal(0)


def _rounding(way: str, summary: str) -> Callable[..., Value]:
    def run(number: Value, scale: Value = _ZERO) -> Value:
        if not isinstance(number, Decimal) or not isinstance(scale, Decimal):
            return None
        return numbers.rounded(number, scale, way)

    run.__doc__ = summary
    return run


builtin("floor", "n, scale?")(_rounding(numbers.FLOOR, "Return the number rounded down."))
builtin("ceiling", "n, scale?")(_rounding(numbers.CEILING, "Return the number rounded up."))
builtin("decimal", "n, scale")(_rounding(numbers.HALF_EVEN, "Return the number rounded, halves to the even neighbour."))
builtin("round up", "n, scale")(_rounding(numbers.UP, "Return the number rounded away from zero."))
builtin("round down", "n, scale")(_rounding(numbers.DOWN, "Return the number rounded towards zero."))
builtin("round half up", "n, scale")(_rounding(numbers.HALF_UP, "Return the number rounded, halves away from zero."))
builtin("round half down", "n, scale")(_rounding(numbers.HALF_DOWN, "Return the number rounded, halves towards zero."))


@builtin("abs", "n")
def absolute(value: Value) -> Value:
    """Return a number or a duration without its sign."""
    match value:
        case Decimal():
            return value if value > 0 else negate(value)
        case timedelta():
            return abs(value)
        case Months(count):
            return Months(abs(count))
        case _:
            return None


@builtin("modulo", "dividend, divisor")
def modulo(dividend: Value, divisor: Value) -> Value:
    """Return the remainder, with the sign of the divisor."""
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal):
        return None
    context = numbers.DECIMAL128
    try:
        rest = context.remainder(dividend, divisor)
        rest = context.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest
        return numbers.unsigned(rest)
    except ArithmeticError:
        return None


def _of_number(apply: Callable[[Decimal], Decimal], summary: str) -> Callable[..., Value]:
    def run(number: Value) -> Value:
        try:
            return apply(number) if isinstance(number, Decimal) else None
        except ArithmeticError:
            return None

    run.__doc__ = summary
    return run


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise ArithmeticError
    return number.ln(numbers.DECIMAL128)


builtin("sqrt", "number")(_of_number(lambda number: number.sqrt(numbers.DECIMAL128), "Return the square root."))
builtin("log", "number")(_of_number(_log, "Return the natural logarithm."))
builtin("exp", "number")(
    _of_number(lambda number: number.exp(numbers.DECIMAL128), "Return e to the power of the number.")
)


@builtin("odd", "number")
def odd(value: Value) -> Value:
    """Return whether a whole number is odd."""
    number = numbers.whole(value) if isinstance(value, Decimal) else None
    return None if number is None else number % 2 == 1


@builtin("even", "number")
def even(value: Value) -> Value:
    """Return whether a whole number is even."""
    number = numbers.whole(value) if isinstance(value, Decimal) else None
    return None if number is None else number % 2 == 0
