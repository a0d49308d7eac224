"""Built-in functions on ranges: how two of them, or a range and a point, lie to each other.

Source: DMN 1.5, 10.3.4.11 and table 78 (Allen's relations).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple

from ironcage.feel.comparison import equal, less
from ironcage.feel.functions.registry import builtin
from ironcage.feel.ranges import Range

if TYPE_CHECKING:
    from ironcage.values import Value

_Relation = Callable[["_Span", "_Span"], bool | None]


class _Span(NamedTuple):
    """A range, or a point as the range of itself."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    point: bool


def _span(value: Value) -> _Span | None:
    if isinstance(value, Range):
        if value.operator == "!=" or value.low is None or value.high is None:
            return None
        return _Span(value.low, value.high, value.low_closed, value.high_closed, False)
    return None if value is None else _Span(value, value, True, True, True)


def _declare(name: str, *forms: str, points: str = "") -> Callable[[_Relation], _Relation]:
    """Declare a relation; *points*: of ``a`` and ``b``, those that may be a point."""

    def declare(relation: _Relation) -> _Relation:
        @wraps(relation)
        def run(left: Value, right: Value) -> Value:
            a, b = _span(left), _span(right)
            if a is None or b is None or (a.point and "a" not in points) or (b.point and "b" not in points):
                return None
            if less(a.low, b.low) is None or less(a.high, b.high) is None:
                return None
            return relation(a, b)

        builtin(name, *forms)(run)
        return relation

    return declare


_POINTS = ("point1, point2", "point, range", "range, point", "range1, range2")


@_declare("before", *_POINTS, points="ab")
def before(a: _Span, b: _Span) -> bool | None:
    """Return whether the first ends before the second begins."""
    touching = equal(a.high, b.low) and not (a.high_closed and b.low_closed)
    return bool(less(a.high, b.low) or touching)


@_declare("after", *_POINTS, points="ab")
def after(a: _Span, b: _Span) -> bool | None:
    """Return whether the first begins after the second ends."""
    return before(b, a)


@_declare("meets", "range1, range2")
def meets(a: _Span, b: _Span) -> bool | None:
    """Return whether the first ends with the value the second begins with."""
    return a.high_closed and b.low_closed and equal(a.high, b.low)


@_declare("met by", "range1, range2")
def met_by(a: _Span, b: _Span) -> bool | None:
    """Return whether the first begins with the value the second ends with."""
    return meets(b, a)


@_declare("overlaps", "range1, range2")
def overlaps(a: _Span, b: _Span) -> bool | None:
    """Return whether the two have a value in common."""
    return not before(a, b) and not before(b, a)


@_declare("overlaps before", "range1, range2")
def overlaps_before(a: _Span, b: _Span) -> bool | None:
    """Return whether the first begins first, and ends within the second."""
    starts_first = less(a.low, b.low) or (equal(a.low, b.low) and a.low_closed and not b.low_closed)
    ends_first = less(a.high, b.high) or (equal(a.high, b.high) and (not a.high_closed or b.high_closed))
    return bool(overlaps(a, b) and starts_first and ends_first)


@_declare("overlaps after", "range1, range2")
def overlaps_after(a: _Span, b: _Span) -> bool | None:
    """Return whether the first begins within the second, and ends last."""
    starts_last = less(b.low, a.low) or (equal(a.low, b.low) and b.low_closed and not a.low_closed)
    ends_last = less(b.high, a.high) or (equal(a.high, b.high) and (a.high_closed or not b.high_closed))
    return bool(overlaps(a, b) and starts_last and ends_last)


@_declare("finishes", "point, range", "range1, range2", points="a")
def finishes(a: _Span, b: _Span) -> bool | None:
    """Return whether the first ends the second."""
    if not equal(a.high, b.high) or a.high_closed != b.high_closed:
        return False
    return a.point or _starts_within(a, b)


@_declare("finished by", "range, point", "range1, range2", points="b")
def finished_by(a: _Span, b: _Span) -> bool | None:
    """Return whether the second ends the first."""
    return finishes(b, a)


@_declare("starts", "point, range", "range1, range2", points="a")
def starts(a: _Span, b: _Span) -> bool | None:
    """Return whether the first begins the second."""
    if not equal(a.low, b.low) or a.low_closed != b.low_closed:
        return False
    return a.point or _ends_within(a, b)


@_declare("started by", "range, point", "range1, range2", points="b")
def started_by(a: _Span, b: _Span) -> bool | None:
    """Return whether the second begins the first."""
    return starts(b, a)


@_declare("includes", "range, point", "range1, range2", points="b")
def includes(a: _Span, b: _Span) -> bool | None:
    """Return whether the first contains all of the second."""
    return _starts_within(b, a) and _ends_within(b, a)


@_declare("during", "point, range", "range1, range2", points="a")
def during(a: _Span, b: _Span) -> bool | None:
    """Return whether the second contains all of the first."""
    return includes(b, a)


@_declare("coincides", "point1, point2", "range1, range2", points="ab")
def coincides(a: _Span, b: _Span) -> bool | None:
    """Return whether the two are the same."""
    if a.point != b.point:
        return None
    same = equal(a.low, b.low) and equal(a.high, b.high)
    return bool(same and a.low_closed == b.low_closed and a.high_closed == b.high_closed)


def _starts_within(a: _Span, b: _Span) -> bool:
    return bool(less(b.low, a.low) or (equal(a.low, b.low) and (b.low_closed or not a.low_closed)))


def _ends_within(a: _Span, b: _Span) -> bool:
    return bool(less(a.high, b.high) or (equal(a.high, b.high) and (b.high_closed or not a.high_closed)))
