"""Built-in functions on truth values, and ``is``. Source: DMN 1.5, 10.3.4.2 and 10.3.4.10."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ironcage.feel.comparison import equal
from ironcage.feel.functions.registry import builtin

if TYPE_CHECKING:
    from ironcage.values import Value


@builtin("not", "negand")
def negation(value: Value) -> Value:
    """Return the other truth value; null for what has none."""
    return not value if isinstance(value, bool) else None


@builtin("all", "list", "b1, b2*")
def every(*items: Value) -> Value:
    """Return whether all items are true; null if one is neither true nor false and none is false."""
    return _decided(items, decides=False)


@builtin("any", "list", "b1, b2*")
def some(*items: Value) -> Value:
    """Return whether an item is true; null if one is neither true nor false and none is true."""
    return _decided(items, decides=True)


def _decided(items: tuple[Value, ...], decides: bool) -> Value:
    spread = items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)
    if items == (None,):
        return None
    if any(item is decides for item in spread):
        return decides
    return not decides if all(isinstance(item, bool) for item in spread) else None


@builtin("is", "value1, value2?", "value1?, value2")
def identical(left: Value, right: Value = None) -> Value:
    """Return whether the two are the same value of the same kind, of the same zone too."""
    if type(left) is not type(right):
        return False
    if isinstance(left, datetime | time) and isinstance(right, datetime | time):
        return left.replace(tzinfo=None) == right.replace(tzinfo=None) and _zone(left) == _zone(right)
    return equal(left, right) is True


def _zone(value: datetime | time) -> object:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else value.utcoffset()
