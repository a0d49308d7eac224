"""Loops and many instances: SpiffWorkflow's specs of them, read without what its parser demands beyond the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference
from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StandardLoopTask,
)

from ironcage.spiff.parsing.definitions import DefinitionParser
from ironcage.spiff.parsing.extending import extensions_of
from ironcage.spiff.parsing.specs import Behavior, ComplexBehavior

if TYPE_CHECKING:
    from lxml import etree

_STANDARD_LOOP = full_tag("standardLoopCharacteristics")
_MULTI_INSTANCE = full_tag("multiInstanceLoopCharacteristics")


def loop_of(parser: Any) -> Any:
    """Return the spec of how often the activity of *parser* is done; None for once.

    It bears the name of the activity with `` [loop]``, which no id of a model has while SpiffWorkflow holds it.
    """
    standard = parser.node.find(_STANDARD_LOOP)
    if standard is not None:
        return _standard_loop(parser, standard)
    many = parser.node.find(_MULTI_INSTANCE)
    return None if many is None else _many(parser, many)


def _standard_loop(parser: Any, element: etree._Element) -> StandardLoopTask:
    maximum = element.get("loopMaximum")
    return StandardLoopTask(
        parser.spec,
        _name(parser),
        parser.bpmn_id,
        None if maximum is None else int(maximum),
        element.findtext(full_tag("loopCondition")),
        element.get("testBefore") == "true",
    )


def _many(parser: Any, element: etree._Element) -> Any:
    spec_class = SequentialMultiInstanceTask if element.get("isSequential") == "true" else ParallelMultiInstanceTask
    spec = spec_class(
        parser.spec,
        _name(parser),
        parser.bpmn_id,
        cardinality=element.findtext(full_tag("loopCardinality")),
        data_input=_reference(element, "loopDataInputRef"),
        data_output=_reference(element, "loopDataOutputRef"),
        input_item=_item(parser, element, "inputDataItem"),
        output_item=_item(parser, element, "outputDataItem"),
        condition=element.findtext(full_tag("completionCondition")),
    )
    spec.extensions = extensions_of(element)
    spec.behavior = _behavior(parser, element)
    return spec


def _name(parser: Any) -> str:
    return f"{parser.bpmn_id} [loop]"


def _reference(element: etree._Element, name: str) -> TaskDataReference | None:
    reference = element.findtext(full_tag(name))
    return None if reference is None else TaskDataReference(reference)


def _item(parser: Any, element: etree._Element, name: str) -> TaskDataReference | None:
    item = element.find(full_tag(name))
    return None if item is None else parser.create_data_spec(item, TaskDataReference)


def _behavior(parser: Any, element: etree._Element) -> Behavior:
    name = element.get("behavior", "All").strip()
    definitions = DefinitionParser(parser.process_parser, None, parser.node)
    thrown = None
    if name in {"None", "One"}:
        reference = element.get(f"{name.lower()}BehaviorEventRef")
        thrown = None if reference is None else definitions.definition_of(reference)
    found = element.iterfind(full_tag("complexBehaviorDefinition")) if name == "Complex" else ()
    return Behavior(name, thrown, tuple(_complex(definitions, each) for each in found))


def _complex(definitions: DefinitionParser, element: etree._Element) -> ComplexBehavior:
    event = element.find(full_tag("event"))
    thrown = [] if event is None else definitions.definitions_in(event)
    if len(thrown) != 1:
        raise ValueError("a complex behavior throws one event")
    return ComplexBehavior(element.findtext(full_tag("condition")) or "", thrown[0])
