"""Loops and many instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.defaults import SequentialMultiInstanceTask, StandardLoopTask

from ironcage import feel
from ironcage.program import Behavior, ComplexBehavior, MultiInstance, StandardLoop
from ironcage.spiff.compiling.data import value
from ironcage.spiff.compiling.events import event

if TYPE_CHECKING:
    from ironcage.feel import Expression
    from ironcage.spiff.compiling.reading import Reading
    from ironcage.spiff.parsing.extending import Extension


def loop(reading: Reading, element: Any) -> StandardLoop | MultiInstance | None:
    """Return how often *element* is done, None for once."""
    read = element.loop
    if read is None:
        return None
    if isinstance(read, StandardLoopTask):
        return StandardLoop(reading.optional(read.condition), read.test_before, read.maximum)
    said = read.extensions.first("collections")
    items = _items(reading, element, said)
    if items is None and read.cardinality is None:
        raise reading.refused(element, "it says neither how many instances there are nor of what")
    behavior = read.behavior
    return MultiInstance(
        sequential=isinstance(read, SequentialMultiInstanceTask),
        cardinality=reading.optional(read.cardinality),
        items=items,
        item=_item(read, said),
        output_item=_output_item(reading, element, said),
        output=_output(reading, element, said),
        completion=reading.optional(read.condition),
        behavior=Behavior(behavior.name),
        event=None if behavior.definition is None else event(reading, behavior.definition, element),
        complex=tuple(
            ComplexBehavior(reading.expression(each.condition), event(reading, each.definition, element))
            for each in behavior.complex
        ),
    )


def _items(reading: Reading, element: Any, said: Extension | None) -> Expression | None:
    if said is not None and "items" in said.attributes:
        return reading.expression(said.attributes["items"])
    data = element.loop.data_input
    if data is None:
        return None
    for association in element.data_input_associations:
        if association.target == data.bpmn_id:
            return value(reading, element, association)
    return reading.variable(data.bpmn_id, element)


def _item(read: Any, said: Extension | None) -> str | None:
    if said is not None and (item := said.attributes.get("item", "").strip()):
        return item
    return None if read.input_item is None else str(read.input_item.bpmn_name)


def _output(reading: Reading, element: Any, said: Extension | None) -> str | None:
    if said is not None and (output := said.attributes.get("output", "").strip()):
        return output
    data = element.loop.data_output
    if data is None:
        return None
    for association in element.data_output_associations:
        if data.bpmn_id in association.sources:
            return reading.name_of(association.target, element)
    return reading.name_of(data.bpmn_id, element)


def _output_item(reading: Reading, element: Any, said: Extension | None) -> Expression | None:
    if said is not None and "outputItem" in said.attributes:
        return reading.expression(said.attributes["outputItem"])
    item = element.loop.output_item
    if item is None:
        return None
    for association in element.data_output_associations:
        if association.target == item.bpmn_id:
            return value(reading, element, association)
    return feel.variable(item.bpmn_name)
