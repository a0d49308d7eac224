"""Rules about compensation: who undoes what, and who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Activity,
    Association,
    CompensateDefinition,
    Event,
    SubProcess,
)
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode


def _associated(subject: Subject) -> dict[str, set[str]]:
    """Return what associations lead to, by where they come from; those without a direction lead both ways."""
    drawn = [each for room in subject.rooms for each in room.scope.of(Association)]
    drawn += [each for collaboration in subject.model.collaborations for each in collaboration.associations]
    found: dict[str, set[str]] = {}
    for each in drawn:
        found.setdefault(each.source, set()).add(each.target)
        if each.direction != "One":
            found.setdefault(each.target, set()).add(each.source)
    return found


def _handlers(room: Room, node: FlowNode, associated: dict[str, set[str]]) -> list[Activity]:
    """Return the activities of the scope that associations lead to from *node*."""
    targets = associated.get(node.id, set())
    return [other for other in room.nodes if isinstance(other, Activity) and other.id in targets]


@rule(
    "compensation-handler",
    mark("From the compensation event {node} associations lead to {count} activities; one is needed."),
    mark("Draw one association from it to the activity that undoes the work, beside it."),
)
def compensation_handler(subject: Subject) -> Iterator[Place]:
    """From a compensation event on a boundary an association leads to one activity of the same scope.

    Source: BPMN 2.0.2, 10.7.2.
    """
    associated = _associated(subject)
    for room, _, node in subject.nodes:
        if room.compensates(node):
            count = len(_handlers(room, node, associated))
            if count != 1:
                yield at(node, node=node.id, count=count)


@rule(
    "compensation-activity",
    mark("{node} undoes the work of another activity, but is not marked so."),
    mark('Set isForCompensation="true" on it.'),
)
def compensation_activity(subject: Subject) -> Iterator[Place]:
    """The activity that compensates is marked so. Source: BPMN 2.0.2, 10.7.2 and table 10.3, isForCompensation."""
    associated = _associated(subject)
    for room, _, node in subject.nodes:
        if room.compensates(node):
            for handler in _handlers(room, node, associated):
                if not handler.for_compensation:
                    yield at(handler, node=handler.id)


@rule(
    "compensation-unused",
    mark("{node} is for compensation, but no compensation event leads to it: it is never done."),
    mark("Draw an association to it from a compensation event on the boundary of the activity it undoes."),
    Level.WARNING,
)
def compensation_unused(subject: Subject) -> Iterator[Place]:
    """An activity for compensation is led to by a compensation event. Source: BPMN 2.0.2, 10.7.2."""
    associated = _associated(subject)
    for room in subject.rooms:
        used = {
            handler.id for node in room.nodes if room.compensates(node) for handler in _handlers(room, node, associated)
        }
        for node in room.nodes:
            if isinstance(node, Activity) and node.for_compensation and node.id not in used:
                yield at(node, node=node.id)


@rule(
    "compensation-target",
    mark("{node} asks for the compensation of {activity}, which cannot be seen from there."),
    mark("Name an activity of the same process or sub-process, or move the event to where the activity is."),
)
def compensation_target(subject: Subject) -> Iterator[Place]:
    """What is to be compensated stands beside the event that asks for it.

    From inside an event sub-process, it stands beside that sub-process. Source: BPMN 2.0.2, 10.7.1 and table 10.94,
    activityRef.
    """
    activities = {activity.id for activity in subject.activities}
    for room, event, definition in _asking(subject):
        visible: Room | None = room
        seen = set(room.index)
        while visible is not None and visible.by_event:
            visible = visible.outer
            seen |= set(visible.index) if visible else set()
        if definition.activity in activities - seen:
            yield at(event, definition.line, node=event.id, activity=definition.activity)


@rule(
    "compensation-nothing",
    mark("{node} asks for the compensation of {activity}, which nothing undoes."),
    mark("Put a compensation event on its boundary, or name an activity that has one."),
    Level.WARNING,
)
def compensation_nothing(subject: Subject) -> Iterator[Place]:
    """What is to be compensated has a handler: one of its own, or, of a sub-process, some inside it.

    Source: BPMN 2.0.2, 10.7.1.
    """
    undone = {
        room.nodes[host].id
        for room, index, node in subject.nodes
        if room.compensates(node) and (host := room.hosts[index]) is not None
    }
    scopes = {
        node.id for _, _, node in subject.nodes if isinstance(node, SubProcess) or node.kind is Kind.CALL_ACTIVITY
    }
    for _, event, definition in _asking(subject):
        activities = {activity.id for activity in subject.activities}
        if definition.activity in activities - undone - scopes:
            yield at(event, definition.line, node=event.id, activity=definition.activity)


def _asking(subject: Subject) -> Iterator[tuple[Room, Event, CompensateDefinition]]:
    for room, _, event in subject.nodes:
        if isinstance(event, Event) and event.kind in (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT):
            for definition in subject.defined(event):
                if isinstance(definition, CompensateDefinition):
                    yield room, event, definition
