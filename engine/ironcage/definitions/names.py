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


def names_of(model: Model, title: Text | None = None) -> Mapping[str, Text]:
    """Return the names of the processes, their lanes, nodes and flows, by id; those without a name are left out.

    The name in the file is in the language of which the element has no ``ironcage:label``. A process without one is
    called by its *title*, where it is the only process.
    """
    elements: list[Element] = []
    for process in _executed(model):
        elements += (process, *process.all_lanes(), *process.every(FlowNode), *process.every(SequenceFlow))
    names = {each.id: _text(each) for each in elements if each.id and (each.name or each.labels)}
    executed = _executed(model)
    if title and len(executed) == 1 and executed[0].id and not executed[0].labels:
        names[executed[0].id] = title
    return MappingProxyType(names)


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
