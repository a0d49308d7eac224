"""Rules about what the trigger of an event says: messages, signals, errors, escalations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import (
    Error,
    ErrorDefinition,
    Escalation,
    EscalationDefinition,
    Event,
    Interface,
    MessageDefinition,
    Signal,
    SignalDefinition,
)
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import EventDefinition

_OF_MESSAGES = (Kind.SEND_TASK, Kind.RECEIVE_TASK)


@rule(
    "message-missing",
    mark("{node} does not say which message."),
    mark("Name a message of the file with messageRef."),
)
def message_missing(subject: Subject) -> Iterator[Place]:
    """A message event, a receive task and a send task that calls no service name a message.

    Source: BPMN 2.0.2, tables 10.9, 10.10 and 10.96.
    """
    for owner, definition in subject.definitions:
        is_sent_by_service = isinstance(owner, Event) and owner.service is not None
        if isinstance(definition, MessageDefinition) and not definition.message and not is_sent_by_service:
            yield at(owner, definition.line, node=owner.id or definition.id)
    for activity in subject.activities:
        if activity.kind in _OF_MESSAGES and not activity.message and not activity.service:
            yield at(activity, node=activity.id)


@rule(
    "message-operation",
    mark("{node} names no operation for its message, as the standard asks of executable processes; we need none."),
    mark("Nothing has to be done; for other engines, name an operation with operationRef."),
    Level.ADVICE,
)
def message_operation(subject: Subject) -> Iterator[Place]:
    """The message of an event belongs to an operation, where the file speaks of operations.

    The standard asks every executable process for one. Hardly a tool writes any, and nothing of what a case does
    depends on it, so a file without interfaces is not told. Source: BPMN 2.0.2, table 10.96, operationRef.
    """
    if not subject.model.of(Interface):
        return
    for owner, definition in subject.definitions:
        if isinstance(definition, MessageDefinition) and definition.message and not definition.operation:
            yield at(owner, definition.line, node=owner.id or definition.id)


@rule("signal-missing", mark("{node} does not say which signal."), mark("Name a signal of the file with signalRef."))
def signal_missing(subject: Subject) -> Iterator[Place]:
    """A signal event names a signal. Source: BPMN 2.0.2, table 10.100."""
    for owner, definition in subject.definitions:
        if isinstance(definition, SignalDefinition) and not definition.signal:
            yield at(owner, definition.line, node=owner.id or definition.id)


@rule(
    "signal-unnamed",
    mark("The signal {signal} has no name, so nothing can tell it from others."),
    mark("Give it a name."),
)
def signal_unnamed(subject: Subject) -> Iterator[Place]:
    """A signal has a name, by which those who throw and those who wait find each other.

    Source: BPMN 2.0.2, table 10.100.
    """
    for signal in subject.model.of(Signal):
        if not signal.name:
            yield at(signal, signal=signal.id)


@rule(
    "error-code",
    mark("{node} throws an error without a code, so nothing can tell it from others."),
    mark("Name an error of the file with errorRef, and give the error an errorCode."),
)
def error_code(subject: Subject) -> Iterator[Place]:
    """An error that is thrown has a code. Source: BPMN 2.0.2, tables 8.42 and 10.88."""
    uncoded = {"", *(error.id for error in subject.model.of(Error) if not error.code)}
    for owner, definition in _thrown(subject):
        if isinstance(definition, ErrorDefinition) and definition.error in uncoded:
            yield at(owner, definition.line, node=owner.id)


@rule(
    "escalation-code",
    mark("{node} throws an escalation without a code, so nothing can tell it from others."),
    mark("Name an escalation of the file with escalationRef, and give the escalation an escalationCode."),
)
def escalation_code(subject: Subject) -> Iterator[Place]:
    """An escalation that is thrown has a code. Source: BPMN 2.0.2, tables 8.43, 10.88 and 10.89."""
    uncoded = {"", *(escalation.id for escalation in subject.model.of(Escalation) if not escalation.code)}
    for owner, definition in _thrown(subject):
        if isinstance(definition, EscalationDefinition) and definition.escalation in uncoded:
            yield at(owner, definition.line, node=owner.id)


def _thrown(subject: Subject) -> Iterator[tuple[Event, EventDefinition]]:
    for event in subject.events:
        if event.kind in (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT):
            yield from ((event, definition) for definition in subject.defined(event))
