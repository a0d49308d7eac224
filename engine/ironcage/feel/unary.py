"""Unary tests as predicates: what stands after ``in`` and in the input cells of decision tables.

A test that depends on no variable is also told as *spans* of values, for tables to index and to examine.

Source: DMN 1.5, 10.3.1.2, rules 7 to 17; 8.3.3 (the input entry).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.feel.comparison import PREDICATES, equal, within
from ironcage.feel.compiler import Piece, compiled
from ironcage.feel.environment import Environment
from ironcage.feel.names import free
from ironcage.feel.parser import parse_tests
from ironcage.feel.tokens import FeelSyntaxError
from ironcage.feel.tree import Against, In, Interval, Literal, Name, walk
from ironcage.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.feel.tree import Test

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


def compile_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Return the unary tests *text*; *names* are the variables of several words they may use.

    Raises:
        FeelSyntaxError: they are none; the error says where.
    """
    tree = parse_tests(text, names)
    try:
        holds = _any_of(tuple(_predicate(test) for test in tree.tests)) if tree.tests else _always
        spans = None if tree.negated or not tree.tests else _spans(tree.tests)
    except FeelSyntaxError as error:
        raise FeelSyntaxError(text, error.at, str(error.fields["reason"])) from None
    holds = _negated(holds) if tree.negated else holds
    return UnaryTests(text, frozenset(free(tree)), holds, not tree.tests, spans)


@compiled.register
def _in(node: In) -> Piece:
    get = compiled(node.value).run
    holds = _any_of(tuple(map(_predicate, node.tests)))
    return Piece(lambda env: holds(env, get(env)))


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
    low, high = compiled(test.low).run, compiled(test.high).run
    low_closed, high_closed, at = test.low_closed, test.high_closed, test.at

    def run(env: Environment, value: Value) -> bool | None:
        a, b = low(env), high(env)
        answer = within(value, a, b, low_closed, high_closed)
        if answer is None:
            env.note("..", at, value, a, b)
        return answer

    return run


def _matches(value: Value, wanted: Value) -> bool | None:
    """Return whether *value* is *wanted*, or stands in the list *wanted*, or *wanted* is a condition that is true."""
    if isinstance(wanted, list):
        return equal(value, wanted) is True or any(equal(value, item) is True for item in wanted)
    if wanted is True and not isinstance(value, bool):
        return True
    return equal(value, wanted)


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _spans(tests: tuple[Test, ...]) -> tuple[Span, ...] | None:
    spans = [_span(test) for test in tests]
    return None if None in spans else tuple(span for span in spans if span is not None)


def _span(test: Test) -> Span | None:
    if isinstance(test, Interval):
        low, high = _settled(compiled(test.low)), _settled(compiled(test.high))
        whole = low is not None and high is not None
        return Span(low, high, test.low_closed, test.high_closed) if whole else None
    if isinstance(test, Literal):
        return Span(test.value, test.value)
    if not isinstance(test, Against):
        value = _settled(compiled(test))
        return None if value is None or isinstance(value, bool | list | dict) else Span(value, value)
    end = _settled(compiled(test.endpoint))
    if end is None:
        return None
    match test.operator:
        case "<" | "<=":
            return Span(None, end, low_closed=False, high_closed=test.operator == "<=")
        case ">" | ">=":
            return Span(end, None, low_closed=test.operator == ">=", high_closed=False)
        case "=":
            return Span(end, end) if not isinstance(end, list | dict) else None
        case _:
            return None


def _settled(piece: Piece) -> Value:
    return piece.value() if piece.constant else None
