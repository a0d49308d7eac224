"""Every id, and every reference to one, with a mark that no id of SpiffWorkflow's own bears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.names import BPMN

if TYPE_CHECKING:
    from lxml import etree

MARK = "#"

_REFERENCES = (
    "sourceRef",
    "targetRef",
    "default",
    "attachedToRef",
    "processRef",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "activityRef",
    "dataObjectRef",
    "dataStoreRef",
    "noneBehaviorEventRef",
    "oneBehaviorEventRef",
    "correlationKeyRef",
    "correlationPropertyRef",
)
_REFERRING = frozenset(
    f"{{{BPMN}}}{name}"
    for name in (
        "incoming",
        "outgoing",
        "flowNodeRef",
        "sourceRef",
        "targetRef",
        "dataInputRefs",
        "dataOutputRefs",
        "loopDataInputRef",
        "loopDataOutputRef",
        "eventDefinitionRef",
        "correlationPropertyRef",
    )
)
_CALL = f"{{{BPMN}}}callActivity"


def mark_ids(root: etree._Element) -> None:
    """Mark every id of the tree and every reference to one, the prefix of the target namespace taken off."""
    namespace = root.get("targetNamespace", "").strip()
    for element in root.iter(f"{{{BPMN}}}*"):
        _mark(element, namespace)


def original(marked: str) -> str:
    """Return the id as the file has it."""
    return marked.removesuffix(MARK)


def _mark(element: etree._Element, namespace: str) -> None:
    identity = element.get("id")
    if identity is not None:
        element.set("id", identity.strip() + MARK)
    for attribute in _REFERENCES:
        value = element.get(attribute)
        if value is not None:
            element.set(attribute, _local(element, value, namespace) + MARK)
    if element.tag in _REFERRING:
        element.text = _local(element, element.text or "", namespace) + MARK
    if element.tag == _CALL:
        # What is called may be another file's, so it is not marked; SpiffWorkflow demands that something is called.
        called = element.get("calledElement")
        element.set("calledElement", MARK if called is None else _local(element, called, namespace))


def _local(element: etree._Element, reference: str, namespace: str) -> str:
    """Return the id a reference means; SpiffWorkflow takes the prefix of the target namespace for part of it."""
    prefix, colon, local = reference.strip().rpartition(":")
    return local if colon and element.nsmap.get(prefix) == namespace else reference.strip()
