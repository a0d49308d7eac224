"""Who does a task: SpiffWorkflow reads no resource roles, so they are said in our namespace, which is kept."""

from __future__ import annotations

from lxml import etree

from ironcage.bpmn.names import BPMN, IRONCAGE

_WORDS = {"potentialOwner": "role", "humanPerformer": "actor", "performer": "actor"}


def assign_people(root: etree._Element) -> None:
    """Say the expressions of the resource roles of each task as its assignment."""
    for name, word in _WORDS.items():
        for role in root.iter(f"{{{BPMN}}}{name}"):
            task = role.getparent()
            written = role.find(f"{{{BPMN}}}resourceAssignmentExpression/{{{BPMN}}}formalExpression")
            if task is not None and written is not None:
                _assignment(task).set(word, written.text or "")


def _assignment(task: etree._Element) -> etree._Element:
    known = task.find(f"{{{BPMN}}}extensionElements/{{{IRONCAGE}}}assignment")
    if known is not None:
        return known
    extensions = task.find(f"{{{BPMN}}}extensionElements")
    if extensions is None:
        extensions = etree.SubElement(task, f"{{{BPMN}}}extensionElements")
    return etree.SubElement(extensions, f"{{{IRONCAGE}}}assignment")
