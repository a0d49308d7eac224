"""A decision table: rules of cells, looked up by an index, answering as the hit policy says.

Source: DMN 1.5, chapter 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.dmn.index import Index
from ironcage.errors import RefusedError
from ironcage.feel import Environment, written
from ironcage.messages import mark
from ironcage.values import ValueKind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.clock import Moment
    from ironcage.feel import Expression, UnaryTests
    from ironcage.values import Value


class SeveralRulesError(RefusedError):
    """More than one rule of a UNIQUE table matches."""

    message = mark(
        "Decision {decision}: rows {rows} ({rules}) all match {inputs}, but the hit policy is UNIQUE. "
        "Change the rows so that at most one of them matches."
    )


class DeclaredKindError(RefusedError):
    """A value is not of the kind its column declares."""

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
class Input:
    """An input column: the declared *kind* of its values and which are *allowed*, None where any will do."""

    name: str
    line: int
    expression: Expression
    kind: ValueKind | None = None
    allowed: UnaryTests | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column, declared as an input is; *default* is its value when no rule matches."""

    name: str
    line: int
    kind: ValueKind | None = None
    allowed: UnaryTests | None = None
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
    """A decision table with hit policy UNIQUE."""

    decision: str
    """The id of the decision it answers."""
    line: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    names: frozenset[str] = field(init=False, compare=False, repr=False)
    """The variables it reads."""
    index: Index = field(init=False, compare=False, repr=False)
    defaults: bool = field(init=False, compare=False, repr=False)
    """Whether an output has a default."""

    def __post_init__(self) -> None:
        parts: list[frozenset[str]] = [column.expression.names for column in self.inputs]
        parts += [cell.names for rule in self.rules for cell in rule.cells]
        parts += [entry.names for rule in self.rules for entry in rule.entries]
        parts += [output.default.names for output in self.outputs if output.default]
        object.__setattr__(self, "names", frozenset[str]().union(*parts))
        object.__setattr__(self, "defaults", any(output.default for output in self.outputs))
        object.__setattr__(self, "index", Index([rule.cells for rule in self.rules], len(self.inputs)))

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return the output of the rule that matches, one value or a context of several; else the defaults or null."""
        env = Environment(variables, moment)
        values = [self._declared(column, column.expression.piece.run(env), env) for column in self.inputs]
        found = self.index.matching(values, env)
        if len(found) > 1:
            raise self._several(found, values)
        if found:
            return self._answer(self.rules[found[0]].entries, env)
        return self._answer([output.default for output in self.outputs], env) if self.defaults else None

    def _answer(self, entries: Sequence[Expression | None], env: Environment) -> Value:
        answers: dict[str, Value] = {}
        for output, entry in zip(self.outputs, entries, strict=True):
            value = entry.piece.run(env) if entry else None
            answers[output.name] = self._declared(output, value, env)
        return answers if len(answers) > 1 else next(iter(answers.values()))

    def _declared(self, column: Input | Output, value: Value, env: Environment) -> Value:
        if value is None:
            return None
        if column.kind is not None and kind_of(value) is not column.kind:
            raise DeclaredKindError(
                decision=self.decision, column=column.name, kind=kind_of(value), declared=column.kind
            )
        if column.allowed is not None and column.allowed.holds(env, value) is not True:
            raise NotAllowedError(
                decision=self.decision, column=column.name, value=written(value), allowed=column.allowed.text
            )
        return value

    def _several(self, found: list[int], values: list[Value]) -> SeveralRulesError:
        rules = [self.rules[index] for index in found]
        return SeveralRulesError(
            decision=self.decision,
            rows=", ".join(str(rule.row) for rule in rules),
            rules=", ".join(rule.id for rule in rules),
            inputs=described(self.inputs, values),
        )


def described(inputs: Sequence[Input], values: Sequence[Value]) -> str:
    """Return the values of inputs as people read them: ``type = "ADA", amount = 3``."""
    return ", ".join(f"{column.name} = {written(value)}" for column, value in zip(inputs, values, strict=True))
