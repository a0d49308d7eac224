"""Rules about what a single event or activity says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Activity, Lane, MultiInstance, TimerDefinition
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import Element

_BY_PEOPLE = (Kind.USER_TASK, Kind.MANUAL_TASK)
_INSTANT = (Kind.TASK, Kind.BUSINESS_RULE_TASK)


@rule(
    "boundary-instant",
    mark("The event is on the boundary of {host}, which is done in the instant it begins: it can never happen."),
    mark("Move it to a task that waits, or remove it."),
    Level.WARNING,
)
def boundary_instant(subject: Subject) -> Iterator[Place]:
    """What is on the boundary of an activity has time to happen; a compensation needs none."""
    for room, index, event in subject.nodes:
        host = room.hosts[index]
        node = None if host is None else room.nodes[host]
        if isinstance(node, Activity) and node.kind in _INSTANT and not node.loop and not room.compensates(event):
            yield at(event, host=node.id)


@rule(
    "timer-form",
    mark("The timer {node} says {count} of a date, a duration and a cycle; it needs one."),
    mark("Give it one <timeDate>, one <timeDuration> or one <timeCycle>."),
)
def timer_form(subject: Subject) -> Iterator[Place]:
    """A timer has a date, a duration or a cycle, and only one of them. Source: BPMN 2.0.2, table 10.101."""
    for owner, definition in subject.definitions:
        if isinstance(definition, TimerDefinition):
            said = [each for each in (definition.date, definition.duration, definition.cycle) if each]
            if len(said) != 1:
                yield at(owner, definition.line, node=owner.id or definition.id, count=len(said))


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
    known = {node.id: node for _, _, node in reversed(subject.nodes)}
    for activity in subject.activities:
        for separation in activity.separations:
            other = known.get(separation.other)
            if other is not None and (other is activity or other.kind not in _BY_PEOPLE):
                yield at(activity, separation.line, other=other.id)


@rule(
    "variable-name",
    mark("{variable!r} is not the name of a variable."),
    mark("Begin it with a letter or _, and go on with letters, digits and _."),
)
def variable_name(subject: Subject) -> Iterator[Place]:
    """What is kept under a name can be asked for by this name. Source: DMN 1.5, 10.3.1.4."""
    for owner, variable, line in _kept(subject):
        if variable and not variable.isidentifier():
            yield at(owner, line, variable=variable[:80])


def _kept(subject: Subject) -> Iterator[tuple[Element, str, int]]:
    """Yield the names of variables that the model makes up, with who does so, and where."""
    for _, _, node in subject.nodes:
        for setting in node.inputs + node.outputs:
            yield node, setting.variable, setting.line
        if node.payload:
            yield node, node.payload, node.line
    for activity in subject.activities:
        for setting in activity.settings:
            yield activity, setting.variable, setting.line
        for asked in (activity.decision, activity.service):
            if asked and asked.result:
                yield activity, asked.result, asked.line
        if activity.script and activity.script.result:
            yield activity, activity.script.result, activity.script.line
        gathered = activity.loop.collections if isinstance(activity.loop, MultiInstance) else None
        if gathered:
            yield from ((activity, name, gathered.line) for name in (gathered.item, gathered.output))


@rule(
    "label-twice",
    mark("The element has two names in the language {lang}."),
    mark("Keep one."),
)
def label_twice(subject: Subject) -> Iterator[Place]:
    """An element has one name in a language."""
    for element in _named(subject):
        seen: set[str] = set()
        for label in element.labels:
            if label.lang in seen:
                yield at(element, label.line, lang=label.lang)
            seen.add(label.lang)


def _named(subject: Subject) -> Iterator[Element]:
    for collaboration in subject.model.collaborations:
        yield from collaboration.participants
    yield from subject.processes
    for room in subject.rooms:
        yield from (element for lane in room.scope.of(Lane) for element in lane.walk())
        yield from room.nodes
        yield from room.flows
