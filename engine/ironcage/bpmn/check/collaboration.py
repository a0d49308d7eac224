"""Rules about pools, the messages between them, and how messages find their case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Activity,
    Event,
    FlowNode,
    MessageDefinition,
)
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import MessageFlow

_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
_SENDING_EVENTS = (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT)
_RECEIVING_EVENTS = (Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT)


class _Ends:
    """Which pool each end of a message flow belongs to, and what it is."""

    def __init__(self, subject: Subject) -> None:
        self.nodes: dict[str, FlowNode] = {}
        process_of: dict[str, str] = {}
        for process in subject.model.processes:
            for node in process.every(FlowNode):
                self.nodes.setdefault(node.id, node)
                process_of.setdefault(node.id, process.id)
        self.pools: dict[str, str] = {}
        """The process of a pool, by its id; a black box is its own."""
        for collaboration in subject.model.collaborations:
            for pool in collaboration.participants:
                self.pools.setdefault(pool.id, pool.process or pool.id)
        self.belongs = process_of | self.pools


def _flows(subject: Subject) -> Iterator[MessageFlow]:
    for collaboration in subject.model.collaborations:
        if collaboration.kind == "collaboration":
            yield from collaboration.message_flows


def _drawn(subject: Subject) -> Iterator[str]:
    """Yield the ids of what choreographies hold, in a process, too, where they may not stand."""
    for collaboration in subject.model.collaborations:
        yield from (each.id for each in collaboration.drawn)


@rule(
    "pool-multiplicity",
    mark("The pool {pool} takes part at least {minimum} times and at most {maximum} times."),
    mark("Let the maximum be 1 or more, and no less than the minimum."),
)
def pool_multiplicity(subject: Subject) -> Iterator[Place]:
    """A participant takes part at least as often as at the least. Source: BPMN 2.0.2, table 9.4."""
    for collaboration in subject.model.collaborations:
        for pool in collaboration.participants:
            said = pool.multiplicity
            if said is None:
                continue
            minimum, maximum = said.minimum or "0", said.maximum or "1"
            numbers = _COUNT.fullmatch(minimum) and _COUNT.fullmatch(maximum)
            # The standard's own defaults are 0 and 1; a minimum alone speaks of no maximum.
            if not numbers or int(maximum) < 1 or (said.maximum and int(minimum) > int(maximum)):
                yield at(pool, said.line, pool=pool.id, minimum=minimum[:20], maximum=maximum[:20])


@rule(
    "message-flow-inside",
    mark("The message flow leads from {source} to {target}, which are in the same pool."),
    mark("Draw a sequence flow inside a pool; messages go between pools."),
)
def message_flow_inside(subject: Subject) -> Iterator[Place]:
    """A message flow connects two pools. Source: BPMN 2.0.2, 9.4."""
    ends = _Ends(subject)
    for flow in _flows(subject):
        source, target = ends.belongs.get(flow.source), ends.belongs.get(flow.target)
        if source is not None and source == target:
            yield at(flow, source=flow.source, target=flow.target)


@rule(
    "message-flow-source",
    mark("The message flow comes from {source}, a {kind}, which sends no message."),
    mark("Let it come from a pool, an activity, or an event that throws a message."),
)
def message_flow_source(subject: Subject) -> Iterator[Place]:
    """A message flow comes from a pool, an activity, or an event that throws a message.

    Source: BPMN 2.0.2, 7.6.2, 10.5.2 to 10.5.4 and table 9.4.
    """
    ends = _Ends(subject)
    for flow in _flows(subject):
        node = ends.nodes.get(flow.source)
        if (node and not _is_party(subject, node, _SENDING_EVENTS)) or (node and node.kind is Kind.RECEIVE_TASK):
            yield at(flow, source=flow.source, kind=node.kind.value)


@rule(
    "message-flow-target",
    mark("The message flow leads to {target}, a {kind}, which receives no message."),
    mark("Let it lead to a pool, an activity, or an event that catches a message."),
)
def message_flow_target(subject: Subject) -> Iterator[Place]:
    """A message flow leads to a pool, an activity, or an event that catches a message.

    Source: BPMN 2.0.2, 7.6.2, 10.5.2 to 10.5.4 and table 9.4.
    """
    ends = _Ends(subject)
    for flow in _flows(subject):
        node = ends.nodes.get(flow.target)
        if (node and not _is_party(subject, node, _RECEIVING_EVENTS)) or (node and node.kind is Kind.SEND_TASK):
            yield at(flow, target=flow.target, kind=node.kind.value)


def _is_party(subject: Subject, node: FlowNode, events: tuple[Kind, ...]) -> bool:
    if isinstance(node, Event):
        return node.kind in events and any(isinstance(each, MessageDefinition) for each in subject.defined(node))
    return isinstance(node, Activity)


@rule(
    "message-flow-choreography",
    mark("The message flow leads to or from {node}, which is part of a choreography."),
    mark("Let it connect the pools of the collaboration; a choreography says what passes between them."),
)
def message_flow_choreography(subject: Subject) -> Iterator[Place]:
    """No message flow leads to or from a choreography activity. Source: BPMN 2.0.2, 9.4 and 11.2."""
    drawn = set(filter(None, _drawn(subject)))
    for flow in _flows(subject):
        for end in (flow.source, flow.target):
            if end in drawn:
                yield at(flow, node=end)
                break


@rule(
    "correlation-binding",
    mark("The correlation subscription binds {property}, which is not part of the key {key}."),
    mark("Bind the properties of the key, and no others."),
)
def correlation_binding(subject: Subject) -> Iterator[Place]:
    """A correlation subscription binds properties of its key. Source: BPMN 2.0.2, 8.4.2."""
    keys = {key.id: key for each in subject.model.collaborations for key in each.keys}
    for process in subject.processes:
        for subscription in process.subscriptions:
            key = keys.get(subscription.key)
            named = {said.id for said in key.properties} if key else set[str]()
            for binding in subscription.bindings:
                if key and binding.property not in named:
                    yield at(process, binding.line, property=binding.property, key=key.id)
