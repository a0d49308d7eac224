"""Event definitions: every kind at every position, in the order of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)

from ironcage.spiff.normal import original
from ironcage.spiff.parsing.specs import CompensateEventDefinition, LinkEventDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINITION = "EventDefinition"
_REFERENCE = full_tag("eventDefinitionRef")
_TIMERS = {
    full_tag("timeDate"): TimeDateEventDefinition,
    full_tag("timeDuration"): DurationTimerEventDefinition,
    full_tag("timeCycle"): CycleTimerEventDefinition,
}


class DefinitionParser(EventDefinitionParser):
    """Reads event definitions, each from its own element.

    The stock parsers ask for some kinds at some positions, in the order of the kinds, and look anywhere below the event
    for what one definition says.
    """

    def definitions_in(self, element: etree._Element) -> list[Any]:
        """Return the event definitions that stand in *element* or are referred to there."""
        return list(self._definitions(element))

    def definition_of(self, reference: str) -> Any:
        """Return the event definition with the id *reference*, which is read once for all who refer to it."""
        root = self.process_parser.parser.root
        found = root.definitions.get(reference)
        if found is None:
            raise self._refused(f"there is no event definition {original(reference)}")
        if etree.iselement(found):
            found = root.definitions[reference] = self._definition(found)
        return found

    def _definitions(self, element: etree._Element) -> Iterator[Any]:
        for child in element:
            if child.tag == _REFERENCE:
                yield self.definition_of(child.text or "")
            elif str(child.tag).endswith(_DEFINITION):
                yield self._definition(child)

    def _definition(self, element: etree._Element) -> Any:
        name = etree.QName(element).localname.removesuffix(_DEFINITION)
        parse = getattr(self, f"parse_{name}_event", None)
        if element.tag != full_tag(name + _DEFINITION) or parse is None:
            raise self._refused(f"{name}{_DEFINITION} is not known")
        return parse(element)

    def parse_timer_event(self, event: etree._Element) -> Any:
        """Return the definition by what stands in *event* itself."""
        said = next((child for child in event if child.tag in _TIMERS), None)
        if said is None:
            raise self._refused("a timer says no time")
        return _TIMERS[said.tag]("", said.text or "")

    def parse_conditional_event(self, event: etree._Element) -> Any:
        """Return the definition by what stands in *event* itself."""
        condition = event.findtext(full_tag("condition"))
        if condition is None:
            raise self._refused("a conditional event has no condition")
        return ConditionalEventDefinition(condition)

    def parse_message_event(self, message_event: etree._Element) -> Any:
        """Return the definition; without a reference the stock parser would make up a message."""
        reference = message_event.get("messageRef")
        name = self._found(reference, self.process_parser.parser.messages) or _id_of(reference)
        definition = MessageEventDefinition(name or "", self.get_message_correlations(reference))
        definition.reference = reference
        return definition

    def parse_signal_event(self, signal_event: etree._Element) -> Any:
        """Return the definition; without a reference the stock parser would make up a signal."""
        reference = signal_event.get("signalRef")
        name = self._found(reference, self.process_parser.parser.signals) or _id_of(reference)
        return SignalEventDefinition(name or "")

    def parse_error_event(self, error_event: etree._Element) -> Any:
        """Return the definition."""
        reference = error_event.get("errorRef")
        error = self._found(reference, self.process_parser.parser.errors) or {}
        return ErrorEventDefinition(error.get("name"), error.get("error_code") or _id_of(reference))

    def parse_escalation_event(self, escalation_event: etree._Element) -> Any:
        """Return the definition."""
        reference = escalation_event.get("escalationRef")
        escalation = self._found(reference, self.process_parser.parser.escalations) or {}
        return EscalationEventDefinition(escalation.get("name"), escalation.get("escalation_code") or _id_of(reference))

    def _refused(self, reason: str) -> ValidationException:
        return ValidationException(reason, node=self.node)

    def _found(self, reference: str | None, among: dict[str, Any]) -> Any:
        """Return what *reference* leads to; the stock parser's own error for one that leads nowhere is a crash."""
        if reference is not None and reference not in among:
            raise self._refused(f"{original(reference)} is nowhere in the file")
        return None if reference is None else among[reference]

    def parse_compensate_event(self, event: etree._Element) -> CompensateEventDefinition:
        """Return the definition."""
        return CompensateEventDefinition(event.get("activityRef"), event.get("waitForCompletion", "true") == "true")

    def parse_link_event(self, event: etree._Element) -> LinkEventDefinition:
        """Return the definition."""
        return LinkEventDefinition(event.get("name", ""))


def _id_of(reference: str | None) -> str | None:
    return original(reference) if reference else None
