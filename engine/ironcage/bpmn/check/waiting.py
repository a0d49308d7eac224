"""Rules about event-based gateways and what stands after them, and about what begins a case by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Activity,
    ConditionalDefinition,
    Event,
    Gateway,
    MessageDefinition,
    SignalDefinition,
    TimerDefinition,
)
from ironcage.bpmn.timers import cycle
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode, Formula, SequenceFlow

_AWAITED = (MessageDefinition, TimerDefinition, SignalDefinition, ConditionalDefinition)


class _Choice:
    """An event-based gateway and what stands after it."""

    def __init__(self, room: Room, index: int, gateway: Gateway) -> None:
        self.room = room
        self.gateway = gateway
        self.incoming = room.incoming[index]
        self.flows = room.outgoing[index]
        found = ((room.flows[flow], room.targets[flow]) for flow in self.flows)
        self.after: list[tuple[SequenceFlow, int]] = [(flow, at) for flow, at in found if at is not None]


def _choices(subject: Subject) -> Iterator[_Choice]:
    for room, index, gateway in subject.gateways:
        if gateway.kind is Kind.EVENT_BASED_GATEWAY:
            yield _Choice(room, index, gateway)


def _waits(subject: Subject, node: FlowNode) -> bool:
    if isinstance(node, Event) and node.kind is Kind.INTERMEDIATE_CATCH_EVENT:
        return all(isinstance(each, _AWAITED) for each in subject.defined(node))
    return node.kind is Kind.RECEIVE_TASK


@rule(
    "event-gateway-flows",
    mark("Fewer than two flows leave the event-based gateway {node}: there is nothing to choose from."),
    mark("Draw the events of which the first decides, or leave the gateway out."),
)
def event_gateway_flows(subject: Subject) -> Iterator[Place]:
    """At least two flows leave an event-based gateway. Source: BPMN 2.0.2, 10.6.6."""
    for choice in _choices(subject):
        if len(choice.flows) < 2:
            yield at(choice.gateway, node=choice.gateway.id)


@rule(
    "event-gateway-target",
    mark("After the event-based gateway {gateway} stands {node}, which does not wait for an event it could choose by."),
    mark("Lead the flow to a receive task or a catching event of message, timer, signal or condition."),
)
def event_gateway_target(subject: Subject) -> Iterator[Place]:
    """After an event-based gateway stand receive tasks and catching events only. Source: BPMN 2.0.2, 10.6.6."""
    for choice in _choices(subject):
        for flow, index in choice.after:
            if not _waits(subject, choice.room.nodes[index]):
                yield at(flow, gateway=choice.gateway.id, node=choice.room.nodes[index].id)


@rule(
    "event-gateway-shared",
    mark("{node} waits for the event-based gateway {gateway}, and another flow leads to it, too."),
    mark("Lead the other flow to an event of its own."),
)
def event_gateway_shared(subject: Subject) -> Iterator[Place]:
    """To what stands after an event-based gateway no other flow leads. Source: BPMN 2.0.2, 10.6.6."""
    for choice in _choices(subject):
        for _, index in choice.after:
            if len(choice.room.incoming[index]) > 1:
                node = choice.room.nodes[index]
                yield at(node, gateway=choice.gateway.id, node=node.id)


@rule(
    "event-gateway-mixed",
    mark("After the event-based gateway {gateway} stand message events and the receive task {node}."),
    mark("Use the one or the other for all messages after the gateway."),
)
def event_gateway_mixed(subject: Subject) -> Iterator[Place]:
    """After an event-based gateway messages are received by events or by tasks, not by both.

    Source: BPMN 2.0.2, 10.6.6.
    """
    for choice in _choices(subject):
        after = [choice.room.nodes[index] for _, index in choice.after]
        events = [node for node in after if isinstance(node, Event)]
        if any(isinstance(each, MessageDefinition) for event in events for each in subject.defined(event)):
            for node in after:
                if node.kind is Kind.RECEIVE_TASK:
                    yield at(node, gateway=choice.gateway.id, node=node.id)


@rule(
    "event-gateway-boundary",
    mark("The event is on the boundary of {host}, which waits for the event-based gateway {gateway}."),
    mark("Draw the event after the gateway instead."),
)
def event_gateway_boundary(subject: Subject) -> Iterator[Place]:
    """A receive task after an event-based gateway has no event on its boundary. Source: BPMN 2.0.2, 10.6.6."""
    for choice in _choices(subject):
        for _, index in choice.after:
            for boundary in choice.room.boundaries[index]:
                host = choice.room.nodes[index].id
                yield at(choice.room.nodes[boundary], host=host, gateway=choice.gateway.id)


@rule(
    "begins-midway",
    mark("{node} is said to begin a case, but a flow leads to it."),
    mark("Remove the flow and what is before it, or instantiate."),
)
def begins_midway(subject: Subject) -> Iterator[Place]:
    """No flow leads to a receive task or an event-based gateway that begins a case.

    Source: BPMN 2.0.2, 10.3.3, 10.6.6 and 13.2.
    """
    for room, index, node in subject.nodes:
        if isinstance(node, Activity | Gateway) and node.instantiate and room.incoming[index]:
            yield at(node, node=node.id)


@rule(
    "begins-inside",
    mark("{node} is said to begin a case, but is inside the sub-process {scope}."),
    mark("Remove instantiate, or move it to the process itself."),
)
def begins_inside(subject: Subject) -> Iterator[Place]:
    """A receive task or an event-based gateway that begins a case stands in the process itself.

    Source: BPMN 2.0.2, 13.2.
    """
    for room, _, node in subject.nodes:
        if isinstance(node, Activity | Gateway) and node.instantiate and room.outer:
            yield at(node, node=node.id, scope=room.scope.id)


@rule(
    "parallel-start-gateway",
    mark("The event-based gateway {node} is parallel and does not begin a case."),
    mark('Remove eventGatewayType, or set instantiate="true" on it.'),
)
def parallel_start_gateway(subject: Subject) -> Iterator[Place]:
    """Only an event-based gateway that begins a case waits for all its events. Source: BPMN 2.0.2, table 10.110."""
    for choice in _choices(subject):
        if choice.gateway.parallel and not choice.gateway.instantiate:
            yield at(choice.gateway, node=choice.gateway.id)


@rule(
    "cycle-multiplies",
    mark("The cycle of {node} comes again: the path after it is taken each time, not once."),
    mark("If it is meant once, give it a timeDuration or a timeDate; if not, draw an event at a boundary."),
    Level.WARNING,
)
def cycle_multiplies(subject: Subject) -> Iterator[Place]:
    """A timer between others happens once.

    The standard says of an intermediate event that it happens and is consumed, and of a cycle that it recurs; it does
    not say which holds where both meet. Here each time is one token; after an event-based gateway the first is all.
    Source: BPMN 2.0.2, 10.5.4 and table 10.101.
    """
    chosen = {choice.room.nodes[index].id for choice in _choices(subject) for _, index in choice.after}
    for owner, formula in subject.cycles:
        between = isinstance(owner, Event) and owner.kind is Kind.INTERMEDIATE_CATCH_EVENT
        if between and owner.id not in chosen and _comes_again(formula):
            yield at(owner, formula.line, node=owner.id)


def _comes_again(formula: Formula) -> bool:
    try:
        cycle(formula.text.strip())
    except ValueError:
        return False
    return not formula.text.strip().startswith("R1/")
