"""Messages, and how they find their case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.program import Message
from ironcage.spiff.normal import original

if TYPE_CHECKING:
    from ironcage.spiff.compiling.reading import Reading


def message(reading: Reading, definition: Any, element: Any, is_thrown: bool) -> Message:
    """Return the message that *element* throws or catches."""
    name = definition.name
    if is_thrown:
        own = element.extensions.attribute("correlation", "key")
        if own is not None:
            return Message(name, found=(reading.expression(own),))
    elif definition.reference in reading.root.subscriptions:
        return Message(name, expected=(reading.expression(reading.root.subscriptions[definition.reference]),))
    found = {prop.name: prop.retrieval_expression for prop in definition.correlation_properties}
    for key, properties in reading.root.keys.items():
        if properties and found.keys() >= set(properties):
            bound = reading.spec.subscriptions.get(key, {})
            expected = [bound[each] for each in properties] if bound.keys() >= set(properties) else []
            return Message(
                name,
                conversation=original(key),
                found=tuple(reading.expression(found[each]) for each in properties),
                expected=tuple(map(reading.expression, expected)),
            )
    return Message(name)
