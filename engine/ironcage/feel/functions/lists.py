"""Built-in functions on lists, and ``not``. Source: DMN 1.5, 10.3.4.2 and 10.3.4.4."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.arithmetic import add, divide
from ironcage.feel.comparison import equal, greater, less
from ironcage.feel.functions.registry import builtin
from ironcage.values.bounds import is_bounded

if TYPE_CHECKING:
    from ironcage.feel.comparison import Predicate
    from ironcage.values import Value


@builtin("not", "negand")
def negation(value: Value) -> Value:
    """Return the other truth value; null for what has none."""
    return not value if isinstance(value, bool) else None


@builtin("count", "list")
def count(items: Value) -> Value:
    """Return the number of items."""
    return Decimal(len(items)) if isinstance(items, list) else None


@builtin("min", "list", "c1, c2*")
def minimum(*items: Value) -> Value:
    """Return the least item; null if there is none or two do not compare."""
    return _best(_spread(items), less)


@builtin("max", "list", "c1, c2*")
def maximum(*items: Value) -> Value:
    """Return the greatest item; null if there is none or two do not compare."""
    return _best(_spread(items), greater)


@builtin("sum", "list", "n1, n2*")
def total(*items: Value) -> Value:
    """Return the sum of numbers or durations; null of nothing."""
    spread = _spread(items)
    if not spread or any(isinstance(item, str) for item in spread):
        return None
    result = spread[0] if add(spread[0], spread[0]) is not None else None
    for item in spread[1:]:
        result = add(result, item)
    return result


@builtin("mean", "list", "n1, n2*")
def mean(*items: Value) -> Value:
    """Return the arithmetic mean; null of nothing."""
    spread = _spread(items)
    return divide(total(*items), Decimal(len(spread))) if spread else None


@builtin("list contains", "list, element")
def list_contains(items: Value, element: Value) -> Value:
    """Return whether an item equals *element*."""
    return any(equal(item, element) is True for item in items) if isinstance(items, list) else None


@builtin("append", "list, item*")
def append(items: Value, *more: Value) -> Value:
    """Return the list with *more* at its end."""
    if not isinstance(items, list):
        return None
    return _kept([*items, *more])


@builtin("concatenate", "list*")
def concatenate(*lists: Value) -> Value:
    """Return the items of all lists as one list."""
    parts = [part for part in lists if isinstance(part, list)]
    if len(parts) < len(lists):
        return None
    return _kept([item for part in parts for item in part])


def _kept(items: list[Value]) -> list[Value] | None:
    return items if is_bounded(items) else None


def _spread(items: tuple[Value, ...]) -> list[Value]:
    if len(items) == 1 and isinstance(items[0], list):
        return items[0]
    return list(items)


def _best(items: list[Value], better: Predicate) -> Value:
    if not items or better(items[0], items[0]) is None:
        return None
    best = items[0]
    for item in items[1:]:
        answer = better(item, best)
        if answer is None:
            return None
        if answer:
            best = item
    return best
