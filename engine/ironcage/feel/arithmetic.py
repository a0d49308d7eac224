"""What ``+ - * / **`` and a minus do to each pair of kinds; null for every other pair and for what has no result.

Source: DMN 1.5, tables 57 to 61 (general semantics of the arithmetic operators).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from ironcage.feel.far import Far, FarDate, FarDateTime, far_between, far_later, far_months_later
from ironcage.feel.numbers import DECIMAL128, unsigned
from ironcage.feel.temporal import between, later, midnight, months_later, on_line
from ironcage.values import Months, Value
from ironcage.values.bounds import CHARACTERS

Operation = Callable[[Value, Value], Value]
_Rules = dict[tuple[type, type], Callable[[Any, Any], Value]]
_MICROSECOND = timedelta(microseconds=1)
_ONE = Decimal(1)


def joined(left: str, right: str) -> str | None:
    """Return the two texts as one; null if that is too long."""
    return left + right if len(left) + len(right) <= CHARACTERS else None


def _time_later(at: time, length: timedelta) -> time:
    moved = datetime.combine(date(2000, 1, 1), at.replace(tzinfo=None)) + length % timedelta(days=1)
    return moved.time().replace(tzinfo=at.tzinfo)


def _between_times(start: time, end: time) -> timedelta | None:
    if (start.utcoffset() is None) != (end.utcoffset() is None):
        return None
    day = date(2000, 1, 1)
    return on_line(datetime.combine(day, end)) - on_line(datetime.combine(day, start))


def _of_micros(micros: Decimal) -> timedelta:
    return timedelta(microseconds=int(micros))


def _micros(length: timedelta) -> Decimal:
    return Decimal(length // _MICROSECOND)


def _scaled(length: timedelta, factor: Decimal) -> timedelta:
    return _of_micros(DECIMAL128.multiply(_micros(length), factor))


def _scaled_months(months: Months, factor: Decimal) -> Months:
    return _months(DECIMAL128.multiply(Decimal(months.count), factor))


def _months(count: Decimal) -> Months:
    if count.adjusted() > 12:
        raise OverflowError
    return Months(int(count))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return DECIMAL128.power(base, exponent) if exponent else _ONE


_ADD: _Rules = {
    (Decimal, Decimal): DECIMAL128.add,
    (str, str): joined,
    (timedelta, timedelta): lambda a, b: a + b,
    (Months, Months): lambda a, b: Months(a.count + b.count),
    (date, timedelta): lambda a, b: a + timedelta(days=b // timedelta(days=1)),
    (datetime, timedelta): later,
    (time, timedelta): _time_later,
    (date, Months): lambda a, b: months_later(a, b.count),
    (datetime, Months): lambda a, b: months_later(a, b.count),
}


def _far_months_later(day: Far, months: Months) -> Value:
    return far_months_later(day, months, months_later)


def _far_date_later(day: Far, length: timedelta) -> Value:
    return far_later(day, timedelta(days=length // timedelta(days=1)), operator.add)


def _far_later(day: Far, length: timedelta) -> Value:
    return far_later(day, length, cast("Callable[[date, timedelta], date]", later))


_ADD.update(
    {
        (FarDate, timedelta): _far_date_later,
        (FarDateTime, timedelta): _far_later,
        (FarDate, Months): _far_months_later,
        (FarDateTime, Months): _far_months_later,
    }
)


def _turned(rule: Callable[[Any, Any], Value]) -> Callable[[Any, Any], Value]:
    return lambda left, right: rule(right, left)


_ADD.update({(b, a): _turned(rule) for (a, b), rule in _ADD.items() if a is not b})

_SUBTRACT: _Rules = {
    (Decimal, Decimal): DECIMAL128.subtract,
    (timedelta, timedelta): lambda a, b: a - b,
    (Months, Months): lambda a, b: Months(a.count - b.count),
    (date, timedelta): lambda a, b: a + timedelta(days=-b // timedelta(days=1)),
    (datetime, timedelta): lambda a, b: later(a, -b),
    (time, timedelta): lambda a, b: _time_later(a, -b),
    (date, Months): lambda a, b: months_later(a, -b.count),
    (datetime, Months): lambda a, b: months_later(a, -b.count),
    (date, date): lambda a, b: a - b,
    (datetime, datetime): lambda a, b: between(b, a),
    (datetime, date): lambda a, b: between(midnight(b), a),
    (date, datetime): lambda a, b: between(b, midnight(a)),
    (time, time): lambda a, b: _between_times(b, a),
}


def _between_far(end: date | Far, start: date | Far) -> Value:
    return far_between(start, end, lambda a, b: subtract(b, a))


_SUBTRACT.update(
    {
        (FarDate, timedelta): lambda a, b: _far_date_later(a, -b),
        (FarDateTime, timedelta): lambda a, b: _far_later(a, -b),
        (FarDate, Months): lambda a, b: _far_months_later(a, Months(-b.count)),
        (FarDateTime, Months): lambda a, b: _far_months_later(a, Months(-b.count)),
    }
)
_DAYS = (date, datetime, FarDate, FarDateTime)
_SUBTRACT.update({(a, b): _between_far for a in _DAYS for b in _DAYS if issubclass(a, Far) or issubclass(b, Far)})

_MULTIPLY: _Rules = {
    (Decimal, Decimal): DECIMAL128.multiply,
    (timedelta, Decimal): _scaled,
    (Decimal, timedelta): lambda a, b: _scaled(b, a),
    (Months, Decimal): _scaled_months,
    (Decimal, Months): lambda a, b: _scaled_months(b, a),
}

_DIVIDE: _Rules = {
    (Decimal, Decimal): DECIMAL128.divide,
    (timedelta, Decimal): lambda a, b: _of_micros(DECIMAL128.divide(_micros(a), b)),
    (timedelta, timedelta): lambda a, b: DECIMAL128.divide(_micros(a), _micros(b)),
    (Months, Decimal): lambda a, b: _months(DECIMAL128.divide(Decimal(a.count), b)),
    (Months, Months): lambda a, b: DECIMAL128.divide(Decimal(a.count), Decimal(b.count)),
}

_POWER: _Rules = {(Decimal, Decimal): _power}


def _operation(rules: _Rules) -> Operation:
    of_numbers: Callable[[Any, Any], Any] = rules[Decimal, Decimal]

    def run(left: Value, right: Value) -> Value:
        try:
            if type(left) is Decimal and type(right) is Decimal:
                number: Decimal = of_numbers(left, right)
                return number or unsigned(number)
            rule = rules.get((type(left), type(right)))
            return None if rule is None else rule(left, right)
        except (ArithmeticError, ValueError):
            return None

    return run


add, subtract, multiply, divide, power = map(_operation, (_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE, _POWER))
OPERATIONS: dict[str, Operation] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}


def negate(value: Value) -> Value:
    """Return the value with the other sign; null unless it is a number or a duration."""
    match value:
        case Decimal():
            return DECIMAL128.minus(value)
        case timedelta():
            return -value if value <= -timedelta.min else None
        case Months(count):
            return Months(-count)
        case _:
            return None
