"""Rules about which event definitions may stand where. Source: BPMN 2.0.2, 10.5 and table 10.93."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Activity,
    CancelDefinition,
    CompensateDefinition,
    ConditionalDefinition,
    DefinitionReference,
    ErrorDefinition,
    EscalationDefinition,
    Event,
    LinkDefinition,
    MessageDefinition,
    MultiInstance,
    SignalDefinition,
    SubProcess,
    TerminateDefinition,
    TimerDefinition,
)
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import EventDefinition

_Kinds = frozenset[type["EventDefinition"]]

_WORDS: dict[type[EventDefinition], str] = {
    MessageDefinition: "message",
    TimerDefinition: "timer",
    SignalDefinition: "signal",
    ConditionalDefinition: "conditional",
    ErrorDefinition: "error",
    EscalationDefinition: "escalation",
    CompensateDefinition: "compensate",
    CancelDefinition: "cancel",
    LinkDefinition: "link",
    TerminateDefinition: "terminate",
}
_AWAITED: _Kinds = frozenset({MessageDefinition, TimerDefinition, SignalDefinition, ConditionalDefinition})
_HANDLED: _Kinds = frozenset({ErrorDefinition, EscalationDefinition, CompensateDefinition})
_THROWN: _Kinds = frozenset({MessageDefinition, SignalDefinition, EscalationDefinition, CompensateDefinition})
_ALLOWED: dict[Kind, _Kinds] = {
    Kind.START_EVENT: _AWAITED,
    Kind.INTERMEDIATE_CATCH_EVENT: _AWAITED | {LinkDefinition},
    Kind.INTERMEDIATE_THROW_EVENT: _THROWN | {LinkDefinition},
    Kind.BOUNDARY_EVENT: _AWAITED | _HANDLED | {CancelDefinition},
    Kind.END_EVENT: _THROWN | {ErrorDefinition, CancelDefinition, TerminateDefinition},
}
_ALWAYS_INTERRUPTING: _Kinds = frozenset({ErrorDefinition, CompensateDefinition, CancelDefinition})


def _allowed(room: Room, event: Event) -> _Kinds:
    """Return the definitions that *event* may have where it stands."""
    if event.kind is not Kind.START_EVENT or room.outer is None:
        return _ALLOWED[event.kind]
    return _AWAITED | _HANDLED if room.by_event else frozenset()


def _events(subject: Subject) -> Iterator[tuple[Room, Event, list[EventDefinition]]]:
    """Yield the events with what defines them; a reference has the line of the event's own element."""
    for room, _, node in subject.nodes:
        if isinstance(node, Event):
            yield room, node, subject.defined(node)


def _line(event: Event, definition: EventDefinition) -> int:
    """Return the line on which *event* says *definition*, or refers to it."""
    for each in event.definitions:
        if each is definition or (isinstance(each, DefinitionReference) and each.definition == definition.id):
            return each.line
    return event.line


@rule(
    "event-definition",
    mark("{node} is a {position} with the trigger {trigger}, which may not stand there; there may: {allowed}."),
    mark("Choose one of these, or move it to where its trigger belongs."),
)
def event_definition(subject: Subject) -> Iterator[Place]:
    """An event has a trigger that its position allows.

    A process begins without a trigger, by message, timer, signal or condition; an embedded sub-process without one; an
    event sub-process also by error, escalation or compensation. Source: BPMN 2.0.2, 10.5.2 to 10.5.4, tables 10.86 to
    10.93.
    """
    for room, event, definitions in _events(subject):
        allowed = _allowed(room, event)
        for definition in definitions:
            if type(definition) not in allowed:
                yield at(
                    event,
                    _line(event, definition),
                    node=event.id,
                    position=event.kind.value,
                    trigger=_WORDS[type(definition)],
                    allowed=", ".join(word for kind, word in _WORDS.items() if kind in allowed) or "-",
                )


@rule(
    "condition-start",
    mark("{node} begins a case on a condition, but before there is a case there is no data that could fulfil it."),
    mark("Let a message, a signal or a timer begin the case, or wait for the condition after the start event."),
)
def condition_start(subject: Subject) -> Iterator[Place]:
    """A process does not begin on a condition, which could ask only for what is outside of it.

    Source: BPMN 2.0.2, table 10.84.
    """
    for room, event, definitions in _events(subject):
        for definition in definitions:
            if isinstance(definition, ConditionalDefinition) and event.kind is Kind.START_EVENT and room.outer is None:
                yield at(event, _line(event, definition), node=event.id)


@rule(
    "parallel-start",
    mark(
        "{node} is to begin a case on all its {count} events together, and nothing says which of them belong together."
    ),
    mark("Begin the case after a parallel event-based gateway that instantiates, with an event each."),
)
def parallel_start(subject: Subject) -> Iterator[Place]:
    """A process does not begin on all of several events that no case gathers.

    Before there is a case, nothing holds what has happened already. A parallel event-based gateway that instantiates
    begins the case with the first of its events, and the case waits for the others. Source: BPMN 2.0.2, tables 10.84
    and 10.110.
    """
    for room, event, definitions in _events(subject):
        if event.parallel and len(definitions) > 1 and event.kind is Kind.START_EVENT and room.outer is None:
            yield at(event, node=event.id, count=len(definitions))


@rule(
    "event-undefined",
    mark("{node} is a {position} and does not say what it waits for."),
    mark("Give it a trigger: message, timer, signal or condition, where allowed also error, escalation, compensation."),
)
def event_undefined(subject: Subject) -> Iterator[Place]:
    """An event that catches says what: intermediate and boundary events, and starts of event sub-processes.

    Source: BPMN 2.0.2, 10.5.2 and 10.5.4, table 10.89.
    """
    for room, event, _ in _events(subject):
        catches = event.kind in (Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT)
        handles = event.kind is Kind.START_EVENT and room.by_event
        if (catches or handles) and not event.definitions:
            yield at(event, node=event.id, position=event.kind.value)


