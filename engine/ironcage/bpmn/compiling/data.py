"""What activities and events take in and give out, as settings of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.model import Activity, Event, MultiInstance
from ironcage.program import WHOLE, Kind, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.bpmn.compiling.source import Source
    from ironcage.bpmn.model import DataAssociation, FlowNode
    from ironcage.bpmn.model import Setting as Said
    from ironcage.feel import Expression


_CATCHING = frozenset({Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT, Kind.RECEIVE_TASK})


def inputs(source: Source, node: FlowNode) -> tuple[Setting, ...]:
    """Return what is set as *node* begins."""
    loop = _instances(node)
    many = loop.data_input.id if loop and loop.data_input else None
    associations = (each for each in node.data_inputs if not many or _target(each) != many)
    return _settings(source, node.inputs) + _associated(source, associations)


def outputs(source: Source, node: FlowNode) -> tuple[Setting, ...]:
    """Return what is set around *node* as it completes."""
    loop = _instances(node)
    many = loop.data_output.id if loop and loop.data_output else None
    item = loop.output_item.id if loop and loop.output_item else None
    associations = (
        each
        for each in node.data_outputs
        if not (many and many in _sources(each)) and not (item and _target(each) == item)
    )
    everything = (Setting(node.payload, feel.variable(WHOLE)),) if node.payload else ()
    return everything + _settings(source, node.outputs) + _associated(source, associations)


def whole(source: Source, node: FlowNode) -> tuple[str, ...]:
    """Return the names of the data outputs that are the item of what *node* catches; of several triggers, none is."""
    everything = (WHOLE,) if node.payload else ()
    if node.kind not in _CATCHING or (isinstance(node, Event) and len(node.definitions) > 1):
        return everything
    named = (source.variables[each] for said in node.data_outputs for each in _sources(said))
    return tuple(dict.fromkeys((*everything, *named)))


def passes(node: FlowNode) -> bool:
    """Return whether what *node* brings becomes data of the case as it is."""
    if node.results:
        return node.results == "case"
    return not (node.outputs or node.data_outputs or node.payload)


def value(source: Source, association: DataAssociation) -> Expression | None:
    """Return what *association* carries; None where it makes assignments only."""
    if association.transformation is not None:
        return source.expression(association.transformation)
    sources = association.sources
    return feel.variable(source.variables[sources[0].id]) if sources else None


def _settings(source: Source, said: tuple[Said, ...]) -> tuple[Setting, ...]:
    return tuple(Setting(each.variable, source.expression(each.value)) for each in said)


def _associated(source: Source, associations: Iterable[DataAssociation]) -> tuple[Setting, ...]:
    found: list[Setting] = []
    for association in associations:
        carried = value(source, association)
        if carried is not None and association.target:
            found.append(Setting(source.variables[association.target.id], carried))
        found += (
            Setting(each.to.text, source.expression(each.value))
            for each in association.assignments
            if each.to and each.value
        )
    return tuple(found)


def _instances(node: FlowNode) -> MultiInstance | None:
    return node.loop if isinstance(node, Activity) and isinstance(node.loop, MultiInstance) else None


def _target(association: DataAssociation) -> str:
    return association.target.id if association.target else ""


def _sources(association: DataAssociation) -> list[str]:
    return [each.id for each in association.sources]
