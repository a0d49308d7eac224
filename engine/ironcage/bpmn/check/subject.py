"""What the rules look at, and how a rule is declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.model import Activity, Event, Gateway, Process, TimerDefinition
from ironcage.bpmn.rule import Rule
from ironcage.bpmn.wiring import Wiring
from ironcage.faults import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from ironcage.bpmn.check.graph import Graph
    from ironcage.bpmn.model import Deadline, Element, FlowNode, Formula, Model


class Place(NamedTuple):
    """Where a rule is broken, and the fields of its sentence."""

    line: int
    element: str
    column: int
    fields: dict[str, object]


class Written(NamedTuple):
    """An expression, and the element it belongs to."""

    owner: Element
    formula: Formula


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
        self.wiring = Wiring(self.process)

    @cached_property
    def graph(self) -> Graph:
        """The process as a graph."""
        from ironcage.bpmn.check.graph import Graph  # noqa: PLC0415 - networkx is slow to load, and a step needs no checks

        return Graph(self.wiring)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every id of the file."""
        return frozenset(each.id for each in self.model.declared)

    @cached_property
    def activities(self) -> list[Activity]:
        """The activities."""
        return [node for node in self.process.nodes if isinstance(node, Activity)]

    @cached_property
    def events(self) -> list[Event]:
        """The events."""
        return [node for node in self.process.nodes if isinstance(node, Event)]

    @cached_property
    def gateways(self) -> list[tuple[int, Gateway]]:
        """The gateways, with their indices."""
        return [(index, node) for index, node in enumerate(self.process.nodes) if isinstance(node, Gateway)]

    @cached_property
    def timers(self) -> list[TimerText]:
        """What the timer events and the deadlines say."""
        found: list[TimerText] = []
        for event in self.events:
            for definition in event.definitions:
                if isinstance(definition, TimerDefinition):
                    found += _timer(event, definition.date, definition.duration)
        for owner, deadline in self.deadlines:
            found += _timer(owner, deadline.at, deadline.within)
        return found

    @cached_property
    def deadlines(self) -> list[tuple[Element, Deadline]]:
        """The deadlines, each with what it is the deadline of."""
        owners: list[Process | Activity] = [self.process, *self.activities]
        return [(owner, owner.deadline) for owner in owners if owner.deadline]

    @cached_property
    def expressions(self) -> list[Written]:
        """The expressions that are neither timers nor deadlines."""
        found = [Written(flow, flow.condition) for flow in self.process.flows if flow.condition]
        for activity in self.activities:
            if said := activity.assignment:
                found += [Written(activity, each) for each in (said.role, said.unit, said.actor) if each]
            found += [Written(activity, setting.value) for setting in activity.settings]
        return found

    def nodes(self) -> Iterator[tuple[int, FlowNode]]:
        """Yield each flow node with its index."""
        return enumerate(self.process.nodes)


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
