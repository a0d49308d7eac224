"""Data by the name of its variable: what SpiffWorkflow keeps of a data element is its id and its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.names import BPMN
from ironcage.spiff.normal.ids import original

if TYPE_CHECKING:
    from lxml import etree

_REFERENCES = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}
_HOLDERS = ("dataObject", "dataStore", "property", "dataInput", "dataOutput", "inputDataItem", "outputDataItem")


def name_variables(root: etree._Element) -> None:
    """Give every data element the name of its variable: its own, else that of a reference to it, else its id."""
    borrowed: dict[str, str] = {}
    references = [(each, each.get(said, "")) for tag, said in _REFERENCES.items() for each in _elements(root, tag)]
    for reference, holder in references:
        name = reference.get("name", "").strip()
        if name:
            borrowed.setdefault(holder, name)
    variables: dict[str, str] = {}
    for tag in _HOLDERS:
        for element in _elements(root, tag):
            identity = element.get("id", "")
            name = element.get("name", "").strip() or borrowed.get(identity) or original(identity)
            element.set("name", name)
            variables[identity] = name
    for reference, holder in references:
        # A reference to nothing holds data itself.
        own = reference.get("name", "").strip() or original(reference.get("id", ""))
        reference.set("name", variables.get(holder) or own)


def _elements(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.iter(f"{{{BPMN}}}{name}"))
