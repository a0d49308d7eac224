"""When two values are equal, and which of two comes first; null where the question has no answer.

Source: DMN 1.5, tables 53 and 54 (general semantics of equality and ordering).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ironcage.feel.far import Far, FarDate, FarDateTime, lifted
from ironcage.feel.temporal import on_line
from ironcage.values import Months, Value

Predicate = Callable[[Value, Value], "bool | None"]

_ORDERED = frozenset((Decimal, str, date, time, datetime, timedelta, Months))


def equal(left: Value, right: Value) -> bool | None:
    """Return whether two values are equal; null for two kinds, but nothing else equals null."""
    kind = type(left)
    if kind is not type(right):
        return False if left is None or right is None else _far(operator.eq, left, right)
    special = _SPECIAL.get(kind)
    return left == right if special is None else special(left, right)


def _equal_moments(left: datetime, right: datetime) -> bool:
    return (left.tzinfo is None) == (right.tzinfo is None) and on_line(left) == on_line(right)


def _equal_lists(left: list[Value], right: list[Value]) -> bool:
    if len(left) != len(right):
        return False
    for item, other in zip(left, right, strict=True):  # noqa: SIM110  # a third faster than a generator
        if equal(item, other) is not True:
            return False
    return True


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool:
    return left.keys() == right.keys() and all(equal(value, right[name]) is True for name, value in left.items())


def _equal_far(left: Far, right: Far) -> bool | None:
    return _far(operator.eq, left, right)


def _same_zone(left: time, right: time) -> bool:
    """Return whether two times of day are on one line: those of a named zone have no offset that would tell."""
    named = isinstance(left.tzinfo, ZoneInfo), isinstance(right.tzinfo, ZoneInfo)
    return named == (False, False) or left.tzinfo == right.tzinfo


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


_SPECIAL: dict[type, Callable[[Any, Any], bool | None]] = {
    datetime: _equal_moments,
    time: lambda a, b: _same_zone(a, b) and a == b,
    list: _equal_lists,
    dict: _equal_contexts,
    FarDate: _equal_far,
    FarDateTime: _equal_far,
}
"""How values of a type are compared, where Python's own equality does not do."""


def unequal(left: Value, right: Value) -> bool | None:
    """Return whether two values are not equal; null where ``equal`` is."""
    same = equal(left, right)
    return None if same is None else not same


def _ordering(compare: Callable[[Any, Any], bool]) -> Predicate:
    def run(left: Any, right: Any) -> bool | None:
        kind = type(left)
        if kind is not type(right) or kind not in _ORDERED:
            return _far(compare, left, right)
        if kind is datetime:
            left, right = on_line(left), on_line(right)
        elif kind is time and not _same_zone(left, right):
            return None
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
