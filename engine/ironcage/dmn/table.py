"""A decision table: rules of cells, looked up by an index, answering as the hit policy says.

Source: DMN 1.5, chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.dmn.index import Index, key_of
from ironcage.dmn.policies import Aggregation, HitPolicy, aggregated, same
from ironcage.errors import RefusedError
from ironcage.feel import written
from ironcage.feel.environment import NOWHERE
from ironcage.feel.types import conform, name_of
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.feel import Environment, Expression, UnaryTests
    from ironcage.feel.types import Type
    from ironcage.values import Value


class SeveralRulesError(RefusedError):
    """More than one rule of a UNIQUE table matches."""

    message = mark(
        "Decision {decision}: rows {rows} ({rules}) all match {inputs}, but the hit policy is UNIQUE. "
        "Change the rows so that at most one of them matches."
    )


class DifferentAnswersError(RefusedError):
    """Rules of an ANY table match together and answer differently."""

    message = mark(
        "Decision {decision}: rows {rows} ({rules}) all match {inputs} and answer differently, but the hit policy is "
        "ANY. Make their answers equal, or change the rows so that only one of them matches."
    )


class DeclaredKindError(RefusedError):
    """A value is not of the type its column declares."""

    message = mark(
        "Decision {decision}, column {column}: the value is of the kind {kind}, declared is {declared}. "
        "Hand over a value of the declared kind, or correct the declaration."
    )


class NotAllowedError(RefusedError):
    """A value is not among those its column allows."""

    message = mark(
        "Decision {decision}, column {column}: {value} is not among the allowed values {allowed}. "
        "Hand over an allowed value, or allow this one."
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """The values a column allows; *order* tells the place of each where they are listed one by one."""

    tests: UnaryTests
    order: dict[object, int] | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        spans = self.tests.spans
        listed = spans is not None and all(span.is_point() and not isinstance(span.low, list | dict) for span in spans)
        order = {key_of(span.low): at for at, span in reversed(list(enumerate(spans)))} if listed and spans else None
        object.__setattr__(self, "order", order)

    def holds(self, value: Value, env: Environment) -> bool:
        """Return whether *value* is allowed."""
        if self.order is not None and isinstance(value, str):
            return value in self.order
        return self.tests.holds(env, value) is True

    def place(self, value: Value) -> int:
        """Return the place of *value* among those listed; one that is not comes last."""
        order = self.order or {}
        return len(order) if isinstance(value, list | dict) else order.get(key_of(value), len(order))


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: the declared *type* of its values and which are *allowed*, None where any will do."""

    name: str
    line: int
    expression: Expression
    type: Type | None = None
    allowed: Allowed | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column, declared as an input is; *default* is its value when no rule matches."""

    name: str
    line: int
    type: Type | None = None
    allowed: Allowed | None = None
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: *row* counts from 1; it matches when each cell's tests hold for the value of its input."""

    id: str
    row: int
    line: int
    cells: tuple[UnaryTests, ...]
    entries: tuple[Expression, ...]
    cell_lines: tuple[int, ...] = field(compare=False, repr=False)
    """The line each input cell begins on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    decision: str
    """The id of the decision it answers."""
    line: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None
    names: frozenset[str] = field(init=False, compare=False, repr=False)
    """The variables it reads."""
    index: Index = field(init=False, compare=False, repr=False)
    defaults: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parts = {column.expression.names for column in self.inputs}
        parts |= {cell.names for rule in self.rules for cell in rule.cells}
        parts |= {entry.names for rule in self.rules for entry in rule.entries}
        parts |= {output.default.names for output in self.outputs if output.default}
        object.__setattr__(self, "names", frozenset[str]().union(*parts))
        object.__setattr__(self, "defaults", any(output.default for output in self.outputs))
        object.__setattr__(self, "index", Index([rule.cells for rule in self.rules], len(self.inputs)))

    def run(self, env: Environment) -> Value:
        """Return what the hit policy makes of the rules that match; else the defaults or null.

        Raises:
            SeveralRulesError, DifferentAnswersError: rules match together that must not.
            DeclaredKindError, NotAllowedError: an input or an output is not what its column declares.
        """
        values = self.asked(env)
        found = self.index.matching(values, env)
        if self.policy is HitPolicy.FIRST:
            rows = [row for row in (next(found, None),) if row is not None]
        else:
            rows = list(found)
        if not rows:
            if self.defaults:
                return self._answer([output.default for output in self.outputs], env)
            env.note_reason("", NOWHERE, mark("no row matches {inputs}"), inputs=described(self.inputs, values))
            return None
        return _POLICIES[self.policy](self, rows, values, env)

    def asked(self, env: Environment) -> list[Value]:
        """Return the values of the inputs."""
        return [self._declared(column, _run(column.expression, env), env) for column in self.inputs]

    def matching(self, env: Environment) -> list[Rule]:
        """Return the rules that match, in order."""
        return [self.rules[row] for row in self.index.matching(self.asked(env), env)]

    def answer(self, row: int, env: Environment) -> Value:
        """Return the output of the rule number *row*, one value or a context of several."""
        return self._answer(self.rules[row].entries, env)

    def several(self, kind: type[RefusedError], rows: list[int], values: list[Value]) -> RefusedError:
        """Return the error *kind* that names the rules *rows* and what they all match."""
        rules = [self.rules[row] for row in rows]
        return kind(
            decision=self.decision,
            rows=", ".join(str(rule.row) for rule in rules),
            rules=", ".join(rule.id for rule in rules),
            inputs=described(self.inputs, values),
        )

    def place(self, answer: Value) -> tuple[int, ...]:
        """Return the rank of *answer* by the order in which its columns list what they allow."""
        parts = list(answer.values()) if len(self.outputs) > 1 and isinstance(answer, dict) else [answer]
        pairs = zip(self.outputs, parts, strict=True)
        return tuple(output.allowed.place(part) for output, part in pairs if output.allowed)

    def _answer(self, entries: Sequence[Expression | None], env: Environment) -> Value:
        answers: dict[str, Value] = {}
        for output, entry in zip(self.outputs, entries, strict=True):
            value = _run(entry, env) if entry else None
            answers[output.name] = self._declared(output, value, env)
        return answers if len(answers) > 1 else next(iter(answers.values()))

    def _declared(self, column: Input | Output, value: Value, env: Environment) -> Value:
        if value is None:
            return None
        if column.type is not None:
            given, value = value, conform(value, column.type)
            if value is None:
                kind, declared = name_of(given), str(column.type)
                raise DeclaredKindError(decision=self.decision, column=column.name, kind=kind, declared=declared)
        if column.allowed is not None and not column.allowed.holds(value, env):
            raise NotAllowedError(
                decision=self.decision, column=column.name, value=written(value), allowed=column.allowed.tests.text
            )
        return value


def _run(expression: Expression, env: Environment) -> Value:
    since = len(env.nulls or ())
    value = expression.run(env)
    env.note_source(since, expression.text)
    return value


def _unique(table: Table, rows: list[int], values: list[Value], env: Environment) -> Value:
    if len(rows) > 1:
        raise table.several(SeveralRulesError, rows, values)
    return table.answer(rows[0], env)


def _any(table: Table, rows: list[int], values: list[Value], env: Environment) -> Value:
    answers = [table.answer(row, env) for row in rows]
    if not same(answers):
        raise table.several(DifferentAnswersError, rows, values)
    return answers[0]


def _first(table: Table, rows: list[int], _values: list[Value], env: Environment) -> Value:
    return table.answer(rows[0], env)


def _priority(table: Table, rows: list[int], _values: list[Value], env: Environment) -> Value:
    return min((table.answer(row, env) for row in rows), key=table.place)


def _all(table: Table, rows: list[int], _values: list[Value], env: Environment) -> Value:
    return [table.answer(row, env) for row in rows]


def _by_output(table: Table, rows: list[int], _values: list[Value], env: Environment) -> Value:
    return sorted((table.answer(row, env) for row in rows), key=table.place)


def _collected(table: Table, rows: list[int], _values: list[Value], env: Environment) -> Value:
    answers = [table.answer(row, env) for row in rows]
    return answers if table.aggregation is None else aggregated(table.aggregation, answers)


_POLICIES: dict[HitPolicy, Callable[[Table, list[int], list[Value], Environment], Value]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.FIRST: _first,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.RULE_ORDER: _all,
    HitPolicy.OUTPUT_ORDER: _by_output,
    HitPolicy.COLLECT: _collected,
}


def described(inputs: Sequence[Input], values: Sequence[Value]) -> str:
    """Return the values of inputs as people read them: ``type = "ADA", amount = 3``."""
    return ", ".join(f"{column.name} = {written(value)}" for column, value in zip(inputs, values, strict=True))
