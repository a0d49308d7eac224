"""Messages, and how they find their case. Source: BPMN 2.0.2, 8.4.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.compiling.source import named
from ironcage.bpmn.model import CorrelationProperty
from ironcage.program import Kind, Message

if TYPE_CHECKING:
    from ironcage.bpmn.compiling.source import Source
    from ironcage.bpmn.model import CorrelationKey, FlowNode, Formula
    from ironcage.feel import Expression

_THROWING = frozenset({Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.SEND_TASK})


def message(source: Source, node: FlowNode, reference: str) -> Message:
    """Return the message with the id *reference* that *node* throws or catches."""
    said = source.messages.get(reference)
    name = named(said, reference)
    if node.kind in _THROWING:
        if node.correlation is not None:
            return Message(name, found=(source.expression(node.correlation),))
    elif said and said.subscription:
        return Message(name, expected=(source.expression(said.subscription),))
    found = _found(source, reference)
    for key in (key for collaboration in source.model.collaborations for key in collaboration.keys):
        properties = [each.id for each in key.properties]
        if properties and found.keys() >= set(properties):
            return Message(
                name,
                conversation=key.id,
                found=tuple(source.expression(found[each]) for each in properties),
                expected=_expected(source, key, properties),
            )
    return Message(name)


def _found(source: Source, message: str) -> dict[str, Formula]:
    """Return where each correlation property is found in a message."""
    return {
        each.id: retrieval.path
        for each in source.model.of(CorrelationProperty)
        for retrieval in each.retrievals
        if retrieval.message == message and retrieval.path
    }


def _expected(source: Source, key: CorrelationKey, properties: list[str]) -> tuple[Expression, ...]:
    bound = {
        binding.property: binding.path
        for subscription in source.process.subscriptions
        if subscription.key == key.id
        for binding in subscription.bindings
        if binding.path
    }
    return tuple(source.expression(bound[each]) for each in properties) if bound.keys() >= set(properties) else ()
