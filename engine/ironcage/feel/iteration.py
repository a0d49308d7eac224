"""Loops, quantifiers and filters as closures.

Source: DMN 1.5, tables 50 to 52 (for, some and every; filters).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.compiler import Piece, compiled, kept, weight_of
from ironcage.feel.environment import Environment, SizeLimitError
from ironcage.feel.names import free
from ironcage.feel.numbers import whole
from ironcage.feel.ranges import Range
from ironcage.feel.tree import Definition, Filter, For, Name, Quantified, walk
from ironcage.messages import mark
from ironcage.values.bounds import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.feel.tree import Iteration, Node
    from ironcage.values import Value

    Source = Callable[[Environment], "Iterator[Value] | None"]

_DAY = timedelta(days=1)


@compiled.register(For)
def _for(node: For) -> Piece:
    scopes, get, at = _scopes(node), compiled(node.body).run, node.at
    weight = weight_of(node.body)
    tells_partial = any(isinstance(branch, Name) and branch.name == "partial" for _, branch in walk(node.body))

    def run(env: Environment) -> Value:
        found: list[Value] = []
        try:
            for inner in scopes(env):
                env.budget.spend(weight)
                if tells_partial:  # as it stands now: what keeps it must not see it grow
                    env.budget.spend(len(found) >> 3)
                    found.append(get(inner.inner({"partial": found[:]})))
                else:
                    found.append(get(inner))
                if len(found) > PARTS:
                    raise SizeLimitError(limit=PARTS)
        except _NothingToRunOverError:
            env.note_reason("for", at, mark("there is nothing to run over"))
            return None
        return kept(found, env, at)

    return Piece(run)


@compiled.register(Quantified)
def _quantified(node: Quantified) -> Piece:
    scopes, get, at = _scopes(node), compiled(node.condition).run, node.at
    decides, weight = not node.every, weight_of(node.condition)

    def run(env: Environment) -> Value:
        unknown = False
        try:
            for inner in scopes(env):
                env.budget.spend(weight)
                value = get(inner)
                if value is decides:
                    return decides
                unknown = unknown or not isinstance(value, bool)
        except _NothingToRunOverError:
            unknown = True
        if unknown:
            env.note_reason("every" if node.every else "some", at, mark("the condition has no answer for an item"))
        return None if unknown else not decides

    return Piece(run)


class _NothingToRunOverError(Exception):
    """What a loop should run over is null, or a range without steps."""


def _scopes(node: For | Quantified) -> Callable[[Environment], Iterator[Environment]]:
    """Return what yields the environment of each round: one and the same, unless a function may keep it."""
    variables = tuple(iteration.name for iteration in node.iterations)
    sources = tuple(_source(iteration) for iteration in node.iterations)
    last, is_kept = len(variables) - 1, _makes_functions(node)

    def level(env: Environment, names: dict[str, Value], at: int) -> Iterator[Environment]:
        items = sources[at](env.inner({}) if is_kept else env)
        if items is None:
            raise _NothingToRunOverError
        name = variables[at]
        outer = {name: names[name]} if name in names else {}
        for item in items:
            names[name] = item
            if at < last:
                env.budget.spend(1)
                yield from level(env, names, at + 1)
            else:
                yield env.inner({}) if is_kept else env
        names.pop(name, None)
        names.update(outer)

    def scopes(env: Environment) -> Iterator[Environment]:
        names = dict(env.names)
        return level(Environment(names, env.moment, env.nulls, env.budget), names, 0)

    return scopes


def _makes_functions(node: Node) -> bool:
    """Return whether a function is written in *node*: it keeps the environment it was made in."""
    return any(isinstance(branch, Definition) for _, branch in walk(node))


def _source(iteration: Iteration) -> Source:
    get = compiled(iteration.source).run
    if iteration.end is None:
        return lambda env: _items(get(env))
    get_end = compiled(iteration.end).run
    return lambda env: _steps(get(env), get_end(env), down=True)


def _items(value: Value) -> Iterator[Value] | None:
    if value is None:
        return None
    if isinstance(value, Range):
        low, high = value.low, value.high
        return _steps(low, high, skip_first=not value.low_closed, skip_last=not value.high_closed)
    return iter(value) if isinstance(value, list) else iter([value])


def _steps(
    low: Value, high: Value, down: bool = False, skip_first: bool = False, skip_last: bool = False
) -> Iterator[Value] | None:
    """Yield the whole numbers or days from *low* to *high*, with *down* also backwards; None for other kinds."""
    if type(low) is date and type(high) is date:
        days = (high - low).days
        return (low + _DAY * step for step in _run(0, days, down, skip_first, skip_last))
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    first, last = whole(low), whole(high)
    if first is None or last is None:
        return None
    return (Decimal(step) for step in _run(first, last, down, skip_first, skip_last))


def _run(first: int, last: int, down: bool, skip_first: bool, skip_last: bool) -> range:
    if first > last and down:
        return range(first, last - 1, -1)
    return range(first + skip_first, last + 1 - skip_last)


@compiled.register(Filter)
def _filter(node: Filter) -> Piece:
    source, condition, at = compiled(node.source).run, compiled(node.condition), node.at
    get, weight = condition.run, weight_of(node.condition)
    place = condition.value() if condition.constant else None
    within = _within(node.condition)

    def run(env: Environment) -> Value:
        value = source(env)
        items: list[Value] = value if isinstance(value, list) else [] if value is None else [value]
        if isinstance(place, Decimal):
            return _item(items, place, env, at)
        found: list[Value] = []
        for number, inner in enumerate(within(env, items)):
            item = items[number]
            env.budget.spend(weight)
            answer = get(inner)
            if isinstance(answer, Decimal) and number == 0:
                return _item(items, answer, env, at)
            if answer is True:
                found.append(item)
        if not items and isinstance(get(env), Decimal):
            return None
        return found

    return Piece(run)


def _within(condition: Node) -> Callable[[Environment, list[Value]], Iterator[Environment]]:
    """Return what yields the environment of each item, in which *condition* sees it and, of a context, its entries."""
    if _makes_functions(condition):
        return lambda env, items: (
            env.inner({"item": item, **item} if isinstance(item, dict) else {"item": item}) for item in items
        )
    reads = frozenset(free(condition)) - {"item"}

    def within(env: Environment, items: list[Value]) -> Iterator[Environment]:
        outer = env.names
        names = dict(outer)
        inner = Environment(names, env.moment, env.nulls, env.budget)
        for item in items:
            entries = item if isinstance(item, dict) else {}
            names["item"] = entries.get("item", item)
            for name in reads:
                if name in entries:
                    names[name] = entries[name]
                elif name in outer:
                    names[name] = outer[name]
                else:
                    names.pop(name, None)
            yield inner

    return within


def _item(items: list[Value], place: Decimal, env: Environment, at: int) -> Value:
    number = whole(place)
    if number is None or not 1 <= abs(number) <= len(items):
        env.note_reason("[]", at, mark("there is no item {place}"), place=place)
        return None
    return items[number - 1 if number > 0 else number]
