"""Decisions and what they require: input data, other decisions, knowledge models and services.

Source: DMN 1.5, 6.3 (decision requirements) and 10.4 (how a decision, a knowledge model and a service are evaluated).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ironcage.dmn.boxes import as_declared
from ironcage.dmn.table import Table
from ironcage.errors import RefusedError
from ironcage.feel import Environment
from ironcage.feel.environment import NOWHERE
from ironcage.feel.types import FunctionValue
from ironcage.messages import mark
from ironcage.values import plain
from ironcage.values.bounds import is_bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.clock import Moment
    from ironcage.dmn.boxes import Function, Logic
    from ironcage.dmn.table import Rule
    from ironcage.feel import Null
    from ironcage.feel.types import Type
    from ironcage.values import Value


class Element(Protocol):
    """What a decision may require."""

    @property
    def id(self) -> str:
        """Its id in its file."""
        ...

    @property
    def height(self) -> int:
        """How long the longest chain of requirements below it is."""
        ...

    def bound(self, asked: Evaluation) -> Value:
        """Return what its name means to those who require it."""
        ...


@dataclass(frozen=True, slots=True)
class Need:
    """A required element, and the name under which it is seen: behind the name of its import, if it has one."""

    path: tuple[str, ...]
    element: Element


@dataclass(frozen=True, slots=True, eq=False)
class InputData:
    """A fact handed over by whoever asks."""

    id: str
    name: str
    space: str
    type: Type | None = None
    height: int = field(default=0, init=False)

    def bound(self, asked: Evaluation) -> Value:
        """Return its value, brought into its type; of the file's own name space, if someone named that."""
        given, spaced = asked.variables, f"{{{self.space}}}{self.name}"
        if self.name not in given and spaced not in given:
            asked.env.note_reason(self.name, NOWHERE, mark("it was not handed over"))
            return None
        return as_declared(given.get(spaced, given.get(self.name)), self.type, self.name, asked.env)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a DMN file. Two are equal when they say the same in the same place."""

    id: str
    name: str
    file: str
    line: int
    logic: Logic
    type: Type | None = None
    needs: tuple[Need, ...] | None = field(default=None, compare=False, repr=False)
    """What it requires; None where its file states no requirements at all: it sees whatever is handed over."""
    height: int = field(default=1, compare=False, repr=False)

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return the answer, what it requires worked out first; null when no rule matches and there is no default.

        Raises:
            SeveralRulesError, DifferentAnswersError: rules of a table match together that must not.
            DeclaredKindError, NotAllowedError: an input or an output of a table is not what its column declares.
            NotAValueError: the answer is no case data but a range or a function.
            LimitError: it takes too long.
        """
        return plain(Evaluation(variables, Environment({}, moment)).answer(self))

    def explain(self, variables: Mapping[str, Value], moment: Moment) -> Answer:
        """Return the answer with what led to it; an error becomes null, and is told."""
        nulls: list[Null] = []
        asked = Evaluation(variables, Environment({}, moment, nulls), steps=[])
        try:
            value = asked.answer(self)
        except RefusedError as error:
            return Answer(None, tuple(asked.steps or ()), error)
        return Answer(value, tuple(asked.steps or ()))

    def bound(self, asked: Evaluation) -> Value:
        """Return its answer."""
        return asked.answer(self)

    def names(self) -> frozenset[str]:
        """Return the variables it reads, those of the decisions it requires included."""
        if self.needs is None:
            return self.logic.names
        found: set[str] = set()
        waiting: list[Decision] = [self]
        seen = {id(self)}
        while waiting:
            for need in waiting.pop().needs or ():
                if isinstance(need.element, InputData):
                    found.add(need.element.name)
                elif isinstance(need.element, Decision) and id(need.element) not in seen:
                    seen.add(id(need.element))
                    waiting.append(need.element)
        return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """A business knowledge model: a function that decisions call."""

    id: str
    name: str
    function: Function
    needs: tuple[Need, ...] = ()
    height: int = 1

    def bound(self, asked: Evaluation) -> Value:
        """Return the function; it sees what the model requires, and nothing else."""
        return self.function.run(asked.inside(asked.scope(self.needs)))


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A decision service: a function of its input data and input decisions, in this order, that asks its outputs."""

    id: str
    name: str
    inputs: tuple[InputData, ...]
    given: tuple[Decision, ...]
    outputs: tuple[Decision, ...]
    type: Type | None = None
    height: int = 1

    def bound(self, asked: Evaluation) -> Value:  # noqa: ARG002  # a service asks for itself what it needs
        """Return the service as a function."""
        parameters = (*(part.name for part in self.inputs), *(part.name for part in self.given))

        def run(arguments: Sequence[Value], caller: Environment) -> Value:
            return self.answer(dict(zip(parameters, arguments, strict=True)), caller)

        types = (*(part.type for part in self.inputs), *(part.type for part in self.given))
        return FunctionValue(self.name, parameters, run, types)

    def evaluate(self, variables: Mapping[str, Value], moment: Moment) -> Value:
        """Return the answer of the output decision, or the answers of several by name."""
        return self.answer(variables, Environment({}, moment))

    def answer(self, variables: Mapping[str, Value], env: Environment) -> Value:
        """Return the answer in *env*; what is handed over for an input decision is its answer."""
        inner = Environment({}, env.moment, env.nulls, env.budget)
        given = {
            id(decision): as_declared(variables.get(decision.name), decision.type, decision.name, inner)
            for decision in self.given
        }
        asked = Evaluation(variables, inner, given)
        answers: dict[str, Value] = {output.name: asked.answer(output) for output in self.outputs}
        value = next(iter(answers.values())) if len(answers) == 1 else answers
        return as_declared(value, self.type, self.name, inner)


@dataclass(frozen=True, slots=True)
class Step:
    """One decision that was asked on the way to an answer."""

    decision: Decision
    value: Value
    rules: tuple[Rule, ...]
    """The rules of its table that matched."""
    nulls: tuple[Null, ...]
    """Why parts of it were null."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and the decisions it rests on, each after those it required; *error* is why there is none."""

    value: Value
    steps: tuple[Step, ...]
    error: RefusedError | None = None