@rule(
    "event-must-interrupt",
    mark("{node} does not interrupt, but an event with the trigger {trigger} always does."),
    mark('Remove cancelActivity="false" or isInterrupting="false".'),
)
def event_must_interrupt(subject: Subject) -> Iterator[Place]:
    """An error, a compensation or a cancellation is caught by interrupting.

    Source: BPMN 2.0.2, tables 10.86 and 10.90.
    """
    for room, event, definitions in _events(subject):
        begins = event.kind is Kind.START_EVENT and room.by_event
        if event.interrupting or not (begins or event.kind is Kind.BOUNDARY_EVENT):
            continue
        for definition in definitions:
            if type(definition) in _ALWAYS_INTERRUPTING:
                yield at(event, node=event.id, trigger=_WORDS[type(definition)])
                break


@rule(
    "start-interrupts-nothing",
    mark("{node} does not interrupt, but begins no event sub-process, so there is nothing to interrupt."),
    mark("Remove isInterrupting."),
)
def start_interrupts_nothing(subject: Subject) -> Iterator[Place]:
    """Only the start of an event sub-process may be non-interrupting. Source: BPMN 2.0.2, table 10.84."""
    for room, event, _ in _events(subject):
        if event.kind is Kind.START_EVENT and not event.interrupting and not room.by_event:
            yield at(event, node=event.id)


@rule(
    "event-sub-process-start",
    mark("The event sub-process {scope} has {count} start events; it begins by one."),
    mark("Draw one start event in it that says by which event it begins."),
)
def event_sub_process_start(subject: Subject) -> Iterator[Place]:
    """An event sub-process has exactly one start event. Source: BPMN 2.0.2, 10.3.5."""
    for room in subject.rooms:
        if room.by_event and len(room.starts) != 1:
            yield at(room.scope, scope=room.scope.id, count=len(room.starts))


@rule(
    "link-with-others",
    mark("{node} has a link and other triggers."),
    mark("Give the link an event of its own."),
)
def link_with_others(subject: Subject) -> Iterator[Place]:
    """A link is the only trigger of its event. Source: BPMN 2.0.2, tables 10.89 and 10.93."""
    for _, event, definitions in _events(subject):
        if len(definitions) > 1 and any(isinstance(each, LinkDefinition) for each in definitions):
            yield at(event, node=event.id)


@rule(
    "boundary-host",
    mark("The event is on the boundary of {host}, which is not an activity that flows lead to."),
    mark("Move it to the boundary of a task, a call activity or a sub-process."),
)
def boundary_host(subject: Subject) -> Iterator[Place]:
    """A boundary event is on the boundary of an activity, not of an event sub-process.

    Source: BPMN 2.0.2, table 10.91.
    """
    for room, index, event in subject.nodes:
        host = room.hosts[index]
        if host is None:
            continue
        node = room.nodes[host]
        by_event = isinstance(node, SubProcess) and node.by_event
        if by_event or not isinstance(node, Activity):
            yield at(event, host=node.id)


@rule(
    "boundary-outside",
    mark("The event is on the boundary of {host}, which is in another process or sub-process."),
    mark("Move it to where {host} is."),
)
def boundary_outside(subject: Subject) -> Iterator[Place]:
    """A boundary event stands beside the activity on whose boundary it is. Source: BPMN 2.0.2, 10.5.4."""
    everywhere = {activity.id for activity in subject.activities}
    for room, index, event in subject.nodes:
        if isinstance(event, Event) and room.hosts[index] is None and event.attached_to in everywhere - {""}:
            yield at(event, host=event.attached_to)


@rule(
    "cancel-outside-transaction",
    mark("{node} cancels a transaction, and {place} is none."),
    mark("Make it a <transaction>, or use an error in place of the cancellation."),
)
def cancel_outside_transaction(subject: Subject) -> Iterator[Place]:
    """A cancel end event is in a transaction, a cancel boundary event on one.

    Source: BPMN 2.0.2, tables 10.88 and 10.90.
    """
    for room, index, event in subject.nodes:
        if not isinstance(event, Event) or not any(isinstance(d, CancelDefinition) for d in subject.defined(event)):
            continue
        host = room.hosts[index]
        place = room.scope if host is None else room.nodes[host]
        is_transaction = isinstance(place, SubProcess) and place.kind is Kind.TRANSACTION
        if event.kind in (Kind.END_EVENT, Kind.BOUNDARY_EVENT) and not is_transaction:
            yield at(event, node=event.id, place=place.id)


@rule(
    "behavior-event",
    mark("The event that {node} throws when an instance completes has the trigger {trigger}; there may be: {allowed}."),
    mark("Let it throw a signal, a message or an escalation, which an event on the boundary can catch."),
)
def behavior_event(subject: Subject) -> Iterator[Place]:
    """What a multi-instance activity throws as its instances complete can be thrown.

    Source: BPMN 2.0.2, table 10.29.
    """
    roots = {each.id: each for each in subject.model.definitions}
    for activity in subject.activities:
        loop = activity.loop
        if not isinstance(loop, MultiInstance):
            continue
        named = (roots.get(name) for name in (loop.one_event, loop.none_event))
        thrown = [each for each in named if each] + [each for said in loop.complex for each in said.definitions]
        for definition in thrown:
            if not isinstance(definition, DefinitionReference) and type(definition) not in _THROWN:
                yield at(
                    activity,
                    definition.line,
                    node=activity.id,
                    trigger=_WORDS[type(definition)],
                    allowed=", ".join(word for kind, word in _WORDS.items() if kind in _THROWN),
                )
