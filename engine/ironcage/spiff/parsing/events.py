"""Events, and the tasks and gateways that have events."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    SendTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from ironcage.spiff.parsing.definitions import DefinitionParser
from ironcage.spiff.parsing.keeping import Keeping


class _Event(Keeping):
    def get_event_definition(self, _xpaths: object) -> Any:
        definitions = DefinitionParser(self.process_parser, None, self.node).definitions_in(self.node)
        if not definitions:
            return NoneEventDefinition()
        if len(definitions) == 1:
            return definitions[0]
        return MultipleEventDefinition(definitions, self.node.get("parallelMultiple") == "true")


class StartEvent(_Event, StartEventParser):
    """A start event."""


class EndEvent(_Event, EndEventParser):
    """An end event."""


class IntermediateCatchEvent(_Event, IntermediateCatchEventParser):
    """An intermediate catch event."""


class IntermediateThrowEvent(_Event, IntermediateThrowEventParser):
    """An intermediate throw event."""


class BoundaryEvent(_Event, BoundaryEventParser):
    """A boundary event."""


class EventBasedGateway(Keeping, EventBasedGatewayParser):
    """An event-based gateway."""


class _MessageTask(Keeping):
    """A task with a message; the stock parser would take one from anywhere below the task, too."""

    def create_task(self) -> Any:
        definition = NoneEventDefinition()
        if self.node.get("messageRef") is not None:
            definition = DefinitionParser(self.process_parser, None, self.node).parse_message_event(self.node)
        return self.spec_class(self.spec, self.bpmn_id, event_definition=definition, **self.bpmn_attributes)


class SendTask(_MessageTask, SendTaskParser):
    """A send task."""


class ReceiveTask(_MessageTask, ReceiveTaskParser):
    """A receive task."""
