"""Reads event definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import xml
from ironcage.bpmn.model import (
    CancelDefinition,
    CompensateDefinition,
    ConditionalDefinition,
    DefinitionReference,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    SignalDefinition,
    TerminateDefinition,
    TimerDefinition,
)
from ironcage.bpmn.names import full
from ironcage.bpmn.written.pieces import (
    attribute,
    child,
    formula,
    is_true,
    local,
    named,
    reference,
    references,
    text_of,
)
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

    from ironcage.bpmn.model import EventDefinition


def definitions(element: _Element) -> tuple[EventDefinition, ...]:
    """Return the event definitions that stand in *element*, references to others included, in document order."""
    return tuple(_READERS[each.tag](each) for each in xml.elements(element) if each.tag in _READERS)


def _timer(element: _Element) -> EventDefinition:
    return TimerDefinition(
        id=attribute(element, "id"),
        line=line_of(element),
        date=formula(child(element, "bpmn:timeDate")),
        duration=formula(child(element, "bpmn:timeDuration")),
        cycle=formula(child(element, "bpmn:timeCycle")),
    )


def _message(element: _Element) -> EventDefinition:
    return MessageDefinition(
        id=attribute(element, "id"),
        line=line_of(element),
        message=reference(element, "messageRef"),
        operation=named(element, "bpmn:operationRef"),
    )


def _signal(element: _Element) -> EventDefinition:
    return SignalDefinition(id=attribute(element, "id"), line=line_of(element), signal=reference(element, "signalRef"))


def _error(element: _Element) -> EventDefinition:
    return ErrorDefinition(id=attribute(element, "id"), line=line_of(element), error=reference(element, "errorRef"))


def _escalation(element: _Element) -> EventDefinition:
    return EscalationDefinition(
        id=attribute(element, "id"), line=line_of(element), escalation=reference(element, "escalationRef")
    )


def _conditional(element: _Element) -> EventDefinition:
    return ConditionalDefinition(
        id=attribute(element, "id"), line=line_of(element), condition=formula(child(element, "bpmn:condition"))
    )


def _link(element: _Element) -> EventDefinition:
    return LinkDefinition(
        id=attribute(element, "id"),
        line=line_of(element),
        name=element.get("name") or "",
        sources=references(element, "bpmn:source"),
        targets=references(element, "bpmn:target"),
    )


def _compensate(element: _Element) -> EventDefinition:
    return CompensateDefinition(
        id=attribute(element, "id"),
        line=line_of(element),
        activity=reference(element, "activityRef"),
        wait=is_true(element, "waitForCompletion", otherwise=True),
    )


def _cancel(element: _Element) -> EventDefinition:
    return CancelDefinition(id=attribute(element, "id"), line=line_of(element))


def _terminate(element: _Element) -> EventDefinition:
    return TerminateDefinition(id=attribute(element, "id"), line=line_of(element))


def _reference(element: _Element) -> EventDefinition:
    return DefinitionReference(line=line_of(element), definition=local(element, text_of(element)))


_READERS: dict[str, Callable[[_Element], EventDefinition]] = {
    full(f"bpmn:{name}"): reader
    for name, reader in {
        "timerEventDefinition": _timer,
        "messageEventDefinition": _message,
        "signalEventDefinition": _signal,
        "errorEventDefinition": _error,
        "escalationEventDefinition": _escalation,
        "conditionalEventDefinition": _conditional,
        "linkEventDefinition": _link,
        "compensateEventDefinition": _compensate,
        "cancelEventDefinition": _cancel,
        "terminateEventDefinition": _terminate,
        "eventDefinitionRef": _reference,
    }.items()
}
