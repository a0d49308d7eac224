"""When two values are equal, and which of two comes first; null where the question has no answer.

Source: DMN 1.5, tables 53 and 54 (general semantics of equality and ordering).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from ironcage.feel.far import Far, lifted
from ironcage.feel.temporal import on_line
from ironcage.values import Months, Value

Predicate = Callable[[Value, Value], "bool | None"]

_ORDERED = (Decimal, str, date, time, datetime, timedelta, Months)


def equal(left: Value, right: Value) -> bool | None:
    """Return whether two values are equal; null for two kinds, but nothing else equals null."""
    kind = type(left)
    if isinstance(left, Far) or isinstance(right, Far):
        return _far(operator.eq, left, right) if left is not None and right is not None else False
    if kind is not type(right):
        return False if left is None or right is None else None
    if kind is datetime:
        a, b = cast("datetime", left), cast("datetime", right)
        return (a.tzinfo is None) == (b.tzinfo is None) and on_line(a) == on_line(b)
    if kind is list:
        return _equal_lists(cast("list[Value]", left), cast("list[Value]", right))
    if kind is dict:
        a_dict, b_dict = cast("dict[str, Value]", left), cast("dict[str, Value]", right)
        if a_dict.keys() != b_dict.keys():
            return False
        return _equal_lists(list(a_dict.values()), [b_dict[name] for name in a_dict])
    return left == right


def _far(compare: Callable[[Any, Any], bool], left: Value, right: Value) -> bool | None:
    """Compare two dates, or two dates and times, one of which lies outside the years 1 to 9999."""
    if not isinstance(left, date | Far) or not isinstance(right, date | Far):
        return None
    if not isinstance(left, Far) and not isinstance(right, Far):
        return None
    a, b = lifted(left), lifted(right)
    if type(a) is not type(b):
        return None
    if a.era != b.era:
        return compare(a.era, b.era)
    return equal(a.near, b.near) if compare is operator.eq else _ordering(compare)(a.near, b.near)


def unequal(left: Value, right: Value) -> bool | None:
    """Return whether two values are not equal; null where ``equal`` is."""
    same = equal(left, right)
    return None if same is None else not same


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))


def _ordering(compare: Callable[[Any, Any], bool]) -> Predicate:
    def run(left: Value, right: Value) -> bool | None:
        kind = type(left)
        if kind is not type(right) or kind not in _ORDERED:
            return _far(compare, left, right)
        if kind is datetime:
            left, right = on_line(cast("datetime", left)), on_line(cast("datetime", right))
        try:
            return compare(left, right)
        except TypeError:  # one has a zone, the other none
            return None

    return run


less, at_most, greater, at_least = map(_ordering, (operator.lt, operator.le, operator.gt, operator.ge))
PREDICATES: dict[str, Predicate] = {
    "=": equal,
    "!=": unequal,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
}


def within(value: Value, low: Value, high: Value, low_closed: bool = True, high_closed: bool = True) -> bool | None:
    """Return whether *value* lies between *low* and *high*; null where it does not compare with one of them."""
    above = (at_least if low_closed else greater)(value, low)
    below = (at_most if high_closed else less)(value, high)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True
