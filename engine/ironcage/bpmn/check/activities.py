"""Rules about activities: their quantities, loops and calls, who does them, and ad-hoc sub-processes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Activity,
    Event,
    MultiInstance,
    StandardLoop,
    SubProcess,
)
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject

_NUMBER = re.compile(r"\+?0*[1-9][0-9]{0,8}", re.ASCII)


def _several(subject: Subject) -> Iterator[tuple[Activity, MultiInstance]]:
    for activity in subject.activities:
        if isinstance(activity.loop, MultiInstance):
            yield activity, activity.loop


@rule(
    "loop-maximum",
    mark("The loopMaximum of {node} is {value}; it must be a whole number from 1 on."),
    mark("Correct it, or leave it out."),
)
def loop_maximum(subject: Subject) -> Iterator[Place]:
    """A loop is done at least once at the most. Source: BPMN 2.0.2, table 10.28."""
    for activity in subject.activities:
        loop = activity.loop
        if isinstance(loop, StandardLoop) and loop.maximum and not _NUMBER.fullmatch(loop.maximum):
            yield at(activity, loop.line, node=activity.id, value=loop.maximum[:40])


@rule(
    "loop-endless",
    mark("The loop of {node} has neither a condition nor a maximum: it never ends."),
    mark("Give it a loopCondition, or a loopMaximum."),
    Level.WARNING,
)
def loop_endless(subject: Subject) -> Iterator[Place]:
    """A loop ends some time. Source: BPMN 2.0.2, table 10.28."""
    for activity in subject.activities:
        loop = activity.loop
        if isinstance(loop, StandardLoop) and not loop.maximum and not loop.condition:
            yield at(activity, loop.line, node=activity.id)


@rule(
    "multi-instance-count",
    mark("Nothing says how many instances of {node} there are."),
    mark("Give it a loopCardinality, a loopDataInputRef or <ironcage:collections items=...>."),
)
def multi_instance_count(subject: Subject) -> Iterator[Place]:
    """A number, or a collection, says how many instances there are.

    Source: BPMN 2.0.2, table 10.29.
    """
    for activity, loop in _several(subject):
        items = loop.data_input or (loop.collections and loop.collections.items)
        if not items and not loop.cardinality:
            yield at(activity, loop.line, node=activity.id)


@rule(
    "multi-instance-behavior",
    mark("The behavior of {node} is {behavior}, and {word} is missing."),
    mark("Add it, or change the behavior to All."),
)
def multi_instance_behavior(subject: Subject) -> Iterator[Place]:
    """A behavior other than All says which event is thrown. Source: BPMN 2.0.2, table 10.29."""
    for activity, loop in _several(subject):
        needed = {
            "One": ("oneBehaviorEventRef", bool(loop.one_event)),
            "None": ("noneBehaviorEventRef", bool(loop.none_event)),
            "Complex": ("complexBehaviorDefinition", bool(loop.complex)),
        }
        word, is_there = needed.get(loop.behavior, ("", True))
        if not is_there:
            yield at(activity, loop.line, node=activity.id, behavior=loop.behavior, word=word)


@rule(
    "behavior-event-count",
    mark("A complex behavior of {node} throws {count} events; it throws one."),
    mark("Keep one event definition in its <event>, and write a complexBehaviorDefinition for each of the others."),
)
def behavior_event_count(subject: Subject) -> Iterator[Place]:
    """A complex behavior throws one event. Source: BPMN 2.0.2, table 10.30."""
    for activity, loop in _several(subject):
        for said in loop.complex:
            if len(said.definitions) != 1:
                yield at(activity, said.line, node=activity.id, count=len(said.definitions))


@rule(
    "call-missing",
    mark("{node} does not say what it calls."),
    mark("Name a process or a global task in calledElement, or the key of a deployed process."),
)
def call_missing(subject: Subject) -> Iterator[Place]:
    """A call activity calls something. Source: BPMN 2.0.2, table 10.24."""
    for activity in subject.activities:
        says = activity.called or (activity.call and activity.call.process)
        if activity.kind is Kind.CALL_ACTIVITY and not says:
            yield at(activity, node=activity.id)


@rule(
    "called-start",
    mark("{node} calls {process}, which begins only by its own events."),
    mark("Draw a start event without a trigger in {process}."),
)
def called_start(subject: Subject) -> Iterator[Place]:
    """A process that is called has a start event without a trigger, or none at all. Source: BPMN 2.0.2, 10.5.2."""
    triggered = {
        room.scope.id
        for room in subject.rooms
        if room.outer is None and room.starts and all(start.definitions for start in room.starts)
    }
    for activity in subject.activities:
        if activity.kind is Kind.CALL_ACTIVITY and activity.called in triggered:
            yield at(activity, node=activity.id, process=activity.called)


@rule(
    "called-drawing",
    mark("{node} calls {process}, which the file does not say is executable."),
    mark('Set isExecutable="true" on {process}, or call another process.'),
)
def called_drawing(subject: Subject) -> Iterator[Place]:
    """A process of the file that is called is executable. Source: BPMN 2.0.2, table 10.1, isExecutable."""
    drawings = {process.id for process in subject.model.processes if not process.executable}
    if not subject.model.executables:
        return
    for activity in subject.activities:
        if activity.kind is Kind.CALL_ACTIVITY and activity.called in drawings:
            yield at(activity, node=activity.id, process=activity.called)


@rule(
    "ad-hoc-empty",
    mark("The ad-hoc sub-process {node} has no activity."),
    mark("Draw the activities that may be done in it."),
)
def ad_hoc_empty(subject: Subject) -> Iterator[Place]:
    """An ad-hoc sub-process holds activities. Source: BPMN 2.0.2, 10.3.5."""
    for room in subject.rooms:
        if room.is_ad_hoc and not any(isinstance(node, Activity) for node in room.nodes):
            yield at(room.scope, node=room.scope.id)


@rule(
    "ad-hoc-event",
    mark("The {kind} {node} stands in the ad-hoc sub-process {scope}, which has neither beginning nor end."),
    mark("Remove it: activities that no flow leads to can be done from the beginning."),
)
def ad_hoc_event(subject: Subject) -> Iterator[Place]:
    """In an ad-hoc sub-process there are no start and no end events. Source: BPMN 2.0.2, 10.3.5."""
    for room in subject.rooms:
        if room.is_ad_hoc:
            for node in room.nodes:
                if isinstance(node, Event) and node.kind in (Kind.START_EVENT, Kind.END_EVENT):
                    yield at(node, kind=node.kind.value, node=node.id, scope=room.scope.id)


@rule(
    "resource-form",
    mark("{role} names a resource and an expression to find one."),
    mark("Keep the one or the other."),
)
def resource_form(subject: Subject) -> Iterator[Place]:
    """Who does an activity is named, or found by an expression, not both. Source: BPMN 2.0.2, table 10.5."""
    roles = [role for activity in subject.activities for role in activity.resources]
    roles += [role for process in subject.processes for role in process.resources]
    for role in roles:
        if role.resource and role.expression:
            yield at(role, role=role.name or role.kind)


@rule(
    "event-sub-process-loop",
    mark("The event sub-process {node} has a loop; it is begun by its event, as often as that happens."),
    mark("Remove the loop characteristics."),
)
def event_sub_process_loop(subject: Subject) -> Iterator[Place]:
    """An event sub-process is not repeated by itself. Source: BPMN 2.0.2, 10.3.5."""
    for activity in subject.activities:
        if isinstance(activity, SubProcess) and activity.by_event and activity.loop:
            yield at(activity, activity.loop.line, node=activity.id)
