"""What two cells have in common: a value for which both hold, found exactly for single values and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.feel import Environment, Span
from ironcage.feel.arithmetic import add, divide, subtract
from ironcage.feel.comparison import equal, less
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.feel import UnaryTests
    from ironcage.values import Value


@dataclass(frozen=True, slots=True)
class Common:
    """What two cells share: *value*, or where it is not *known* which, something or everything."""

    value: Value = None
    known: bool = True


NOWHERE = Environment({}, Moment(0))
"""Where tests are asked that read no variables."""
_ONE_ON: tuple[Value, ...] = (Decimal(1), timedelta(days=1), Months(1), "a")
_TWO = Decimal(2)


def common(first: UnaryTests, second: UnaryTests) -> Common | None:
    """Return what both hold for; None where there is nothing, or where it cannot be told."""
    if first.always and second.always:
        return Common(known=False)
    if first.always or second.always:
        spans = (second if first.always else first).spans
        return _first(inner for span in spans or () for inner in _inside(span))
    if first.spans is not None and second.spans is not None:
        return _first(value for a in first.spans for b in second.spans for value in _shared(a, b))
    return _tried(first, second) or (Common(known=False) if first == second else None)


def between(low: Value, high: Value) -> list[Value]:
    """Return a value strictly between two ends of one kind, None being no end; nothing where there is none."""
    return [value for value in _inside(Span(low, high, low_closed=False, high_closed=False)) if value is not None]


def is_empty(span: Span) -> bool:
    """Return whether no value lies in *span*."""
    return next(_inside(span), NOWHERE) is NOWHERE


def _first(values: Iterable[Value]) -> Common | None:
    for value in values:
        return Common(value)
    return None


def _tried(first: UnaryTests, second: UnaryTests) -> Common | None:
    """Try the single values of one cell in the other, if that one reads no variables (``not("a")``)."""
    for cell, other in ((first, second), (second, first)):
        if cell.spans is not None and not other.names:
            for span in cell.spans:
                if span.is_point() and other.holds(NOWHERE, span.low) is True:
                    return Common(span.low)
    return None


def _shared(a: Span, b: Span) -> Iterator[Value]:
    """Yield a value inside both spans, if there is one."""
    if a.is_point() or b.is_point():
        point, span = (a, b) if a.is_point() else (b, a)
        if _holds(span, point.low):
            yield point.low
        return
    low, low_closed = _tighter(a.low, a.low_closed, b.low, b.low_closed, upper=False)
    high, high_closed = _tighter(a.high, a.high_closed, b.high, b.high_closed, upper=True)
    # Ends of two kinds do not compare; then what lies inside the one does not lie inside the other.
    yield from (
        value for value in _inside(Span(low, high, low_closed, high_closed)) if _holds(a, value) and _holds(b, value)
    )


def _tighter(a: Value, a_closed: bool, b: Value, b_closed: bool, *, upper: bool) -> tuple[Value, bool]:
    if a is None or b is None:
        return (b, b_closed) if a is None else (a, a_closed)
    if equal(a, b) is True:
        return a, a_closed and b_closed
    return (a, a_closed) if (less(a, b) is True) == upper else (b, b_closed)


def _inside(span: Span) -> Iterator[Value]:
    """Yield a value inside *span*; none if it is empty or its ends are of two kinds."""
    low, high = span.low, span.high
    if span.is_point():
        yield low
        return
    candidates: list[Value] = [low, high]
    if low is not None and high is not None:
        candidates += _between(low, high)
    for end, move in ((low, add), (high, subtract)):
        candidates += [move(end, one) for one in _ONE_ON]
    candidates += _outermost(low, high)
    for candidate in candidates:
        if candidate is not None and _holds(span, candidate):
            yield candidate
            return


def _outermost(low: Value, high: Value) -> list[Value]:
    """Return the last and the first value of a kind that has them, as texts and times of day do."""
    found: list[Value] = [""] if isinstance(high, str) else []
    if isinstance(low, time):
        found.append(time.max.replace(tzinfo=low.tzinfo))
    if isinstance(high, time):
        found.append(time.min.replace(tzinfo=high.tzinfo))
    return found


def _between(low: Value, high: Value) -> list[Value]:
    if isinstance(low, str) and isinstance(high, str):
        return [low + "\x01", low + " "]
    half = divide(subtract(high, low), _TWO)
    return [add(low, half)]


def _holds(span: Span, value: Value) -> bool:
    if span.is_point():
        return equal(value, span.low) is True
    low, high = span.low, span.high
    above = low is None or less(low, value) is True or (span.low_closed and equal(low, value) is True)
    below = high is None or less(value, high) is True or (span.high_closed and equal(high, value) is True)
    return above and below
