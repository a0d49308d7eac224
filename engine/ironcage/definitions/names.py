"""What lanes and elements are called, in both languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage.bpmn.model import FlowNode, SequenceFlow
from ironcage.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.bpmn import Model
    from ironcage.bpmn.model import Element, Process


def names_of(model: Model) -> Mapping[str, Text]:
    """Return the names of the processes, their lanes, nodes and flows, by id; those without a name are left out.

    The name in the file is in the language of which the element has no ``ironcage:label``.
    """
    elements: list[Element] = []
    for process in _executed(model):
        elements += (process, *process.all_lanes(), *process.every(FlowNode), *process.every(SequenceFlow))
    return MappingProxyType({each.id: _text(each) for each in elements if each.id and (each.name or each.labels)})


def roles_of(model: Model, said: Mapping[str, Text]) -> Mapping[str, Text]:
    """Return what each lane is called as a role: as *said*, else by its own name, else by its id."""
    names = names_of(model)
    return MappingProxyType({lane: said.get(lane) or names.get(lane) or Text(lane, lane) for lane in lanes_of(model)})


def lanes_of(model: Model) -> list[str]:
    """Return the ids of the lanes of what is executed."""
    return [lane.id for process in _executed(model) for lane in process.all_lanes()]


def _executed(model: Model) -> tuple[Process, ...]:
    return model.executables or tuple(filter(None, (model.process(),)))


def _text(element: Element) -> Text:
    labels = {label.lang: label.text for label in element.labels}
    own = element.name or next(iter(labels.values()), "")
    return Text(labels.get("zh", own), labels.get("en", own))
