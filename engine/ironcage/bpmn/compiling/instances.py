"""Loops and many instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn import model
from ironcage.bpmn.compiling.data import value
from ironcage.bpmn.compiling.events import event, events_of
from ironcage.program import Behavior, ComplexBehavior, MultiInstance, StandardLoop

if TYPE_CHECKING:
    from ironcage.bpmn.compiling.source import Source
    from ironcage.feel import Expression
    from ironcage.program import EventDefinition


def loop(source: Source, activity: model.Activity) -> StandardLoop | MultiInstance | None:
    """Return how often *activity* is done, None for once."""
    said = activity.loop
    if said is None:
        return None
    if isinstance(said, model.StandardLoop):
        maximum = int(said.maximum) if said.maximum else None
        return StandardLoop(source.optional(said.condition), said.before, maximum)
    return MultiInstance(
        sequential=said.sequential,
        cardinality=source.optional(said.cardinality),
        items=_items(source, activity, said),
        item=_item(source, said),
        output_item=_output_item(source, activity, said),
        output=_output(source, activity, said),
        completion=source.optional(said.completion),
        behavior=Behavior(said.behavior),
        event=_event(source, activity, said),
        complex=_complex(source, activity, said),
    )


def _items(source: Source, activity: model.Activity, said: model.MultiInstance) -> Expression | None:
    if said.collections and said.collections.items:
        return source.expression(said.collections.items)
    if said.data_input is None:
        return None
    for association in activity.data_inputs:
        if association.target and association.target.id == said.data_input.id:
            return value(source, association)
    return feel.variable(source.variables[said.data_input.id])


def _item(source: Source, said: model.MultiInstance) -> str | None:
    if said.collections and said.collections.item:
        return said.collections.item
    return source.variables[said.input_item.id] if said.input_item else None


def _output(source: Source, activity: model.Activity, said: model.MultiInstance) -> str | None:
    if said.collections and said.collections.output:
        return said.collections.output
    if said.data_output is None:
        return None
    for association in activity.data_outputs:
        if association.target and said.data_output.id in [each.id for each in association.sources]:
            return source.variables[association.target.id]
    return source.variables[said.data_output.id]


def _output_item(source: Source, activity: model.Activity, said: model.MultiInstance) -> Expression | None:
    if said.collections and said.collections.output_item:
        return source.expression(said.collections.output_item)
    if said.output_item is None:
        return None
    for association in activity.data_outputs:
        if association.target and association.target.id == said.output_item.id:
            return value(source, association)
    return feel.variable(source.variables[said.output_item.id])


def _event(source: Source, activity: model.Activity, said: model.MultiInstance) -> EventDefinition | None:
    reference = {Behavior.ONE: said.one_event, Behavior.NONE: said.none_event}.get(Behavior(said.behavior))
    return event(source, activity, source.definitions[reference]) if reference else None


def _complex(source: Source, activity: model.Activity, said: model.MultiInstance) -> tuple[ComplexBehavior, ...]:
    if said.behavior != Behavior.COMPLEX:
        return ()
    found: list[ComplexBehavior] = []
    for each in said.complex:
        assert each.condition is not None, "the grammar demands a condition"
        (thrown,) = events_of(source, activity, each.definitions)
        found.append(ComplexBehavior(source.expression(each.condition), thrown))
    return tuple(found)
