"""Rules about which nodes flows may and must lead to and from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Activity
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode


def _of_kind(subject: Subject, kind: Kind) -> list[FlowNode]:
    return [node for node in subject.process.nodes if node.kind is kind]


def _entering(subject: Subject, kind: Kind) -> Iterator[Place]:
    for index, node in subject.nodes():
        if node.kind is kind:
            for flow in subject.wiring.incoming[index]:
                yield at(subject.wiring.flows[flow], node=node.id)


@rule(
    "start-incoming",
    mark("The flow leads to the start event {node}."),
    mark("Lead it to the step after the start event."),
)
def start_incoming(subject: Subject) -> Iterator[Place]:
    """No flow leads to a start event. Source: BPMN 2.0.2, 10.5.2."""
    return _entering(subject, Kind.START_EVENT)


@rule(
    "boundary-incoming",
    mark("The flow leads to {node}, an event on the boundary of an activity."),
    mark("Lead it to the step after the event."),
)
def boundary_incoming(subject: Subject) -> Iterator[Place]:
    """No flow leads to a boundary event. Source: BPMN 2.0.2, 10.5.4."""
    return _entering(subject, Kind.BOUNDARY_EVENT)


@rule(
    "end-outgoing",
    mark("The flow leaves the end event {node}."),
    mark("Remove the flow, or make the end event an intermediate one or a task."),
)
def end_outgoing(subject: Subject) -> Iterator[Place]:
    """No flow leaves an end event. Source: BPMN 2.0.2, 10.5.3."""
    for index, node in subject.nodes():
        if node.kind is Kind.END_EVENT:
            for flow in subject.wiring.outgoing[index]:
                yield at(subject.wiring.flows[flow], node=node.id)


@rule(
    "no-outgoing",
    mark("No flow leaves {node}."),
    mark("Lead a flow on to the next step or to an end event."),
)
def no_outgoing(subject: Subject) -> Iterator[Place]:
    """A flow leaves every start, intermediate and boundary event and every gateway.

    An activity without one ends its path. Source: BPMN 2.0.2, 10.5.2, 10.5.4 and 10.6.1.
    """
    for index, node in subject.nodes():
        if (
            node.id
            and not subject.wiring.outgoing[index]
            and not (isinstance(node, Activity) or node.kind is Kind.END_EVENT)
        ):
            yield at(node, node=node.id)


@rule(
    "no-incoming",
    mark("No flow leads to {node}, though the process has a start event."),
    mark("Lead a flow to it, or remove it."),
)
def no_incoming(subject: Subject) -> Iterator[Place]:
    """Where there is a start event, a flow leads to every other node.

    The standard would begin such a node together with the start event; that is not executed.

    Source: BPMN 2.0.2, 10.5.2.
    """
    if not _of_kind(subject, Kind.START_EVENT):
        return
    for index, node in subject.nodes():
        entered = subject.wiring.incoming[index] or node.kind in (Kind.START_EVENT, Kind.BOUNDARY_EVENT)
        if node.id and not entered:
            yield at(node, node=node.id)


@rule(
    "no-entry",
    mark("The process {process} has neither a start event nor a node that no flow leads to, so it cannot begin."),
    mark("Draw a start event."),
    last=True,
)
def no_entry(subject: Subject) -> Iterator[Place]:
    """A process has somewhere to begin. Source: BPMN 2.0.2, 10.5.2."""
    free = (not entering for entering in subject.wiring.incoming)
    hosted = (host is not None for host in subject.wiring.hosts)
    if subject.process.nodes and not any(f and not h for f, h in zip(free, hosted, strict=True)):
        yield at(subject.process, process=subject.process.id)


@rule(
    "several-starts",
    mark("{node} is one start event too many: a case begins in one place."),
    mark("Lead all beginnings out of one start event."),
)
def several_starts(subject: Subject) -> Iterator[Place]:
    """A process has at most one start event: with several, nothing says by which a case begins."""
    for node in _of_kind(subject, Kind.START_EVENT)[1:]:
        yield at(node, node=node.id)


@rule(
    "start-without-end",
    mark("The process has the start event {node} and no end event."),
    mark("Draw an end event."),
)
def start_without_end(subject: Subject) -> Iterator[Place]:
    """Where there is a start event, there is an end event. Source: BPMN 2.0.2, 10.5.3."""
    if not _of_kind(subject, Kind.END_EVENT):
        for node in _of_kind(subject, Kind.START_EVENT)[:1]:
            yield at(node, node=node.id)


@rule(
    "end-without-start",
    mark("The process has the end event {node} and no start event."),
    mark("Draw a start event."),
)
def end_without_start(subject: Subject) -> Iterator[Place]:
    """Where there is an end event, there is a start event. Source: BPMN 2.0.2, 10.5.2."""
    if not _of_kind(subject, Kind.START_EVENT):
        for node in _of_kind(subject, Kind.END_EVENT)[:1]:
            yield at(node, node=node.id)
