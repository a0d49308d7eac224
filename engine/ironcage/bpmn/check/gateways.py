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

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode, SequenceFlow


_CHOOSING = (Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY)
"""Gateways that choose between flows."""


def _choices(subject: Subject) -> Iterator[tuple[Gateway, list[SequenceFlow]]]:
    """Yield the choosing gateways that several flows leave, with these flows."""
    for index, gateway in subject.gateways:
        flows = [subject.process.flows[flow] for flow in subject.wiring.outgoing[index]]
        if gateway.kind in _CHOOSING and len(flows) > 1:
            yield gateway, flows


def _with_default(subject: Subject) -> Iterator[tuple[FlowNode, str]]:
    """Yield the activities and gateways that have a default flow, with its id."""
    for node in subject.process.nodes:
        if isinstance(node, Activity | Gateway) and node.default:
            yield node, node.default


@rule(
    "default-flow",
    mark("The default flow {flow} does not leave {node}."),
    mark("Choose one of the flows that leave it."),
)
def default_flow(subject: Subject) -> Iterator[Place]:
    """The default flow of an activity or a gateway leaves it. Source: BPMN 2.0.2, tables 10.3 and 10.107."""
    sources = {flow.id: flow.source for flow in subject.process.flows if flow.id}
    for node, default in _with_default(subject):
        if default in sources and sources[default] != node.id:
            yield at(node, node=node.id, flow=default)


@rule(
    "default-condition",
    mark("The flow is the default of {node} and has a condition, which would never be asked."),
    mark("Remove the condition, or make another flow the default."),
)
def default_condition(subject: Subject) -> Iterator[Place]:
    """The default flow has no condition. Source: BPMN 2.0.2, 8.4.13 and table 10.107."""
    flows = {flow.id: flow for flow in subject.process.flows if flow.id}
    for node, default in _with_default(subject):
        flow = flows.get(default)
        if flow and flow.source == node.id and flow.condition:
            yield at(flow, flow.condition.line, node=node.id)


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
    """Flows out of events, parallel and event-based gateways have no conditions.

    Source: BPMN 2.0.2, 8.4.13, 10.5.2 and 10.5.4.
    """
    for flow, source in zip(subject.process.flows, subject.wiring.sources, strict=True):
        node = subject.process.nodes[source] if source is not None else None
        if flow.condition and node and not (isinstance(node, Activity) or node.kind in _CHOOSING):
            yield at(flow, flow.condition.line, node=node.id)


@rule(
    "condition-without-choice",
    mark("The flow has a condition, but is the only one that leaves {node}."),
    mark("Remove the condition, or draw where the case goes when it does not hold."),
)
def condition_without_choice(subject: Subject) -> Iterator[Place]:
    """A flow with a condition is not the only one that leaves an activity. Source: BPMN 2.0.2, 8.4.13."""
    for index, node in subject.nodes():
        flows = subject.wiring.outgoing[index]
        if isinstance(node, Activity) and len(flows) == 1:
            flow = subject.process.flows[flows[0]]
            if flow.condition:
                yield at(flow, flow.condition.line, node=node.id)


@rule(
    "gateway-direction",
    mark("The gateway is said to be {direction}, but {incoming} flows lead to it and {outgoing} leave it."),
    mark("Correct gatewayDirection, or leave it out."),
)
def gateway_direction(subject: Subject) -> Iterator[Place]:
    """The flows of a gateway are as its direction says. Source: BPMN 2.0.2, table 8.47."""
    several = {"Converging": (True, False), "Diverging": (False, True), "Mixed": (True, True)}
    for index, gateway in subject.gateways:
        incoming, outgoing = len(subject.wiring.incoming[index]), len(subject.wiring.outgoing[index])
        claimed = several.get(gateway.direction)
        if claimed and claimed != (incoming > 1, outgoing > 1):
            yield at(gateway, direction=gateway.direction, incoming=incoming, outgoing=outgoing)


@rule(
    "no-default",
    mark("{node} has no default flow: a case for which no condition holds cannot go on."),
    mark("Make one of its flows the default."),
    Level.ADVICE,
)
def no_default(subject: Subject) -> Iterator[Place]:
    """Every choice has a way out."""
    for index, node in subject.nodes():
        parting = subject.wiring.parting(index)
        conditions = [flow for flow in parting.chosen if subject.process.flows[flow].condition]
        if conditions and not parting.sure and not parting.otherwise and _may_choose(node, len(conditions)):
            yield at(node, node=node.id)


def _may_choose(node: FlowNode, count: int) -> bool:
    """Return whether *count* flows with conditions may leave the node, and no other."""
    if not isinstance(node, Activity | Gateway) or node.default:
        return False
    return node.kind in _CHOOSING or (isinstance(node, Activity) and count > 1)
