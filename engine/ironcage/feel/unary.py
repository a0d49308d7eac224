"""Unary tests as predicates: what stands after ``in`` and in the input cells of decision tables.

A test that depends on no variable is also told as *spans* of values, for tables to index and to examine.

Source: DMN 1.5, 10.3.1.2, rules 7 to 17; 8.3.3 (the input entry).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.feel.comparison import PREDICATES, at_least, at_most, equal, greater, less
from ironcage.feel.compiler import Piece, compiled, folded, settled
from ironcage.feel.environment import Environment, LimitError
from ironcage.feel.functions import FUNCTIONS
from ironcage.feel.names import free
from ironcage.feel.parser import parse_tests
from ironcage.feel.ranges import Range
from ironcage.feel.tree import (
    Against,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    For,
    In,
    InstanceOf,
    Interval,
    Invoke,
    Items,
    Literal,
    Logic,
    Name,
    Negation,
    Quantified,
    walk,
)
from ironcage.values import Transient, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ironcage.feel.tokens import FeelSyntaxError
    from ironcage.feel.tree import Test, Tests
    from ironcage.feel.types import Type

Predicate = Callable[[Environment, Value], "bool | None"]
"""A unary test, asked of the value it tests; null when it has no answer."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values from *low* to *high* of one kind; a bound that is None is open to that side."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True

    def is_point(self) -> bool:
        """Return whether it is one value, compared for equality."""
        return self.low is self.high and self.low_closed and self.high_closed


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The compiled tests of one cell. Two are equal when their texts are."""

    text: str
    names: frozenset[str] = field(compare=False, repr=False)
    """The variables they read besides the value they test."""
    holds: Predicate = field(compare=False, repr=False)
    always: bool = field(compare=False, repr=False)
    """Whether they hold whatever the value (``-``)."""
    spans: tuple[Span, ...] | None = field(compare=False, repr=False)
    """The values they hold for, where that can be told without variables; else None."""
    entries: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """What else the conditions of filters name: entries of the items, or variables."""
    misfits: tuple[FeelSyntaxError, ...] = field(default=(), compare=False, repr=False)
    """What in them never has a result, where that was not refused."""


def compile_tests(
    text: str, names: Iterable[str] = (), types: Mapping[str, Type] | None = None, lenient: bool = False
) -> UnaryTests:
    """Return the unary tests *text*; *names*, *types* and *lenient* are those of ``compile``.

    Raises:
        FeelSyntaxError: they are none; the error says where.
    """
    tree, misfits = parse_tests(text, names, types, lenient)
    holds = _any_of(tuple(_predicate(test) for test in tree.tests)) if tree.tests else _always
    spans = None if tree.negated or not tree.tests else _spans(tree.tests)
    holds = _negated(holds) if tree.negated else holds
    sure = frozenset(free(tree, conditions=False))
    return UnaryTests(text, sure, _limited(holds, tree), not tree.tests, spans, frozenset(free(tree)) - sure, misfits)


def _limited(holds: Predicate, tree: Tests) -> Predicate:
    """Return *holds*, with no answer where it takes more than it may; simple tests never do."""
    if not any(isinstance(branch, Call | Invoke | For | Quantified | Filter | Items) for _, branch in walk(tree)):
        return holds

    def run(env: Environment, value: Value) -> bool | None:
        try:
            return holds(env, value)
        except LimitError as error:
            env.note_stop(error)
            return None

    return run


@compiled.register
def _in(node: In) -> Piece:
    value = compiled(node.value)
    get, holds = value.run, _any_of(tuple(map(_predicate, node.tests)))

    def run(env: Environment) -> Value:
        return holds(env, get(env))

    return folded(run, value) if all(map(_is_fixed, node.tests)) else Piece(run)


def _is_fixed(test: Test) -> bool:
    """Return whether *test* has the same answer for a value always."""
    return all(
        isinstance(branch, Literal | Interval | Against | Items | Arithmetic | Negation)
        or (isinstance(branch, Call) and not FUNCTIONS[branch.function].of_environment)
        for _, branch in walk(test)
    )


def _always(_env: Environment, _value: Value) -> bool | None:
    return True


def _any_of(tests: tuple[Predicate, ...]) -> Predicate:
    if len(tests) == 1:
        return tests[0]

    def run(env: Environment, value: Value) -> bool | None:
        unknown = False
        for test in tests:
            answer = test(env, value)
            if answer is True:
                return True
            unknown = unknown or answer is None
        return None if unknown else False

    return run


def _negated(holds: Predicate) -> Predicate:
    def run(env: Environment, value: Value) -> bool | None:
        answer = holds(env, value)
        return None if answer is None else not answer

    return run


def _predicate(test: Test) -> Predicate:
    if isinstance(test, Against):
        return _against(test)
    if isinstance(test, Interval):
        return _inside(test)
    if isinstance(test, Literal):
        wanted = test.value
        return lambda _env, value: equal(value, wanted)
    get = compiled(test).run
    if any(isinstance(branch, Name) and branch.name == "?" for _, branch in walk(test)):
        return lambda env, value: _truth(get(env.inner({"?": value})))
    if isinstance(test, Comparison | Logic | Between | In | Quantified | InstanceOf):
        return lambda env, value: _condition(value, get(env))
    return lambda env, value: _matches(value, get(env))


def _against(test: Against) -> Predicate:
    apply, get, sign, at = PREDICATES[test.operator], compiled(test.endpoint).run, test.operator, test.at

    def run(env: Environment, value: Value) -> bool | None:
        endpoint = get(env)
        answer = apply(value, endpoint)
        if answer is None:
            env.note(sign, at, value, endpoint)
        return answer

    return run


def _inside(test: Interval) -> Predicate:
    low, high = (settled(None) if end is None else compiled(end) for end in (test.low, test.high))
    get_low, get_high, at = low.run, high.run, test.at
    above, below = at_least if test.low_closed else greater, at_most if test.high_closed else less
    is_ordered = low.known and high.known and at_most(low.value(), high.value()) is True

    def run(env: Environment, value: Value) -> bool | None:
        start, end = get_low(env), get_high(env)
        answer: bool | None = None
        if is_ordered or start is None or end is None or at_most(start, end) is True:
            first, second = above(value, start), below(value, end)
            if first is False or second is False:
                answer = False
            elif first is True and second is True:
                answer = True
        if answer is None:
            env.note("..", at, value, start, end)
        return answer

    return run


def _condition(value: Value, answer: Value) -> bool | None:
    """Return what a condition without ``?`` says: itself, or whether a truth value tested is the same."""
    return equal(value, answer) if isinstance(value, bool) else _truth(answer)


def _matches(value: Value, wanted: Value) -> bool | None:
    """Return whether *value* is *wanted*, lies in it, is or lies in one of its items, or *wanted* is simply true."""
    if isinstance(wanted, Range):
        return True if isinstance(value, Range) and value == wanted else wanted.contains(value)
    if isinstance(wanted, list):
        return _in_list(value, wanted)
    if wanted is True and not isinstance(value, bool):
        return True
    return equal(value, wanted)


def _in_list(value: Value, wanted: list[Value]) -> bool | None:
    if isinstance(value, list) and equal(value, wanted) is True:
        return True
    for item in wanted:
        answer = item.contains(value) if isinstance(item, Range) else equal(value, item)
        if answer is True:
            return True
    return False


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _spans(tests: tuple[Test, ...]) -> tuple[Span, ...] | None:
    spans = [_span(test) for test in tests]
    return None if None in spans else tuple(span for span in spans if span is not None)


def _span(test: Test) -> Span | None:
    if isinstance(test, Interval):
        low, high = (_settled(compiled(end)) if end else None for end in (test.low, test.high))
        whole = low is not None and high is not None
        return Span(low, high, test.low_closed, test.high_closed) if whole else None
    if isinstance(test, Literal):
        return Span(test.value, test.value)
    if not isinstance(test, Against):
        value = _settled(compiled(test))
        return None if value is None or isinstance(value, bool | list | dict | Transient) else Span(value, value)
    end = _settled(compiled(test.endpoint))
    if end is None:
        return None
    match test.operator:
        case "<" | "<=":
            return Span(None, end, low_closed=False, high_closed=test.operator == "<=")
        case ">" | ">=":
            return Span(end, None, low_closed=test.operator == ">=", high_closed=False)
        case "=":
            return Span(end, end) if not isinstance(end, list | dict | Transient) else None
        case _:
            return None


def _settled(piece: Piece) -> Value:
    return piece.value() if piece.constant else None
