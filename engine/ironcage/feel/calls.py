"""Calls as closures: built-in functions, function values, and functions written in the expression itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ironcage.feel.compiler import Piece, compiled, folded, kept, settled, weight_of
from ironcage.feel.functions import BUILT_IN, FUNCTIONS
from ironcage.feel.tree import Call, Definition, Invoke, Name, walk
from ironcage.feel.types import FunctionValue
from ironcage.messages import mark
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.feel.compiler import Code
    from ironcage.feel.environment import Environment
    from ironcage.feel.functions.registry import Run, Turn
    from ironcage.values import Value


@compiled.register(Call)
def _call(node: Call) -> Piece:
    function, at = FUNCTIONS[node.function], node.at
    arguments = [compiled(argument) for argument in node.arguments]
    if node.names:
        nothing = settled(None)
        arguments = [nothing if place is None else arguments[place] for place in function.order(node.names)]
    turns = function.turns(len(arguments))
    runs = tuple(_turned(argument, turn) for argument, turn in zip(arguments, turns, strict=True))

    def done(result: Value, env: Environment, *given: Value) -> Value:
        if result is None:
            env.note(function.name, at, *given)
        elif type(result) is list or type(result) is dict:
            return kept(result, env, at)
        elif type(result) is str:
            env.budget.spend(len(result) >> 8)
        return result

    if function.of_environment:
        return Piece(_of_environment(function.run, runs, done))
    return folded(_by_count(function.run, runs, done), *arguments)


def _turned(argument: Piece, turn: Turn | None) -> Code:
    get = argument.run
    if turn is None:
        return get
    if argument.known:
        return settled(turn(argument.value())).run
    return lambda env: turn(get(env))


def _by_count(apply: Run, runs: tuple[Code, ...], done: Callable[..., Value]) -> Code:
    """Return what calls *apply*; the usual numbers of arguments go without a list of them."""
    match runs:
        case (get,):

            def run(env: Environment) -> Value:
                value = get(env)
                result = apply(value)
                return result if type(result) in _FINISHED else done(result, env, value)

        case (get, get_second):

            def run(env: Environment) -> Value:
                value, second = get(env), get_second(env)
                result = apply(value, second)
                return result if type(result) in _FINISHED else done(result, env, value, second)

        case _:

            def run(env: Environment) -> Value:
                given = [get(env) for get in runs]
                result = apply(*given)
                return result if type(result) in _FINISHED else done(result, env, *given)

    return run


def _of_environment(apply: Run, runs: tuple[Code, ...], done: Callable[..., Value]) -> Code:
    def run(env: Environment) -> Value:
        given = [get(env) for get in runs]
        return done(apply(env, *given), env, *given)

    return run


_FINISHED = frozenset((bool, Decimal, date, datetime, time, timedelta, Months))
"""Types of results that need no further look: they are neither null nor large."""


@compiled.register(Invoke)
def _invoke(node: Invoke) -> Piece:
    at, names = node.at, node.names
    target = compiled(node.target).run
    built_in = BUILT_IN.get(node.target.name) if isinstance(node.target, Name) else None
    runs = tuple(compiled(argument).run for argument in node.arguments)
    part = node.target.name if isinstance(node.target, Name) else "()"

    def run(env: Environment) -> Value:
        function = target(env)
        if not isinstance(function, FunctionValue):
            if built_in is None:
                env.note_reason(part, at, mark("what is called is no function"))
                return None
            function = built_in
        order = function.order(names) if names else range(len(runs))
        if order is None:
            env.note_reason(part, at, mark("it has no parameters of these names, or needs others too"))
            return None
        given = [runs[place](env) for place in order]
        result = function.invoke(given, env)
        if result is None:
            env.note(part, at, *given)
        return kept(result, env, at) if isinstance(result, list | dict) else result

    return Piece(run)


@compiled.register(Definition)
def _definition(node: Definition) -> Piece:
    at = node.at
    if node.external:
        return Piece(lambda env: env.note_reason("external", at, mark("functions of other languages are not run")))
    names = tuple(parameter.name for parameter in node.parameters)
    kinds = tuple(parameter.kind for parameter in node.parameters)
    body = compiled(node.body).run
    weight, depth = weight_of(node.body), 2 + max(depth for depth, _ in walk(node.body))

    def run(env: Environment) -> Value:
        def answer(given: Sequence[Value], caller: Environment) -> Value:
            inner = env.inner(dict(zip(names, given, strict=True)))
            inner.budget = caller.budget
            inner.nulls = caller.nulls
            return body(inner)

        return FunctionValue("function", names, answer, kinds, weight=weight, depth=depth)

    return Piece(run)
