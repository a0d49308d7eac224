"""Boxed expressions: what stands in the boxes of a decision, each run in an environment and null where FEEL says so.

Source: DMN 1.5, 7.3 (boxed expressions) and 10.4 (their semantics in FEEL).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, cast

from ironcage.feel import Environment
from ironcage.feel.environment import NOWHERE
from ironcage.feel.ranges import Range
from ironcage.feel.types import FunctionValue, conform
from ironcage.messages import mark
from ironcage.values.bounds import PARTS, is_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.feel import Expression
    from ironcage.feel.types import Type
    from ironcage.values import Value


class Logic(Protocol):
    """What answers a decision."""

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        ...

    def run(self, env: Environment) -> Value:
        """Return its value in *env*."""
        ...


_NOT_OF_TYPE = mark("the value is not of the declared type")
_NO_CONDITION = mark("a condition is neither true nor false")
_TOO_LARGE = mark("a list or context that is too large")


@dataclass(frozen=True, slots=True)
class Literal:
    """A FEEL expression, or nothing (null) where the box is empty."""

    expression: Expression | None

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return self.expression.names if self.expression else frozenset()

    def run(self, env: Environment) -> Value:
        """Return the value of the expression."""
        if self.expression is None:
            return None
        since = len(env.nulls or ())
        value = self.expression.run(env)
        env.note_source(since, self.expression.text)
        return value


@dataclass(frozen=True, slots=True)
class Typed:
    """A box whose value is brought into the type declared for it; null where it cannot be."""

    logic: Logic
    type: Type
    name: str

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return self.logic.names

    def run(self, env: Environment) -> Value:
        """Return the value as one of the type."""
        return as_declared(self.logic.run(env), self.type, self.name, env)


@dataclass(frozen=True, slots=True)
class Context:
    """Named boxes, each seeing those before it; a last one without a name is the value of the whole."""

    entries: tuple[tuple[str, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        found: set[str] = set()
        bound: set[str] = set()
        for name, logic in self.entries:
            found |= logic.names - bound
            bound.add(name)
        return frozenset(found)

    def run(self, env: Environment) -> Value:
        """Return the context, or the value of the entry without a name."""
        found: dict[str, Value] = {}
        for name, logic in self.entries:
            value = logic.run(env.inner(found) if found else env)
            if not name:
                return value
            found[name] = value
        return _bounded(found, env)


@dataclass(frozen=True, slots=True)
class Row:
    """Named boxes that do not see each other: a row of a relation."""

    cells: tuple[tuple[str, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return _union([logic for _, logic in self.cells])

    def run(self, env: Environment) -> Value:
        """Return the row as a context."""
        return {name: logic.run(env) for name, logic in self.cells}


@dataclass(frozen=True, slots=True)
class Items:
    """A list of boxes."""

    items: tuple[Logic, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return _union(self.items)

    def run(self, env: Environment) -> Value:
        """Return the list."""
        return _bounded([item.run(env) for item in self.items], env)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function called with boxes bound to its parameters by name."""

    function: Logic
    bindings: tuple[tuple[str, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return self.function.names | _union([logic for _, logic in self.bindings])

    def run(self, env: Environment) -> Value:
        """Return the result; null where there is no such function or it has no such parameter."""
        function = self.function.run(env)
        given = {name: logic.run(env) for name, logic in self.bindings}
        if not isinstance(function, FunctionValue) or not given.keys() <= set(function.parameters):
            env.note_reason("()", NOWHERE, mark("there is no function with these parameters"))
            return None
        return function.invoke([given.get(name) for name in function.parameters], env)


@dataclass(frozen=True, slots=True)
class Function:
    """A function written in a box; it sees the environment it was written in and its parameters."""

    name: str
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Logic
    result: Type | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return self.body.names - set(self.parameters)

    def run(self, env: Environment) -> Value:
        """Return the function as a value."""
        known, parameters, body = env.names, self.parameters, self.body

        def run(arguments: Sequence[Value], caller: Environment) -> Value:
            names = {**known, **dict(zip(parameters, arguments, strict=True))}
            return body.run(Environment(names, caller.moment, caller.nulls, caller.budget))

        return FunctionValue(self.name, parameters, run, self.types, self.result)


@dataclass(frozen=True, slots=True)
class Conditional:
    """``if``, ``then`` and ``else`` in boxes."""

    test: Logic
    yes: Logic
    no: Logic

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return _union((self.test, self.yes, self.no))

    def run(self, env: Environment) -> Value:
        """Return the one or the other, null counting as false; null if the condition is no truth value."""
        answer = self.test.run(env)
        if answer is not None and not isinstance(answer, bool):
            env.note_reason("if", NOWHERE, _NO_CONDITION)
            return None
        return (self.yes if answer else self.no).run(env)


@dataclass(frozen=True, slots=True)
class Iteration:
    """``for``, ``some`` or ``every`` in boxes."""

    kind: str
    variable: str
    source: Logic
    body: Logic

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside."""
        return self.source.names | (self.body.names - {self.variable, "partial"})

    def run(self, env: Environment) -> Value:
        """Return the list of results, or whether some or every one is true."""
        items = _items(self.source.run(env), env)
        if items is None:
            return None
        results: list[Value] = []
        for item in items:
            env.budget.spend(1)
            known: dict[str, Value] = {self.variable: item}
            if self.kind == "for":
                known["partial"] = results
            results.append(self.body.run(env.inner(known)))
        if self.kind == "for":
            return _bounded(results, env)
        decides = self.kind == "some"
        if not all(isinstance(result, bool) for result in results):
            env.note_reason(self.kind, NOWHERE, _NO_CONDITION)
            return None
        return decides if decides in results else not decides


@dataclass(frozen=True, slots=True)
class Filter:
    """The items of a list for which a box is true; it sees each as ``item``, and the entries of a context too."""

    source: Logic
    match: Logic

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads from outside; its condition may read entries of the items instead."""
        return self.source.names | (self.match.names - {"item"})

    def run(self, env: Environment) -> Value:
        """Return the items; null where the condition is neither true nor false."""
        items = _items(self.source.run(env), env)
        if items is None:
            return None
        kept: list[Value] = []
        for item in items:
            env.budget.spend(1)
            entries = item if isinstance(item, dict) else {}
            answer = self.match.run(env.inner({"item": item, **entries}))
            if not isinstance(answer, bool):
                env.note_reason("filter", NOWHERE, _NO_CONDITION)
                return None
            if answer:
                kept.append(item)
        return kept


@dataclass(frozen=True, slots=True)
class Broken:
    """A box that could not be read; only the conformance kit runs a model that has one."""

    reason: str
    names: frozenset[str] = field(default=frozenset(), init=False)

    def run(self, env: Environment) -> Value:
        """Return null, and say why."""
        env.note_reason("", NOWHERE, self.reason)
        return None


def walk(root: Logic) -> Iterator[Logic]:
    """Yield *root* and every box in it."""
    yield root
    for part in fields(cast("Any", root)):
        waiting: list[object] = [getattr(root, part.name)]
        for value in waiting:
            if isinstance(value, tuple):
                waiting += value
            elif hasattr(value, "run") and hasattr(value, "names"):
                yield from walk(cast("Logic", value))


def as_declared(value: Value, kind: Type | None, name: str, env: Environment) -> Value:
    """Return *value* as one of *kind*; null, with the reason noted, where it is of another kind."""
    if kind is None or value is None:
        return value
    found = conform(value, kind)
    if found is None:
        env.note_reason(name, NOWHERE, _NOT_OF_TYPE)
    return found


def _items(value: Value, env: Environment) -> list[Value] | None:
    """Return what is iterated over: a list, the numbers of a range, or a single value; None for null."""
    if isinstance(value, Range):
        return list(_numbers(value))
    if value is None:
        env.note_reason("in", NOWHERE, mark("there is nothing to iterate over"))
        return None
    return value if isinstance(value, list) else [value]


def _numbers(span: Range) -> Iterator[Value]:
    low, high = span.low, span.high
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        first, last = int(low) + (not span.low_closed), int(high) - (not span.high_closed)
        yield from map(Decimal, range(first, min(last, first + PARTS) + 1))


def _bounded(value: list[Value] | dict[str, Value], env: Environment) -> Value:
    if is_bounded(value):
        return value
    env.note_reason("", NOWHERE, _TOO_LARGE)
    return None


def _union(boxes: Sequence[Logic]) -> frozenset[str]:
    return frozenset[str]().union(*(box.names for box in boxes))
