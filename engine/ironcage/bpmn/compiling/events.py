"""From event definitions as written to those of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn import model
from ironcage.bpmn.compiling.correlation import message
from ironcage.bpmn.compiling.source import named
from ironcage.program import (
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    Kind,
    Link,
    Signal,
    Terminate,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.bpmn.compiling.source import Source
    from ironcage.program import EventDefinition

_MESSAGE_TASKS = frozenset({Kind.SEND_TASK, Kind.RECEIVE_TASK})


def events(source: Source, node: model.FlowNode) -> tuple[EventDefinition, ...]:
    """Return what *node* waits for or throws."""
    if isinstance(node, model.Event):
        if node.service is not None:
            return ()  # the service sends what the event throws
        return events_of(source, node, node.definitions)
    if isinstance(node, model.Activity) and node.kind in _MESSAGE_TASKS and node.message:
        return (message(source, node, node.message),)
    return ()


def events_of(
    source: Source, node: model.FlowNode, definitions: Iterable[model.EventDefinition]
) -> tuple[EventDefinition, ...]:
    """Return *definitions*, which *node* gives, those it refers to in their place."""
    return tuple(event(source, node, _referred(source, each)) for each in definitions)


def _referred(source: Source, definition: model.EventDefinition) -> model.EventDefinition:
    if isinstance(definition, model.DefinitionReference):
        return source.definitions[definition.definition]
    return definition


def event(source: Source, node: model.FlowNode, said: model.EventDefinition) -> EventDefinition:
    """Return one event definition of *node*."""
    match said:
        case model.TimerDefinition():
            return _timer(source, said)
        case model.MessageDefinition():
            return message(source, node, said.message)
        case model.SignalDefinition():
            return Signal(named(source.signals.get(said.signal), said.signal))
        case model.ErrorDefinition():
            error = source.errors.get(said.error)
            return Error((error.code if error else "") or said.error or None)
        case model.EscalationDefinition():
            escalation = source.escalations.get(said.escalation)
            return Escalation((escalation.code if escalation else "") or said.escalation or None)
        case model.ConditionalDefinition():
            assert said.condition is not None, "the grammar demands a condition"
            return Conditional(source.expression(said.condition))
        case model.LinkDefinition():
            return Link(said.name)
        case model.CompensateDefinition():
            return Compensation(source.index[said.activity] if said.activity else None, said.wait)
        case model.CancelDefinition():
            return Cancel()
        case _:
            assert isinstance(said, model.TerminateDefinition), "references have been followed"
            return Terminate()


def _timer(source: Source, said: model.TimerDefinition) -> Timer:
    if said.cycle:
        return Timer(TimerKind.CYCLE, source.cycle(said.cycle))
    kind = TimerKind.DATE if said.date else TimerKind.DURATION
    moment = source.moment(said.date or said.duration)
    assert moment is not None, "check refuses a timer that says nothing"
    return Timer(kind, moment)
