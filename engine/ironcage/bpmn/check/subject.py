"""What the rules look at, and how a rule is declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.check.referring import Referring, references
from ironcage.bpmn.check.room import rooms_of
from ironcage.bpmn.check.written import Written, written
from ironcage.bpmn.compiling.variables import variables, words
from ironcage.bpmn.model import (
    Activity,
    DefinitionReference,
    Event,
    Gateway,
    MultiInstance,
    Process,
    TimerDefinition,
)
from ironcage.bpmn.rule import Rule
from ironcage.faults import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from ironcage.bpmn.check.graph import Graph
    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.scouting import Scouted
    from ironcage.bpmn.model import Deadline, Element, EventDefinition, FlowNode, Formula, Model


class Place(NamedTuple):
    """Where a rule is broken, and the fields of its sentence."""

    line: int
    element: str
    column: int
    fields: dict[str, object]


class TimerText(NamedTuple):
    """What a timer or a deadline says: an instant, or else a duration."""

    owner: Element
    formula: Formula
    is_instant: bool


class Subject:
    """A model under examination."""

    def __init__(self, model: Model, decisions: Collection[str]) -> None:
        """Take *decisions* for the ids of the decisions there are."""
        self.model = model
        self.decisions = decisions
        self.process = model.process() or Process(id="", line=model.line, executable=False)
        self.processes = model.executables or (self.process,)
        """What is to be executed; the first process where nothing is executable."""
        roots = {each.id: each for each in model.definitions}
        self.rooms = [room for process in self.processes for room in rooms_of(process, roots)]
        """Every scope of these, each before those inside it."""

    @cached_property
    def graphs(self) -> list[Graph]:
        """The scopes as graphs, in the order of the rooms."""
        from ironcage.bpmn.check.graph import Graph  # noqa: PLC0415 - networkx is slow to load, and a step needs no checks

        found: list[Graph] = []
        inside: dict[str, Graph] = {}
        for room in reversed(self.rooms):
            found.append(Graph(room, inside))
            inside[room.scope.id] = found[-1]
        return found[::-1]

    @cached_property
    def scouted(self) -> list[Scouted]:
        """What the scopes may do, explored until the budget ends; the model must be without errors."""
        from ironcage.bpmn.check.scouting import scout  # noqa: PLC0415 - what it needs compiles models

        return scout(self.model, [process.id for process in self.processes])

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every id of the file."""
        return frozenset(each.id for each in self.model.declared)

    @cached_property
    def nodes(self) -> list[tuple[Room, int, FlowNode]]:
        """The flow nodes, each with its scope and its index in it."""
        return [(room, index, node) for room in self.rooms for index, node in enumerate(room.nodes)]

    @cached_property
    def activities(self) -> list[Activity]:
        """The activities."""
        return [node for _, _, node in self.nodes if isinstance(node, Activity)]

    @cached_property
    def events(self) -> list[Event]:
        """The events."""
        return [node for _, _, node in self.nodes if isinstance(node, Event)]

    @cached_property
    def gateways(self) -> list[tuple[Room, int, Gateway]]:
        """The gateways, with their scopes and indices."""
        return [(room, index, node) for room, index, node in self.nodes if isinstance(node, Gateway)]

    @cached_property
    def definitions(self) -> list[tuple[Element, EventDefinition]]:
        """The event definitions, each with the event or activity it belongs to, or the file; no references to them."""
        found: list[tuple[Element, EventDefinition]] = [(self.model, each) for each in self.model.definitions]
        found += [(event, each) for event in self.events for each in event.definitions]
        for activity in self.activities:
            if isinstance(activity.loop, MultiInstance):
                found += [(activity, each) for behavior in activity.loop.complex for each in behavior.definitions]
        return [(owner, each) for owner, each in found if not isinstance(each, DefinitionReference)]

    def defined(self, event: Event) -> list[EventDefinition]:
        """Return the definitions of an event, those it refers to in their place."""
        roots = {each.id: each for each in self.model.definitions}
        found = (
            roots.get(each.definition) if isinstance(each, DefinitionReference) else each for each in event.definitions
        )
        return [each for each in found if each is not None]

    @cached_property
    def timers(self) -> list[TimerText]:
        """What the timer events, the deadlines and the follow-ups say; cycles are not among them."""
        found: list[TimerText] = []
        for owner, definition in self.definitions:
            if isinstance(definition, TimerDefinition):
                found += _timer(owner, definition.date, definition.duration)
        for owner, deadline in self.deadlines:
            found += _timer(owner, deadline.at, deadline.within)
        return found

    @cached_property
    def cycles(self) -> list[Written]:
        """What the timers say that come again."""
        timers = ((owner, each) for owner, each in self.definitions if isinstance(each, TimerDefinition))
        return [Written(owner, each.cycle) for owner, each in timers if each.cycle]

    @cached_property
    def deadlines(self) -> list[tuple[Element, Deadline]]:
        """The deadlines and follow-ups, each with what it belongs to."""
        said: list[tuple[Element, Deadline | None]] = [(process, process.deadline) for process in self.processes]
        for activity in self.activities:
            said += [(activity, activity.deadline), (activity, activity.follow_up)]
        return [(owner, deadline) for owner, deadline in said if deadline]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The names of data that an expression has to be told of."""
        return words(variables(self.model).values())

    @cached_property
    def references(self) -> list[Referring]:
        """Every reference."""
        return list(references(self))

    @cached_property
    def expressions(self) -> list[Written]:
        """The expressions that are neither timers nor deadlines."""
        return list(written(self))


def _timer(owner: Element, instant: Formula | None, duration: Formula | None) -> list[TimerText]:
    said = ((instant, True), (duration, False))
    return [TimerText(owner, formula, is_instant) for formula, is_instant in said if formula]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the function that finds where it is broken; *last* if it needs a model without errors."""

    rule: Rule
    examine: Callable[[Subject], Iterable[Place]]
    last: bool


def rule(
    name: str, what: str, mend: str, level: Level = Level.ERROR, *, last: bool = False
) -> Callable[[Callable[[Subject], Iterable[Place]]], Check]:
    """Declare the function below as the one that finds where the rule *name* is broken."""

    def declare(examine: Callable[[Subject], Iterable[Place]]) -> Check:
        return Check(Rule(name, what, mend, level), examine, last)

    return declare


def at(element: Element, line: int = 0, column: int = 0, **fields: object) -> Place:
    """Return the place of *element*, on its own line if no other is given."""
    return Place(line or element.line, element.id, column, fields)
