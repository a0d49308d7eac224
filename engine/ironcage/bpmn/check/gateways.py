"""Rules about gateways, conditions and default flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import Gateway, SequenceFlow


def _choices(subject: Subject) -> Iterator[tuple[Gateway, list[SequenceFlow]]]:
    """Yield the exclusive gateways that several flows leave, with these flows."""
    for index, gateway in subject.gateways:
        flows = [subject.process.flows[flow] for flow in subject.wiring.outgoing[index]]
        if gateway.kind is Kind.EXCLUSIVE_GATEWAY and len(flows) > 1:
            yield gateway, flows


@rule(
    "default-flow",
    mark("The default flow {flow} does not leave this gateway."),
    mark("Choose one of the flows that leave it."),
)
def default_flow(subject: Subject) -> Iterator[Place]:
    """The default flow of a gateway leaves it. Source: BPMN 2.0.2, table 10.107."""
    sources = {flow.id: flow.source for flow in subject.process.flows if flow.id}
    for _, gateway in subject.gateways:
        if gateway.default in sources and sources[gateway.default] != gateway.id:
            yield at(gateway, flow=gateway.default)


@rule(
    "default-condition",
    mark("The flow is the default of {gateway} and has a condition, which would never be asked."),
    mark("Remove the condition, or make another flow the default."),
)
def default_condition(subject: Subject) -> Iterator[Place]:
    """The default flow has no condition. Source: BPMN 2.0.2, 8.4.13 and table 10.107."""
    for gateway, flows in _choices(subject):
        for flow in flows:
            if flow.id and flow.id == gateway.default and flow.condition:
                yield at(flow, flow.condition.line, gateway=gateway.id)


@rule(
    "condition-missing",
    mark("The flow leaves the exclusive gateway {gateway}, beside others, without a condition."),
    mark("Give it a condition, or make it the default flow of the gateway."),
)
def condition_missing(subject: Subject) -> Iterator[Place]:
    """Each of several flows out of an exclusive gateway has a condition, or is the default.

    Source: BPMN 2.0.2, 10.6.2 and 13.4.2.
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
    """Only flows out of exclusive gateways have conditions.

    The standard forbids them after events, parallel and event-based gateways; after activities they are not executed
    yet. Source: BPMN 2.0.2, 8.4.13.
    """
    for flow, source in zip(subject.process.flows, subject.wiring.sources, strict=True):
        node = subject.process.nodes[source] if source is not None else None
        if flow.condition and node and node.kind is not Kind.EXCLUSIVE_GATEWAY:
            yield at(flow, flow.condition.line, node=node.id)


@rule(
    "condition-without-choice",
    mark("The flow has a condition, but is the only one that leaves {gateway}."),
    mark("Remove the condition, or draw where the case goes when it does not hold."),
)
def condition_without_choice(subject: Subject) -> Iterator[Place]:
    """A condition decides between flows: alone it could only stop the case."""
    for index, gateway in subject.gateways:
        flows = subject.wiring.outgoing[index]
        if gateway.kind is Kind.EXCLUSIVE_GATEWAY and len(flows) == 1:
            flow = subject.process.flows[flows[0]]
            if flow.condition:
                yield at(flow, flow.condition.line, gateway=gateway.id)


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
    mark("{gateway} has no default flow: a case for which no condition holds cannot go on."),
    mark("Make one of its flows the default."),
    Level.ADVICE,
)
def no_default(subject: Subject) -> Iterator[Place]:
    """Every choice has a way out."""
    for gateway, _ in _choices(subject):
        if not gateway.default:
            yield at(gateway, gateway=gateway.id)
