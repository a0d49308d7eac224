"""Built-in functions on lists. Source: DMN 1.5, 10.3.4.4 and 10.3.4.8."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_DOWN, Decimal
from functools import reduce
from typing import TYPE_CHECKING

from ironcage.feel.arithmetic import add, divide, multiply
from ironcage.feel.comparison import equal, greater, less
from ironcage.feel.functions.registry import builtin
from ironcage.feel.numbers import DECIMAL128, whole
from ironcage.feel.types import FunctionValue

if TYPE_CHECKING:
    from ironcage.feel.comparison import Predicate
    from ironcage.feel.environment import Environment
    from ironcage.values import Value


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


@builtin("product", "list", "n1, n2*")
def product(*items: Value) -> Value:
    """Return the product of numbers; null of nothing."""
    spread = _numbers(items)
    if not spread:
        return None
    result: Value = Decimal(1)
    for item in spread:
        result = multiply(result, item)
    return result


@builtin("median", "list", "n1, n2*")
def median(*items: Value) -> Value:
    """Return the number in the middle, or the mean of the two there; null of nothing."""
    spread = _numbers(items)
    if not spread:
        return None
    ordered = sorted(spread)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else divide(add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev", "list", "n1, n2*")
def stddev(*items: Value) -> Value:
    """Return the standard deviation of a sample; null of fewer than two numbers."""
    spread = _numbers(items)
    if not spread or len(spread) < 2:
        return None
    context = DECIMAL128
    try:
        centre = context.divide(reduce(context.add, spread), Decimal(len(spread)))
        squares = (context.power(context.subtract(item, centre), 2) for item in spread)
        return context.divide(reduce(context.add, squares), Decimal(len(spread) - 1)).sqrt(context)
    except ArithmeticError:
        return None


@builtin("mode", "list", "n1, n2*")
def mode(*items: Value) -> Value:
    """Return the numbers that occur most often, the least first."""
    spread = _numbers(items)
    if spread is None:
        return None
    counts = Counter(spread)
    most = max(counts.values(), default=0)
    return [*sorted(number for number, times in counts.items() if times == most)]


@builtin("list contains", "list, element")
def list_contains(items: Value, element: Value) -> Value:
    """Return whether an item equals *element*."""
    return any(equal(item, element) is True for item in items) if isinstance(items, list) else None


@builtin("append", "list, item*")
def append(items: Value, *more: Value) -> Value:
    """Return the list with *more* at its end."""
    return [*items, *more] if isinstance(items, list) else None


@builtin("concatenate", "lists*")
def concatenate(*lists: Value) -> Value:
    """Return the items of all lists as one list."""
    parts = [part for part in lists if isinstance(part, list)]
    return [item for part in parts for item in part] if len(parts) == len(lists) else None


@builtin("union", "lists*")
def union(*lists: Value) -> Value:
    """Return the items of all lists as one list, equal ones once."""
    return distinct_values(concatenate(*lists))


@builtin("distinct values", "list")
def distinct_values(items: Value) -> Value:
    """Return the items, equal ones once."""
    if not isinstance(items, list):
        return None
    seen: dict[object, list[Value]] = {}
    found: list[Value] = []
    for item in items:
        alike = seen.setdefault(_key(item), [])
        if not any(equal(item, other) is True for other in alike):
            alike.append(item)
            found.append(item)
    return found


@builtin("duplicate values", "list")
def duplicate_values(items: Value) -> Value:
    """Return once each the items that occur more than once."""
    if not isinstance(items, list):
        return None
    counts: dict[object, list[list[Value]]] = {}
    for item in items:
        groups = counts.setdefault(_key(item), [])
        same = next((group for group in groups if equal(group[0], item) is True), None)
        if same is None:
            groups.append([item])
        else:
            same.append(item)
    return [group[0] for groups in counts.values() for group in groups if len(group) > 1]


@builtin("sublist", "list, start position, length?")
def sublist(items: Value, start: Value, length: Value = None) -> Value:
    """Return *length* items from position *start*, which counts from 1, or backwards from -1."""
    first = _place(items, start)
    if not isinstance(items, list) or first is None:
        return None
    if length is None:
        return items[first:]
    count = whole(length) if isinstance(length, Decimal) else None
    return None if count is None or count < 1 or first + count > len(items) else items[first : first + count]


@builtin("insert before", "list, position, newItem")
def insert_before(items: Value, position: Value, item: Value) -> Value:
    """Return the list with *item* put in at the position."""
    at = _place(items, position)
    return None if at is None or not isinstance(items, list) else [*items[:at], item, *items[at:]]


@builtin("remove", "list, position")
def remove(items: Value, position: Value) -> Value:
    """Return the list without the item at the position."""
    at = _place(items, position)
    return None if at is None or not isinstance(items, list) else [*items[:at], *items[at + 1 :]]


@builtin("list replace", "list, position, newItem", "list, match, newItem", of_environment=True)
def list_replace(env: Environment, items: Value, where: Value, item: Value) -> Value:
    """Return the list with *item* at the position, or in place of every item that matches."""
    if not isinstance(items, list):
        return None
    if not isinstance(where, FunctionValue):
        at = _place(items, where)
        return None if at is None else [*items[:at], item, *items[at + 1 :]]
    found: list[Value] = []
    for old in items:
        answer = where.invoke([old, item], env)
        if not isinstance(answer, bool):
            return None
        found.append(item if answer else old)
    return found


@builtin("reverse", "list")
def reverse(items: Value) -> Value:
    """Return the items from the last to the first."""
    return items[::-1] if isinstance(items, list) else None


@builtin("index of", "list, match")
def index_of(items: Value, match: Value) -> Value:
    """Return the positions of the items that equal *match*."""
    if not isinstance(items, list):
        return None
    return [Decimal(number) for number, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("flatten", "list")
def flatten(items: Value) -> Value:
    """Return the items and the items of inner lists as one list."""
    if not isinstance(items, list):
        return None
    found: list[Value] = []
    stack: list[Value] = items[::-1]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += item[::-1]
        else:
            found.append(item)
    return found


@builtin("sort", "list, precedes?", of_environment=True)
def sort(env: Environment, items: Value, precedes: Value = None) -> Value:
    """Return the items in order; *precedes* says of two whether the first comes before the second."""
    if not isinstance(items, list):
        return None
    before: Predicate | None = None
    if precedes is None:
        before = less
    elif isinstance(precedes, FunctionValue):
        before = _asked(precedes, env)
    return None if before is None else _sorted(items, before)


def _asked(precedes: FunctionValue, env: Environment) -> Predicate:
    def run(left: Value, right: Value) -> bool | None:
        answer = precedes.invoke([left, right], env)
        return answer if isinstance(answer, bool) else None

    return run


def _sorted(items: list[Value], before: Predicate) -> list[Value] | None:
    """Return the items merged in order, those that come in no order as they stood; None if two do not compare."""
    if len(items) < 2:
        return list(items)
    middle = len(items) // 2
    left, right = _sorted(items[:middle], before), _sorted(items[middle:], before)
    if left is None or right is None:
        return None
    merged: list[Value] = []
    at = 0
    for item in right:
        while at < len(left):
            answer = before(item, left[at])
            if answer is None:
                return None
            if answer:
                break
            merged.append(left[at])
            at += 1
        merged.append(item)
    return merged + left[at:]


def _place(items: Value, position: Value) -> int | None:
    """Return the index of a position, counted from 1 or backwards from -1, if the list has it."""
    if not isinstance(items, list) or not isinstance(position, Decimal):
        return None
    number = whole(position.to_integral_value(ROUND_DOWN))
    if number is None or not 1 <= abs(number) <= len(items):
        return None
    return number - 1 if number > 0 else len(items) + number


def _key(value: Value) -> object:
    """Return what equal values have in common; lists, contexts and moments are compared among their own."""
    if value is None or isinstance(value, bool | Decimal | str):
        return (type(value), value)
    return type(value)


def _numbers(items: tuple[Value, ...]) -> list[Decimal] | None:
    spread = _spread(items)
    numbers = [item for item in spread if isinstance(item, Decimal)]
    return numbers if len(numbers) == len(spread) else None


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
