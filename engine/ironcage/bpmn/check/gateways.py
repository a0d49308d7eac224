"""Rules about where ways part: gateways, conditions and default flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Activity, Gateway
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode, SequenceFlow


_CHOOSING = (Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY)
"""Gateways that choose between flows."""


def _choices(subject: Subject) -> Iterator[tuple[Gateway, list[SequenceFlow]]]:
    """Yield the gateways that several flows leave and that need a condition on each, with these flows."""
    for room, index, gateway in subject.gateways:
        flows = room.leaving(index)
        if gateway.kind in (Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY) and len(flows) > 1:
            yield gateway, flows


def _with_default(subject: Subject) -> Iterator[tuple[Room, int, FlowNode, str]]:
    """Yield the activities and gateways that have a default flow, with its id."""
    for room, index, node in subject.nodes:
        if isinstance(node, Activity | Gateway) and node.default:
            yield room, index, node, node.default


@rule(
    "default-flow",
    mark("The default flow {flow} does not leave {node}."),
    mark("Choose one of the flows that leave it."),
)
def default_flow(subject: Subject) -> Iterator[Place]:
    """The default flow of an activity or a gateway leaves it. Source: BPMN 2.0.2, tables 10.3 and 10.107."""
    sources = {flow.id: flow.source for room in subject.rooms for flow in room.flows if flow.id}
    for _, _, node, default in _with_default(subject):
        if default in sources and sources[default] != node.id:
            yield at(node, node=node.id, flow=default)


@rule(
    "default-condition",
    mark("The flow is the default of {node} and has a condition, which is never asked."),
    mark("Remove the condition, or make another flow the default."),
    Level.WARNING,
)
def default_condition(subject: Subject) -> Iterator[Place]:
    """The default flow has no condition; one that is there is ignored. Source: BPMN 2.0.2, tables 10.3 and 10.107."""
    for room, index, node, default in _with_default(subject):
        for flow in room.leaving(index):
            if flow.id == default and flow.condition:
                yield at(flow, flow.condition.line, node=node.id)


@rule(
    "default-beside-unconditional",
    mark(
        "{node} has a default flow and the flow {flow}, which is always taken: readers differ on when the default is."
    ),
    mark("Give {flow} a condition, or draw it out of a parallel gateway."),
    Level.WARNING,
)
def default_beside_unconditional(subject: Subject) -> Iterator[Place]:
    """A default flow stands beside flows with conditions only.

    Of an activity that also has a flow without a condition, the tables say that the default gets a token when no
    condition holds, which is what we do; clause 8.4.13 says that it does when no other flow is valid, by which it
    never would. Source: BPMN 2.0.2, 8.4.13 and table 10.3.
    """
    for room, index, node, default in _with_default(subject):
        sure = [flow for flow in room.leaving(index) if not flow.condition and flow.id != default]
        if isinstance(node, Activity) and sure:
            yield at(node, node=node.id, flow=sure[0].id or sure[0].target)


@rule(
    "condition-missing",
    mark("The flow leaves {gateway}, beside others, without a condition."),
    mark("Give it a condition, or make it the default flow of the gateway."),
)
def condition_missing(subject: Subject) -> Iterator[Place]:
    """Each of several flows out of an exclusive or an inclusive gateway has a condition, or is the default.

    Source: BPMN 2.0.2, 10.6.2, 10.6.3, 13.4.2 and 13.4.3.
    """
    for gateway, flows in _choices(subject):
        for flow in flows:
            if not flow.condition and not (flow.id and flow.id == gateway.default):
                yield at(flow, gateway=gateway.id)


@rule(
    "condition-not-allowed",
    mark("The flow has a condition, but leaves {node}, which does not choose between flows."),
    mark("Remove the condition, or put an exclusive gateway there."),
)
def condition_not_allowed(subject: Subject) -> Iterator[Place]:
    """Flows out of events and event-based gateways have no conditions.

    Source: BPMN 2.0.2, 8.4.13, 10.5.2 and 10.5.4.
    """
    for room, index, node in subject.nodes:
        if not (isinstance(node, Activity) or node.kind in (*_CHOOSING, Kind.PARALLEL_GATEWAY)):
            for flow in room.leaving(index):
                if flow.condition:
                    yield at(flow, flow.condition.line, node=node.id)


@rule(
    "condition-ignored",
    mark("The flow has a condition, but leaves the parallel gateway {node}, which takes all flows and asks nothing."),
    mark("Remove the condition, or make the gateway inclusive."),
    Level.WARNING,
)
def condition_ignored(subject: Subject) -> Iterator[Place]:
    """Flows out of a parallel gateway have no conditions; one that is there is ignored.

    Source: BPMN 2.0.2, 8.4.13, 10.6.4 and 13.4.1.
    """
    for room, index, node in subject.nodes:
        if node.kind is Kind.PARALLEL_GATEWAY:
            for flow in room.leaving(index):
                if flow.condition:
                    yield at(flow, flow.condition.line, node=node.id)


@rule(
    "condition-without-choice",
    mark("The flow has a condition, but is the only one that leaves {node}."),
    mark("Remove the condition, or draw where the case goes when it does not hold."),
)
def condition_without_choice(subject: Subject) -> Iterator[Place]:
    """A flow with a condition is not the only one that leaves an activity. Source: BPMN 2.0.2, 8.4.13."""
    for room, index, node in subject.nodes:
        flows = room.leaving(index)
        if isinstance(node, Activity) and len(flows) == 1 and flows[0].condition:
            yield at(flows[0], flows[0].condition.line, node=node.id)


@rule(
    "gateway-direction",
    mark("The gateway is said to be {direction}, but {incoming} flows lead to it and {outgoing} leave it."),
    mark("Correct gatewayDirection, or leave it out."),
)
def gateway_direction(subject: Subject) -> Iterator[Place]:
    """The flows of a gateway are as its direction says. Source: BPMN 2.0.2, table 8.47."""
    several = {"Converging": (True, False), "Diverging": (False, True), "Mixed": (True, True)}
    for room, index, gateway in subject.gateways:
        incoming, outgoing = len(room.incoming[index]), len(room.outgoing[index])
        claimed = several.get(gateway.direction)
        if claimed and claimed != (incoming > 1, outgoing > 1):
            yield at(gateway, direction=gateway.direction, incoming=incoming, outgoing=outgoing)


@rule(
    "gateway-for-nothing",
    mark("The gateway {node} neither parts ways nor brings them together."),
    mark("Remove it, or draw the flows that are missing."),
    Level.WARNING,
)
def gateway_for_nothing(subject: Subject) -> Iterator[Place]:
    """Several flows lead to a gateway, or several leave it. Source: BPMN 2.0.2, 10.6.1."""
    for room, index, gateway in subject.gateways:
        parts_or_joins = len(room.incoming[index]) > 1 or len(room.outgoing[index]) > 1
        if not parts_or_joins and gateway.kind is not Kind.EVENT_BASED_GATEWAY:
            yield at(gateway, node=gateway.id)


@rule(
    "complex-activation",
    mark("{node} brings several ways together and does not say when it is activated."),
    mark("Give it an activationCondition, for example activationCount >= 2."),
)
def complex_activation(subject: Subject) -> Iterator[Place]:
    """A complex gateway that several flows lead to says when it is activated. Source: BPMN 2.0.2, 10.6.5 and 13.4.5."""
    for room, index, gateway in subject.gateways:
        joins = gateway.kind is Kind.COMPLEX_GATEWAY and len(room.incoming[index]) > 1
        if joins and not gateway.activation:
            yield at(gateway, node=gateway.id)


@rule(
    "no-default",
    mark("{node} has no default flow: a case for which no condition holds cannot go on."),
    mark("Make one of its flows the default."),
    Level.ADVICE,
)
def no_default(subject: Subject) -> Iterator[Place]:
    """Every choice has a way out."""
    for room, index, node in subject.nodes:
        flows = room.leaving(index)
        asked = [flow for flow in flows if flow.condition]
        sure = len(asked) < len(flows) and node.kind is not Kind.EXCLUSIVE_GATEWAY
        chooses = node.kind in _CHOOSING or (isinstance(node, Activity) and len(asked) > 1)
        if asked and chooses and not sure and isinstance(node, Activity | Gateway) and not node.default:
            yield at(node, node=node.id)
