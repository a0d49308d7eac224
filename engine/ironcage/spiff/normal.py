"""The form of a BPMN tree in which SpiffWorkflow misreads nothing.

Its parser gives ids of its own (``Start``, ``End``, ``Root``, ``x.EndJoin``, ``x.BoundaryEventSplit``, ``x [child]``)
to specs it invents, and takes a model's element of such an id for its own. Every id of the model and every reference
to one therefore ends in ``#`` while SpiffWorkflow holds it: none of the invented ids does. ``original`` takes it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.bpmn.names import BPMN

if TYPE_CHECKING:
    from collections.abc import Iterator

DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"

LANE_NAME = "{urn:ironcage:spiff}name"
"""Keeps the name of a lane: SpiffWorkflow knows lanes by name only, so they bear their id as name."""

MARK = "#"

_REFERENCES = ("sourceRef", "targetRef", "default", "attachedToRef", "processRef")
_REFERRING = frozenset(f"{{{BPMN}}}{name}" for name in ("incoming", "outgoing", "flowNodeRef"))
_BOOLEANS = ("cancelActivity", "isExecutable", "parallelMultiple")


def normalise(root: etree._Element) -> etree._Element:
    """Bring the tree into the form SpiffWorkflow reads rightly, in place, lines kept, and return it."""
    # A comment inside a text would cut it short: lxml's ``text`` ends at the first child.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for diagram in root.findall(f"{{{DIAGRAM}}}BPMNDiagram"):
        root.remove(diagram)
    namespace = root.get("targetNamespace", "").strip()
    for element in _elements(root, "*"):
        _mark(element, namespace)
        _spell_booleans(element)
    for process in _elements(root, "process"):
        process.set("isExecutable", process.get("isExecutable", "false"))
    for flow in _elements(root, "sequenceFlow"):
        # SpiffWorkflow drops a flow without an id.
        flow.set("id", flow.get("id", MARK))
    for lane in _elements(root, "lane"):
        lane.set(LANE_NAME, lane.get("name", ""))
        lane.set("name", lane.get("id", ""))
    return root


def original(marked: str) -> str:
    """Return the id as the file has it."""
    return marked.removesuffix(MARK)


def _elements(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{{BPMN}}}{name}")


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


def _local(element: etree._Element, reference: str, namespace: str) -> str:
    """Return the id a reference means; SpiffWorkflow takes the prefix of the target namespace for part of it."""
    prefix, colon, local = reference.strip().rpartition(":")
    return local if colon and element.nsmap.get(prefix) == namespace else reference.strip()


def _spell_booleans(element: etree._Element) -> None:
    for attribute in _BOOLEANS:
        value = element.get(attribute)
        if value is not None:
            element.set(attribute, "true" if value.strip() in {"true", "1"} else "false")
