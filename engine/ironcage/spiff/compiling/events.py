"""From SpiffWorkflow's event definitions to the program's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    CancelEventDefinition,
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent

from ironcage.program import (
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    EventDefinition,
    Link,
    Signal,
    Terminate,
    Timer,
    TimerKind,
)
from ironcage.spiff.compiling.correlation import message
from ironcage.spiff.parsing.specs import CompensateEventDefinition, LinkEventDefinition

if TYPE_CHECKING:
    from ironcage.spiff.compiling.reading import Reading

_TIMERS: dict[type, TimerKind] = {
    TimeDateEventDefinition: TimerKind.DATE,
    DurationTimerEventDefinition: TimerKind.DURATION,
}


def events(reading: Reading, element: Any) -> tuple[EventDefinition, ...]:
    """Return what *element* waits for or throws."""
    read = getattr(element, "event_definition", None)
    if read is None or isinstance(read, NoneEventDefinition):
        return ()
    several = read.event_definitions if isinstance(read, MultipleEventDefinition) else [read]
    return tuple(event(reading, each, element) for each in several)


def event(reading: Reading, definition: Any, element: Any) -> EventDefinition:
    """Return one event definition of *element*; one that several refer to is compiled once."""
    if isinstance(definition, MessageEventDefinition):
        return message(reading, definition, element, isinstance(element, ThrowingEvent))
    known = reading.events.get(id(definition))
    if known is None:
        known = reading.events[id(definition)] = _event(reading, definition, element)
    return known


def _event(reading: Reading, definition: Any, element: Any) -> EventDefinition:
    match definition:
        case CycleTimerEventDefinition():
            return Timer(TimerKind.CYCLE, reading.cycle(definition.expression))
        case TimeDateEventDefinition() | DurationTimerEventDefinition():
            return Timer(_TIMERS[type(definition)], reading.timer(definition.expression))
        case SignalEventDefinition():
            return Signal(definition.name)
        case ErrorEventDefinition():
            return Error(definition.code)
        case EscalationEventDefinition():
            return Escalation(definition.code)
        case ConditionalEventDefinition():
            return Conditional(reading.expression(definition.expression))
        case LinkEventDefinition():
            return Link(definition.name)
        case CompensateEventDefinition():
            activity = definition.activity
            return Compensation(None if activity is None else reading.index(activity, element), definition.wait)
        case CancelEventDefinition():
            return Cancel()
        case TerminateEventDefinition():
            return Terminate()
    raise reading.refused(element, element.description)
