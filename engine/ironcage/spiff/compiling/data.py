"""What activities and events take in and give out, as settings of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage import feel
from ironcage.program import WHOLE, Kind, Setting

if TYPE_CHECKING:
    from ironcage.feel import Expression
    from ironcage.spiff.compiling.reading import Reading
    from ironcage.spiff.parsing.specs import Association


_CATCHING = (Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT, Kind.RECEIVE_TASK)


def settings(reading: Reading, element: Any, name: str) -> tuple[Setting, ...]:
    """Return what the elements called *name* set."""
    said = element.extensions.all(name)
    return tuple(Setting(each.attributes["variable"], reading.expression(each.attributes["value"])) for each in said)


def inputs(reading: Reading, element: Any) -> tuple[Setting, ...]:
    """Return what is set as *element* begins."""
    many = getattr(element.loop, "data_input", None)
    associations = [each for each in element.data_input_associations if many is None or each.target != many.bpmn_id]
    return settings(reading, element, "input") + _associated(reading, element, associations)


def outputs(reading: Reading, element: Any) -> tuple[Setting, ...]:
    """Return what is set around *element* as it completes."""
    many = getattr(element.loop, "data_output", None)
    item = getattr(element.loop, "output_item", None)
    associations = [
        each
        for each in element.data_output_associations
        if (many is None or many.bpmn_id not in each.sources) and (item is None or each.target != item.bpmn_id)
    ]
    payload = element.extensions.attribute("payload", "variable")
    everything = (Setting(payload, feel.variable(WHOLE)),) if payload else ()
    return everything + settings(reading, element, "output") + _associated(reading, element, associations)


def whole(reading: Reading, element: Any, kind: Kind) -> tuple[str, ...]:
    """Return the names of the data outputs that are the item *element* catches; of several triggers, none is."""
    definition = getattr(element, "event_definition", None)
    everything = (WHOLE,) if element.extensions.all("payload") else ()
    if kind not in _CATCHING or len(getattr(definition, "event_definitions", ())) > 1:
        return everything
    sources = (each for said in element.data_output_associations for each in said.sources)
    return tuple(dict.fromkeys((*everything, *(reading.name_of(each, element) for each in sources))))


def passes(element: Any) -> bool:
    """Return whether what *element* brings becomes data of the case as it is."""
    said = element.extensions.attribute("results", "to")
    if said is not None:
        return bool(said == "case")
    said_otherwise = element.extensions.all("output") or element.extensions.all("payload")
    return not said_otherwise and not element.data_output_associations


def value(reading: Reading, element: Any, association: Association) -> Expression | None:
    """Return what *association* carries; None where it makes assignments only."""
    if association.transformation is not None:
        return reading.expression(association.transformation)
    return reading.variable(association.sources[0], element) if association.sources else None


def _associated(reading: Reading, element: Any, associations: list[Association]) -> tuple[Setting, ...]:
    found: list[Setting] = []
    for association in associations:
        carried = value(reading, element, association)
        if carried is not None and association.target:
            found.append(Setting(reading.name_of(association.target, element), carried))
        found += (Setting(to, reading.expression(text)) for text, to in association.assignments)
    return tuple(found)
