"""Data associations, whose targets, assignments and transformations SpiffWorkflow drops, and stores of any name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.specs.data_spec import BpmnDataStoreSpecification

from ironcage.spiff.parsing.specs import Association

if TYPE_CHECKING:
    from lxml import etree


class Stores(dict[str, type]):
    """The classes of data stores by name: the same for every name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> type:
        return BpmnDataStoreSpecification


class DataParser:
    """Reads what an activity or event takes in and gives out; goes in front of a node parser.

    The stock methods look a data object up through the parents of a process without ever reaching the next one: from
    within a sub-process, one that is nowhere keeps them looking for ever.
    """

    node: etree._Element

    def parse_incoming_data_references(self) -> list[Association]:
        """Return what goes in."""
        return [_association(each) for each in self.node.iterfind(full_tag("dataInputAssociation"))]

    def parse_outgoing_data_references(self) -> list[Association]:
        """Return what comes out."""
        return [_association(each) for each in self.node.iterfind(full_tag("dataOutputAssociation"))]


def _association(element: etree._Element) -> Association:
    assigned = element.iterfind(full_tag("assignment"))
    return Association(
        sources=tuple(each.text or "" for each in element.iterfind(full_tag("sourceRef"))),
        target=element.findtext(full_tag("targetRef")) or "",
        transformation=element.findtext(full_tag("transformation")),
        assignments=tuple((_text(each, "from"), _text(each, "to")) for each in assigned),
    )


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(full_tag(name)) or "").strip()
