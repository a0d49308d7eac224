"""What the machine asks of a program at every step, found out once: where scopes begin, what handles what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ironcage.clock import Moment
from ironcage.program import Cancel, Compensation, Conditional, Kind, Link, Timer, TimerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.program import Node, Program

_NOTHING, _MICROSECOND = timedelta(), timedelta(microseconds=1)
CASE = -1
"""Stands for the process itself where a node index is asked for."""


@dataclass(slots=True)
class Plan:
    """The answers for one program; nodes by their index, scopes by the node of their sub-process, or ``CASE``."""

    entries: dict[int, list[int]] = field(default_factory=dict)
    """Where a scope begins: its none start events; without any start event, every node that nothing leads to."""
    starts: dict[int, list[int]] = field(default_factory=dict)
    """The start events of a scope that something must trigger."""
    handlers: dict[int, list[int]] = field(default_factory=dict)
    """The event sub-processes of a scope."""
    links: dict[tuple[int, str], int] = field(default_factory=dict)
    """The catching link event of a name in a scope."""
    compensators: dict[int, int] = field(default_factory=dict)
    """What compensates an activity: the handler its boundary event leads to, or the event sub-process inside it."""
    onward: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Where a token goes from a node that always sends one by the same way: the next node, and the flow."""
    delays: dict[tuple[int, int], Micros] = field(default_factory=dict)
    """How long a timer runs whose duration is the same always, by its node and its place among the events there."""
    compensates: bool = False
    """Whether anything ever asks for compensation; if not, nobody need remember what was completed."""
    conditional: bool = False
    """Whether anything waits for a condition."""
    ad_hoc: bool = False
    """Whether there is an ad-hoc sub-process."""

    def start_of(self, handler: int) -> int:
        """Return the start event of an event sub-process."""
        return (self.starts.get(handler) or self.entries[handler])[0]


def plan_of(program: Program) -> Plan:
    """Return the plan of *program*, which keeps it."""
    kept = program.kept.get("plan")
    if type(kept) is Plan:
        return kept
    made = program.kept["plan"] = _plan(program)
    return made


def _plan(program: Program) -> Plan:
    plan = Plan()
    children: dict[int, list[int]] = {CASE: []}
    for index, node in enumerate(program.nodes):
        parent = CASE if node.parent is None else node.parent
        children.setdefault(parent, []).append(index)
        plan.ad_hoc |= node.ad_hoc is not None
        if node.by_event:
            plan.handlers.setdefault(parent, []).append(index)
        if node.handler is not None and node.host is not None:
            plan.compensators[node.host] = node.handler
        for event in node.events:
            plan.conditional |= isinstance(event, Conditional)
            plan.compensates |= isinstance(event, Compensation | Cancel) and node.kind in _THROWING
            if isinstance(event, Link) and node.kind is Kind.INTERMEDIATE_CATCH_EVENT:
                plan.links[parent, event.name] = index
    plan.onward = dict(_onward(program))
    plan.delays = dict(_delays(program))
    for parent, inside in children.items():
        starts = [index for index in inside if program.nodes[index].kind is Kind.START_EVENT]
        plan.starts[parent] = [index for index in starts if program.nodes[index].events]
        plan.entries[parent] = [index for index in starts if not program.nodes[index].events]
        if not starts:
            plan.entries[parent] = [index for index in inside if _is_free(program.nodes[index])]
    for parent, handlers in plan.handlers.items():
        for handler in handlers:
            if any(isinstance(event, Compensation) for event in program.nodes[plan.start_of(handler)].events):
                plan.compensators[parent] = handler
    return plan


def _onward(program: Program) -> Iterator[tuple[int, tuple[int, int]]]:
    for index, node in enumerate(program.nodes):
        if len(node.outgoing) == node.completion_quantity == 1:
            flow = program.flows[node.outgoing[0]]
            if flow.condition is None:
                yield index, (flow.target, node.outgoing[0])


def _delays(program: Program) -> Iterator[tuple[tuple[int, int], Micros]]:
    for index, node in enumerate(program.nodes):
        for place, event in enumerate(node.events):
            if isinstance(event, Timer) and event.kind is TimerKind.DURATION and event.value.constant:
                delay = event.value.evaluate({}, Moment(0))
                if isinstance(delay, timedelta) and delay >= _NOTHING:
                    yield (index, place), delay // _MICROSECOND


_THROWING = (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT)


def _is_free(node: Node) -> bool:
    """Return whether a scope without a start event begins at the node. Source: BPMN 2.0.2, 10.5.2."""
    if node.incoming or node.kind is Kind.BOUNDARY_EVENT or node.by_event or node.for_compensation:
        return False
    return not any(isinstance(event, Link) for event in node.events)