class Evaluation:
    """One question under way: every decision is asked once, however many require it."""

    def __init__(
        self,
        variables: Mapping[str, Value],
        env: Environment,
        given: Mapping[int, Value] | None = None,
        steps: list[Step] | None = None,
    ) -> None:
        self.variables = variables
        self.env = env
        self.steps = steps
        self._answers: dict[int, Value] = dict(given or {})
        self._told = 0

    def inside(self, names: Mapping[str, Value]) -> Environment:
        """Return an environment that knows *names* only."""
        return Environment(names, self.env.moment, self.env.nulls, self.env.budget)

    def scope(self, needs: Sequence[Need]) -> dict[str, Value]:
        """Return what *needs* mean, by name."""
        names: dict[str, Value] = {}
        for need in needs:
            *prefix, name = need.path
            inner = names
            for part in prefix:
                deeper = inner.setdefault(part, {})
                assert isinstance(deeper, dict), "an import has a name of its own"
                inner = deeper
            inner[name] = need.element.bound(self)
        return names

    def answer(self, decision: Decision) -> Value:
        """Return the answer of *decision*."""
        if id(decision) in self._answers:
            return self._answers[id(decision)]
        names = self.variables if decision.needs is None else self.scope(decision.needs)
        env = self.inside(names)
        try:
            value = as_declared(decision.logic.run(env), decision.type, decision.name, env)
            value = value if is_bounded(value) else None
        except RefusedError:
            self._note(decision, None, env)
            raise
        self._answers[id(decision)] = value
        self._note(decision, value, env)
        return value

    def _note(self, decision: Decision, value: Value, env: Environment) -> None:
        if self.steps is None:
            return
        rules: tuple[Rule, ...] = ()
        nulls = tuple((env.nulls or [])[self._told :])
        if isinstance(decision.logic, Table):
            try:
                rules = tuple(decision.logic.matching(env))
            except RefusedError:  # already told as the error of the whole
                rules = ()
        self._told = len(env.nulls or ())
        self.steps.append(Step(decision, value, rules, nulls))
