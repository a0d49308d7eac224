"""The form of a BPMN tree in which SpiffWorkflow misreads nothing.

Its parser gives ids of its own (``Start``, ``End``, ``Root``, ``x.EndJoin``, ``x.BoundaryEventSplit``, ``x [child]``)
to specs it invents, and takes a model's element of such an id for its own. Every id of the model and every reference
to one therefore ends in ``#`` while SpiffWorkflow holds it: none of the invented ids does. ``original`` takes it off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.bpmn.names import BPMN
from ironcage.spiff.normal.ids import MARK, mark_ids, original
from ironcage.spiff.normal.people import assign_people
from ironcage.spiff.normal.variables import name_variables
from ironcage.spiff.normal.wrapping import WRAPPER, wrap_global_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ABSENT", "LANE_NAME", "MARK", "WRAPPER", "normalise", "original"]

DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"

LANE_NAME = "{urn:ironcage:spiff}name"
"""Keeps the name of a lane: SpiffWorkflow knows lanes by name only, so they bear their id as name."""

ABSENT = MARK
"""Stands where SpiffWorkflow demands something that a file may leave out."""

_BOOLEANS = (
    "cancelActivity",
    "cancelRemainingInstances",
    "instantiate",
    "isExecutable",
    "isForCompensation",
    "isInterrupting",
    "isSequential",
    "parallelMultiple",
    "testBefore",
    "triggeredByEvent",
    "waitForCompletion",
)


def normalise(root: etree._Element) -> etree._Element:
    """Bring the tree into the form SpiffWorkflow reads rightly, in place, lines kept, and return it."""
    # A comment inside a text would cut it short: lxml's ``text`` ends at the first child.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for diagram in root.findall(f"{{{DIAGRAM}}}BPMNDiagram"):
        root.remove(diagram)
    for note in _elements(root, "text"):
        # What people read may hold any element, and SpiffWorkflow takes a member of a lane wherever it stands.
        etree.strip_elements(note, "{*}*", with_tail=False)
    wrap_global_tasks(root)
    mark_ids(root)
    name_variables(root)
    for element in _elements(root, "*"):
        _spell_booleans(element)
    for process in _elements(root, "process"):
        process.set("isExecutable", process.get("isExecutable", "false"))
    for flow in _elements(root, "sequenceFlow"):
        # SpiffWorkflow drops a flow without an id.
        flow.set("id", flow.get("id", MARK))
    for lane in _elements(root, "lane"):
        lane.set(LANE_NAME, lane.get("name", ""))
        lane.set("name", lane.get("id", ""))
    _find_correlations(root)
    assign_people(root)
    return root


def _elements(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{{BPMN}}}{name}")


def _spell_booleans(element: etree._Element) -> None:
    for attribute in _BOOLEANS:
        value = element.get(attribute)
        if value is not None:
            element.set(attribute, "true" if value.strip() in {"true", "1"} else "false")


def _find_correlations(root: etree._Element) -> None:
    """Let keys be told by their ids, and let the path of a message be the first thing said of a property in it."""
    for key in _elements(root, "correlationKey"):
        key.set("name", key.get("id", ""))
    for retrieval in _elements(root, "correlationPropertyRetrievalExpression"):
        for child in list(retrieval):
            if child.tag not in {f"{{{BPMN}}}messagePath", f"{{{BPMN}}}formalExpression"}:
                retrieval.remove(child)
