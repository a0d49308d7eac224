"""Rules about which nodes flows may and must lead to and from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.room import is_handler, rooms_of
from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Activity, SubProcess
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject


def _entering(subject: Subject, kind: Kind) -> Iterator[Place]:
    for room, index, node in subject.nodes:
        if node.kind is kind:
            for flow in room.incoming[index]:
                yield at(room.flows[flow], node=node.id)


def _touching(room: Room, index: int) -> Iterator[Place]:
    node = room.nodes[index]
    for flow in sorted({*room.incoming[index], *room.outgoing[index]}):
        yield at(room.flows[flow], node=node.id)


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
    for room, index, node in subject.nodes:
        if node.kind is Kind.END_EVENT:
            for flow in room.outgoing[index]:
                yield at(room.flows[flow], node=node.id)


@rule(
    "handler-flow",
    mark("The flow leads to or from {node}, which an event begins and no flow."),
    mark("Remove the flow; an event sub-process begins by its start event, a compensation handler by its association."),
)
def handler_flow(subject: Subject) -> Iterator[Place]:
    """No flow leads to or from an event sub-process or an activity that compensates.

    Source: BPMN 2.0.2, 10.3.5, 10.6 and table 8.46.
    """
    for room, index, node in subject.nodes:
        if is_handler(node):
            yield from _touching(room, index)


@rule(
    "compensation-outgoing",
    mark("The flow leaves the compensation event {node}."),
    mark("Draw an association from the event to the activity that compensates, in place of the flow."),
)
def compensation_outgoing(subject: Subject) -> Iterator[Place]:
    """From a compensation event on a boundary an association leads on, no flow. Source: BPMN 2.0.2, 10.5.4 and 10.7."""
    for room, index, node in subject.nodes:
        if room.compensates(node):
            for flow in room.outgoing[index]:
                yield at(room.flows[flow], node=node.id)


@rule(
    "link-flow",
    mark("The flow leads to {node}, where a link arrives, or leaves it, where a link departs."),
    mark("Remove the flow: the link leads on."),
)
def link_flow(subject: Subject) -> Iterator[Place]:
    """No flow leads to a catching link event, and none leaves a throwing one. Source: BPMN 2.0.2, 10.5.4."""
    for room, index, node in subject.nodes:
        if room.links(node):
            catching = node.kind is Kind.INTERMEDIATE_CATCH_EVENT
            for flow in room.incoming[index] if catching else room.outgoing[index]:
                yield at(room.flows[flow], node=node.id)


@rule(
    "no-outgoing",
    mark("No flow leaves {node}."),
    mark("Lead a flow on to the next step or to an end event."),
)
def no_outgoing(subject: Subject) -> Iterator[Place]:
    """A flow leaves every start, intermediate and boundary event and every gateway; of links, every catching one.

    An activity without one ends its path. Source: BPMN 2.0.2, 10.5.2, 10.5.4 and 10.6.1.
    """
    for room, index, node in subject.nodes:
        ends = isinstance(node, Activity) or node.kind is Kind.END_EVENT or room.compensates(node)
        thrown = node.kind is Kind.INTERMEDIATE_THROW_EVENT and bool(room.links(node))
        if node.id and not room.outgoing[index] and not ends and not thrown:
            yield at(node, node=node.id)


@rule(
    "implicit-end",
    mark(
        "No flow leaves {node}, though there is an end event beside it: paths end there without being drawn to an end."
    ),
    mark("Lead a flow from it to an end event."),
)
def implicit_end(subject: Subject) -> Iterator[Place]:
    """Where there is an end event, a flow leaves every other node of the level.

    Handlers of events and of compensation are left alone; so is an ad-hoc sub-process. Where there is no end event, an
    activity that no flow leaves ends its path. Source: BPMN 2.0.2, 10.5.3.
    """
    for room, index, node in subject.nodes:
        if isinstance(node, Activity) and room.ends and not room.outgoing[index] and not is_handler(node):
            yield at(node, node=node.id)


@rule(
    "no-incoming",
    mark("No flow leads to {node}, though there is a start event beside it."),
    mark("Lead a flow to it, or remove it."),
)
def no_incoming(subject: Subject) -> Iterator[Place]:
    """Where there is a start event, a flow leads to every other node of the level; to an end event always.

    Source: BPMN 2.0.2, 10.5.2 and 10.5.3.
    """
    for room, index, node in subject.nodes:
        asked = room.starts or (node.kind is Kind.END_EVENT and len(room.nodes) > 1)
        if asked and node.id and not room.incoming[index] and not room.stands_alone(index):
            yield at(node, node=node.id)


@rule(
    "no-entry",
    mark("{scope} has neither a start event nor a node that no flow leads to, so it cannot begin."),
    mark("Draw a start event."),
    last=True,
)
def no_entry(subject: Subject) -> Iterator[Place]:
    """A process or a sub-process has somewhere to begin. Source: BPMN 2.0.2, 10.5.2."""
    for room in subject.rooms:
        free = (not room.incoming[index] and room.hosts[index] is None for index in range(len(room.nodes)))
        handlers = (is_handler(node) for node in room.nodes)
        if room.nodes and not any(f and not h for f, h in zip(free, handlers, strict=True)):
            yield at(room.scope, scope=room.scope.id)


@rule(
    "several-starts",
    mark("{node} is one start event too many: nothing says by which of those without a trigger {scope} begins."),
    mark("Lead all beginnings out of one start event, or give each a trigger of its own."),
)
def several_starts(subject: Subject) -> Iterator[Place]:
    """A process or a sub-process has at most one start event without a trigger."""
    for room in subject.rooms:
        plain = [] if room.by_event else [start for start in room.starts if not start.definitions]
        for node in plain[1:]:
            yield at(node, node=node.id, scope=room.scope.id)


@rule(
    "start-without-end",
    mark("There is the start event {node} and no end event beside it."),
    mark("Draw an end event."),
)
def start_without_end(subject: Subject) -> Iterator[Place]:
    """Where there is a start event, there is an end event on the same level. Source: BPMN 2.0.2, 10.5.3."""
    for room in subject.rooms:
        if not room.ends:
            for node in room.starts[:1]:
                yield at(node, node=node.id)


@rule(
    "end-without-start",
    mark("There is the end event {node} and no start event beside it."),
    mark("Draw a start event."),
)
def end_without_start(subject: Subject) -> Iterator[Place]:
    """Where there is an end event, there is a start event on the same level, or a receive task or gateway that begins.

    Source: BPMN 2.0.2, 10.5.2.
    """
    for room in subject.rooms:
        if not room.starts and not room.beginners and not room.by_event and not room.is_ad_hoc:
            for node in room.ends[:1]:
                yield at(node, node=node.id)


@rule(
    "flow-across",
    mark("The flow leads from {source} to {target}, which is in another process or sub-process."),
    mark("End it inside and go on outside; between two pools draw a message flow."),
)
def flow_across(subject: Subject) -> Iterator[Place]:
    """No flow crosses the border of a process or a sub-process; it stands where its ends do.

    Source: BPMN 2.0.2, 8.4.13, 9.3 and 10.3.5.
    """
    drawn = [room for process in subject.model.processes for room in rooms_of(process)]
    everywhere = {node.id for room in drawn for node in room.nodes}
    for room in drawn:
        for flow in room.flows:
            ends = {flow.source, flow.target}
            if ends <= everywhere and not ends <= room.index.keys():
                yield at(flow, source=flow.source, target=flow.target)


@rule(
    "empty-sub-process",
    mark("The sub-process {node} has nothing in it."),
    mark("Draw its steps, or make it a task."),
    Level.WARNING,
)
def empty_sub_process(subject: Subject) -> Iterator[Place]:
    """A sub-process has something to do."""
    for _, _, node in subject.nodes:
        if isinstance(node, SubProcess) and not node.nodes and node.kind is not Kind.AD_HOC_SUB_PROCESS:
            yield at(node, node=node.id)
