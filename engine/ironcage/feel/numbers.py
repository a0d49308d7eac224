"""Numbers as FEEL has them: decimals of 34 digits, rounded half to even.

Source: DMN 1.5, 10.3.2.3.1; IEEE 754-2008 Decimal128.
"""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from ironcage.values.kinds import DIGITS, EXPONENT

DECIMAL128 = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=1 - EXPONENT,
    Emax=EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""What has no result (a division by zero, an overflow) raises ``ArithmeticError``; FEEL makes null of it."""

CEILING, FLOOR, UP, DOWN, HALF_UP, HALF_DOWN, HALF_EVEN = (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_UP,
    ROUND_DOWN,
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
)


def rounded(number: Decimal, scale: Decimal, way: str) -> Decimal | None:
    """Return *number* with *scale* digits after the point, rounded *way*; None where it would have too many digits."""
    places = whole(scale.to_integral_value(ROUND_DOWN))
    if places is None or not -EXPONENT <= places <= EXPONENT:
        return None
    try:
        return unsigned(number.quantize(Decimal((0, (1,), -places)), rounding=way, context=DECIMAL128))
    except ArithmeticError:
        return None


def whole(number: Decimal) -> int | None:
    """Return *number* as an int if it is whole and not absurdly large, else None."""
    if number.adjusted() > DIGITS or number != number.to_integral_value():
        return None
    return int(number)


def text_of(number: Decimal) -> str:
    """Return *number* in digits, without an exponent."""
    return f"{number:f}"


def unsigned(number: Decimal) -> Decimal:
    """Return *number*, a zero without a minus: FEEL has one zero."""
    return number or number.copy_abs()
