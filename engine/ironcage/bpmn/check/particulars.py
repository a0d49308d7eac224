"""Rules about what a single event or activity says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Activity, TimerDefinition
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject

_BY_PEOPLE = (Kind.USER_TASK, Kind.MANUAL_TASK)
_INSTANT = (Kind.TASK, Kind.BUSINESS_RULE_TASK)


@rule(
    "boundary-host",
    mark("The event is on the boundary of {host}, which is not an activity."),
    mark("Move it to the boundary of a task."),
)
def boundary_host(subject: Subject) -> Iterator[Place]:
    """A boundary event is on the boundary of an activity. Source: BPMN 2.0.2, table 10.91."""
    for event, host in zip(subject.process.nodes, subject.wiring.hosts, strict=True):
        if host is not None and not isinstance(subject.process.nodes[host], Activity):
            yield at(event, host=subject.process.nodes[host].id)


@rule(
    "boundary-instant",
    mark("The timer is on the boundary of {host}, which is done in the instant it begins: it could never fire."),
    mark("Move it to a task that waits, or remove it."),
)
def boundary_instant(subject: Subject) -> Iterator[Place]:
    """A timer is on the boundary of an activity that waits for somebody."""
    for event, host in zip(subject.process.nodes, subject.wiring.hosts, strict=True):
        if host is not None and subject.process.nodes[host].kind in _INSTANT:
            yield at(event, host=subject.process.nodes[host].id)


@rule(
    "timer-form",
    mark("The timer {node} says neither or both of a date and a duration."),
    mark("Give it one <timeDate> or one <timeDuration>."),
)
def timer_form(subject: Subject) -> Iterator[Place]:
    """A timer has a date or a duration, not both. Source: BPMN 2.0.2, table 10.101."""
    for event in subject.events:
        for definition in event.definitions:
            if isinstance(definition, TimerDefinition) and (not definition.date) == (not definition.duration):
                yield at(event, definition.line, node=event.id)


@rule(
    "deadline-form",
    mark("The deadline says neither or both of at and within."),
    mark("Give it an instant in at, or a duration in within."),
)
def deadline_form(subject: Subject) -> Iterator[Place]:
    """A deadline is an instant or a duration, not both."""
    for owner, deadline in subject.deadlines:
        if (not deadline.at) == (not deadline.within):
            yield at(owner, deadline.line)


@rule(
    "assignment-form",
    mark("The assignment names no role, no unit and no actor."),
    mark("Name one, or remove it."),
)
def assignment_form(subject: Subject) -> Iterator[Place]:
    """An assignment says whom the work is offered to."""
    for activity in subject.activities:
        said = activity.assignment
        if said and not (said.role or said.unit or said.actor):
            yield at(activity, said.line)


@rule(
    "unknown-decision",
    mark("There is no decision {decision} in the tables of the process."),
    mark("Correct the id, or name the DMN file in process.toml, under decisions."),
)
def unknown_decision(subject: Subject) -> Iterator[Place]:
    """A business rule task asks a decision there is. Source: BPMN 2.0.2, 10.3.3."""
    for activity in subject.activities:
        asked = activity.decision
        if asked and asked.decision and asked.decision not in subject.decisions:
            yield at(activity, asked.line, decision=asked.decision)


@rule(
    "separation-target",
    mark("The work cannot be separated from {other}: it is not another task that people do."),
    mark("Name a user task or a manual task other than this one."),
)
def separation_target(subject: Subject) -> Iterator[Place]:
    """Duties are separated from those of another task that people do."""
    for activity in subject.activities:
        for separation in activity.separations:
            index = subject.wiring.index.get(separation.other)
            if index is None:
                continue
            other = subject.process.nodes[index]
            if other is activity or other.kind not in _BY_PEOPLE:
                yield at(activity, separation.line, other=other.id)


@rule(
    "variable-name",
    mark("{variable!r} is not the name of a variable."),
    mark("Begin it with a letter or _, and go on with letters, digits and _."),
)
def variable_name(subject: Subject) -> Iterator[Place]:
    """What is kept under a name can be asked for by this name. Source: DMN 1.5, 10.3.1.4."""
    for activity in subject.activities:
        said = [(setting.variable, setting.line) for setting in activity.settings]
        asked = (activity.decision, activity.service)
        said += [(each.result, each.line) for each in asked if each and each.result]
        for variable, line in said:
            if variable and not variable.isidentifier():
                yield at(activity, line, variable=variable[:80])


@rule(
    "label-twice",
    mark("The element has two names in the language {lang}."),
    mark("Keep one."),
)
def label_twice(subject: Subject) -> Iterator[Place]:
    """An element has one name in a language."""
    pools = [pool for collaboration in subject.model.collaborations for pool in collaboration.participants]
    process = subject.process
    for element in (*pools, process, *process.all_lanes(), *process.nodes, *process.flows):
        seen: set[str] = set()
        for label in element.labels:
            if label.lang in seen:
                yield at(element, label.line, lang=label.lang)
            seen.add(label.lang)
