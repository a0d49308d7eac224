"""What lanes and elements are called, in both languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.bpmn import Model
    from ironcage.bpmn.model import Element


def names_of(model: Model) -> Mapping[str, Text]:
    """Return the names of the process, its lanes, nodes and flows, by id; those without a name are left out.

    The name in the file is in the language of which the element has no ``ironcage:label``.
    """
    process = model.process()
    if process is None:
        return MappingProxyType({})
    elements: tuple[Element, ...] = (process, *process.all_lanes(), *process.nodes, *process.flows)
    return MappingProxyType({each.id: _text(each) for each in elements if each.id and (each.name or each.labels)})


def roles_of(model: Model, said: Mapping[str, Text]) -> Mapping[str, Text]:
    """Return what each lane is called as a role: as *said*, else by its own name, else by its id."""
    process = model.process()
    lanes = process.all_lanes() if process else ()
    names = names_of(model)
    return MappingProxyType(
        {lane.id: said.get(lane.id) or names.get(lane.id) or Text(lane.id, lane.id) for lane in lanes}
    )


def _text(element: Element) -> Text:
    labels = {label.lang: label.text for label in element.labels}
    own = element.name or next(iter(labels.values()), "")
    return Text(labels.get("zh", own), labels.get("en", own))
