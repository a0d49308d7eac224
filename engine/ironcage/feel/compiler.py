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
from ironcage.feel.environment import Environment, Null
from ironcage.feel.functions import BUILT_IN
from ironcage.feel.properties import member
from ironcage.feel.ranges import against, spanned
from ironcage.feel.tree import (
    Against,
    Arithmetic,
    Between,
    Comparison,
    Entries,
    If,
    InstanceOf,
    Interval,
    Items,
    Literal,
    Logic,
    Misfit,
    Name,
    Negation,
    Path,
    walk,
)
from ironcage.messages import mark
from ironcage.values import Value
from ironcage.values.bounds import measured

if TYPE_CHECKING:
    from ironcage.feel.tree import Branch, Node

Code = Callable[[Environment], Value]
_NOWHERE = Environment({}, Moment(0))
_NO_ENTRY = mark("there is no such entry")
_NULL_ENTRY = mark("the entry is null")
_NO_CONDITION = mark("the condition is neither true nor false, so what stands behind else counts")
_SMALL = 8
"""Fewer values of a list or context count as no step."""


class Piece(NamedTuple):
    """Compiled code, and whether it gives the same value in every environment."""

    run: Code
    constant: bool = False
    known: bool = False
    """Whether it is that value and nothing else: there is no null to explain."""

    def value(self) -> Value:
        """Return the value of a constant piece."""
        return self.run(_NOWHERE)


def settled(value: Value) -> Piece:
    """Return the piece that is always *value*."""
    return Piece(lambda _: value, constant=True, known=True)


def folded(run: Code, *parts: Piece) -> Piece:
    """Return *run* as a piece, worked out now if all its *parts* are constant and no null needs explaining."""
    if not all(part.constant for part in parts):
        return Piece(run)
    nulls: list[Null] = []
    value = run(Environment({}, Moment(0), nulls))
    return Piece(run, constant=True) if nulls else settled(value)


def weight_of(node: Branch) -> int:
    """Return how many parts *node* has: what one evaluation of it uses up of the budget."""
    return sum(1 for _ in walk(node))


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
    built_in = BUILT_IN.get(name)

    def run(env: Environment) -> Value:
        value = env.names.get(name)
        if value is None and name not in env.names:
            if built_in is not None:
                return built_in
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
        if value is None and env.nulls is not None:
            if type(whole) is dict:
                env.note_reason(f".{name}", at, _NULL_ENTRY if name in whole else _NO_ENTRY)
            else:
                env.note(f".{name}", at, whole)
        return value

    return folded(run, source)


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

    return folded(run, operand)


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

    if not right.known:
        return folded(run, left, right)
    known = right.value()

    def run_with_known(env: Environment) -> Value:
        a = get_left(env)
        result = apply(a, known)
        if result is None:
            env.note(sign, at, a, known)
        return result

    return folded(run_with_known, left)


@compiled.register
def _logic(node: Logic) -> Piece:
    decides, sign, at = node.operator == "or", node.operator, node.at
    parts = [compiled(operand) for operand in node.operands]
    runs = tuple(part.run for part in parts)

    def run(env: Environment) -> Value:
        unknown: list[Value] | None = None
        for get in runs:
            value = get(env)
            if value is decides:
                return decides
            if not isinstance(value, bool):
                unknown = [*unknown, value] if unknown else [value]
        if unknown is None:
            return not decides
        env.note(sign, at, *unknown)
        return None

    return folded(run, *parts)


@compiled.register
def _if(node: If) -> Piece:
    condition, yes, no = compiled(node.condition), compiled(node.yes), compiled(node.no)
    test, then, otherwise, at = condition.run, yes.run, no.run, node.at

    def run(env: Environment) -> Value:
        answer = test(env)
        if answer is True:
            return then(env)
        if answer is not False:
            env.note_reason("if", at, _NO_CONDITION)
        return otherwise(env)

    return folded(run, condition, yes, no)


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

    return folded(run, value, low, high)


@compiled.register
def _items(node: Items) -> Piece:
    parts, at = [compiled(item) for item in node.items], node.at
    runs = tuple(part.run for part in parts)

    def run(env: Environment) -> Value:
        return kept([get(env) for get in runs], env, at)

    return folded(run, *parts)


@compiled.register
def _entries(node: Entries) -> Piece:
    parts, at = [(entry.name, compiled(entry.value)) for entry in node.entries], node.at

    def run(env: Environment) -> Value:
        found: dict[str, Value] = {}
        for name, part in parts:
            found[name] = part.run(env.inner(found) if found else env)
            if type(found[name]) in (list, dict) and kept(found, env, at) is None:
                return None
        return kept(found, env, at)

    return folded(run, *(part for _, part in parts))


def kept(value: list[Value] | dict[str, Value], env: Environment, at: int) -> Value:
    """Return *value*, or null if it is too large: shared parts let a short text build an endless value."""
    size = measured(value)
    if size is None:
        env.note_reason("", at, mark("a list or context is too large or nested too deep"))
        return None
    if size >= _SMALL:
        env.budget.spend(size >> 3)
    return value


@compiled.register
def _interval(node: Interval) -> Piece:
    low = settled(None) if node.low is None else compiled(node.low)
    high = settled(None) if node.high is None else compiled(node.high)
    low_closed, high_closed, at = node.low_closed, node.high_closed, node.at
    get_low, get_high = low.run, high.run

    def run(env: Environment) -> Value:
        a, b = get_low(env), get_high(env)
        result = spanned(a, b, low_closed, high_closed)
        if result is None:
            env.note("..", at, a, b)
        return result

    return folded(run, low, high)


@compiled.register
def _against(node: Against) -> Piece:
    end, sign, at = compiled(node.endpoint), node.operator, node.at
    get = end.run

    def run(env: Environment) -> Value:
        value = get(env)
        result = against(sign, value)
        if result is None:
            env.note(sign, at, value)
        return result

    return folded(run, end)


@compiled.register
def _instance_of(node: InstanceOf) -> Piece:
    value, accepts = compiled(node.value), node.kind.accepts
    get = value.run
    return folded(lambda env: accepts(get(env)), value)


@compiled.register
def _misfit(node: Misfit) -> Piece:
    reason, fields, at = node.reason, node.fields, node.at

    def run(env: Environment) -> Value:
        env.note_reason("", at, reason, **fields)
        return None

    return Piece(run, constant=True)
