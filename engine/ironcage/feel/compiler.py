"""Turns a tree into Python closures, once; what depends on nothing is worked out now.

A closure takes an ``Environment`` and returns a value. It reaches values through the operators and functions of this
package only: there is no way from an expression to an attribute or a method of a Python object.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import Moment
from ironcage.feel.arithmetic import OPERATIONS, negate
from ironcage.feel.comparison import PREDICATES, within
from ironcage.feel.environment import Environment
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.properties import member
from ironcage.feel.tokens import FeelSyntaxError
from ironcage.feel.tree import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Entries,
    If,
    Interval,
    Items,
    Literal,
    Logic,
    Name,
    Negation,
    Path,
)
from ironcage.messages import mark
from ironcage.values import Value
from ironcage.values.bounds import is_bounded

if TYPE_CHECKING:
    from ironcage.feel.tree import Node

Code = Callable[[Environment], Value]
_NOWHERE = Environment({}, Moment(0))


class Piece(NamedTuple):
    """Compiled code, and whether it gives the same value in every environment."""

    run: Code
    constant: bool = False

    def value(self) -> Value:
        """Return the value of a constant piece."""
        return self.run(_NOWHERE)


def settled(value: Value) -> Piece:
    """Return the piece that is always *value*."""
    return Piece(lambda _: value, constant=True)


def _folded(run: Code, *parts: Piece) -> Piece:
    """Return *run* as a piece, worked out now if all its *parts* are constant."""
    return settled(run(_NOWHERE)) if all(part.constant for part in parts) else Piece(run)


@singledispatch
def compiled(node: Node) -> Piece:
    """Return *node* as a closure."""
    raise AssertionError(node)


@compiled.register
def _literal(node: Literal) -> Piece:
    return settled(node.value)


@compiled.register
def _name(node: Name) -> Piece:
    name, at = node.name, node.at

    def run(env: Environment) -> Value:
        value = env.names.get(name)
        if value is None and name not in env.names:
            env.note(name, at)
        return value

    return Piece(run)


@compiled.register
def _path(node: Path) -> Piece:
    source, name, at = compiled(node.source), node.name, node.at
    get = source.run

    def run(env: Environment) -> Value:
        whole = get(env)
        value = member(whole, name)
        if value is None:
            env.note(f".{name}", at, whole)
        return value

    return _folded(run, source)


@compiled.register
def _negation(node: Negation) -> Piece:
    operand, at = compiled(node.operand), node.at
    get = operand.run

    def run(env: Environment) -> Value:
        value = get(env)
        result = negate(value)
        if result is None:
            env.note("-", at, value)
        return result

    return _folded(run, operand)


@compiled.register(Arithmetic)
@compiled.register(Comparison)
def _operator(node: Arithmetic | Comparison) -> Piece:
    sign, at = node.operator, node.at
    apply = OPERATIONS[sign] if isinstance(node, Arithmetic) else PREDICATES[sign]
    left, right = compiled(node.left), compiled(node.right)
    get_left, get_right = left.run, right.run

    def run(env: Environment) -> Value:
        a, b = get_left(env), get_right(env)
        result = apply(a, b)
        if result is None:
            env.note(sign, at, a, b)
        return result

    return _folded(run, left, right)


@compiled.register
def _logic(node: Logic) -> Piece:
    decides = node.operator == "or"
    parts = [compiled(operand) for operand in node.operands]
    runs = tuple(part.run for part in parts)

    def run(env: Environment) -> Value:
        unknown = False
        for get in runs:
            value = get(env)
            if value is decides:
                return decides
            if not isinstance(value, bool):
                unknown = True
        return None if unknown else not decides

    return _folded(run, *parts)


@compiled.register
def _if(node: If) -> Piece:
    condition, yes, no = compiled(node.condition), compiled(node.yes), compiled(node.no)
    test, then, otherwise = condition.run, yes.run, no.run

    def run(env: Environment) -> Value:
        return then(env) if test(env) is True else otherwise(env)

    return _folded(run, condition, yes, no)


@compiled.register
def _between(node: Between) -> Piece:
    value, low, high, at = compiled(node.value), compiled(node.low), compiled(node.high), node.at
    get, get_low, get_high = value.run, low.run, high.run

    def run(env: Environment) -> Value:
        a, b, c = get(env), get_low(env), get_high(env)
        result = within(a, b, c)
        if result is None:
            env.note("between", at, a, b, c)
        return result

    return _folded(run, value, low, high)


@compiled.register
def _call(node: Call) -> Piece:
    function, at = FUNCTIONS[node.function], node.at
    arguments = [compiled(argument) for argument in node.arguments]
    if node.names:
        nothing = settled(None)
        arguments = [nothing if place is None else arguments[place] for place in function.order(node.names)]
    apply, runs = function.run, tuple(argument.run for argument in arguments)
    if function.of_moment:
        return Piece(lambda env: apply(env.moment))

    def run(env: Environment) -> Value:
        given = [get(env) for get in runs]
        result = apply(*given)
        if result is None:
            env.note(function.name, at, *given)
        return result

    return _folded(run, *arguments)


@compiled.register
def _items(node: Items) -> Piece:
    parts, at = [compiled(item) for item in node.items], node.at
    runs = tuple(part.run for part in parts)

    def run(env: Environment) -> Value:
        return _kept([get(env) for get in runs], env, at)

    return _folded(run, *parts)


@compiled.register
def _entries(node: Entries) -> Piece:
    parts, at = [(entry.name, compiled(entry.value)) for entry in node.entries], node.at

    def run(env: Environment) -> Value:
        found: dict[str, Value] = {}
        for name, part in parts:
            found[name] = part.run(env.inner(found) if found else env)
            if isinstance(found[name], list | dict) and _kept(found, env, at) is None:
                return None
        return _kept(found, env, at)

    return _folded(run, *(part for _, part in parts))


def _kept(value: list[Value] | dict[str, Value], env: Environment, at: int) -> Value:
    """Return *value*, or null if it is too large: shared parts let a short text build an endless value."""
    if is_bounded(value):
        return value
    env.note(mark("a list or context that is too large"), at)
    return None


@compiled.register
def _interval(node: Interval) -> Piece:
    # A range is not yet a value of its own; where one may stand, ``ironcage.feel.unary`` takes it.
    raise FeelSyntaxError("", node.at, mark("a range stands only after in"))
