"""Global tasks as processes of one activity: SpiffWorkflow collects processes only."""

from __future__ import annotations

from lxml import etree

from ironcage.bpmn.names import BPMN

WRAPPER = "{urn:ironcage:spiff}wrapper"
"""Marks a process that is a global task in the file."""

_KINDS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def wrap_global_tasks(root: etree._Element) -> None:
    """Put each global task into an executable process of its id and name, as its one activity."""
    for name, kind in _KINDS.items():
        for task in root.findall(f"{{{BPMN}}}{name}"):
            process = etree.Element(f"{{{BPMN}}}process", {"isExecutable": "true", WRAPPER: "true"})
            for attribute in ("id", "name"):
                if task.get(attribute) is not None:
                    process.set(attribute, task.get(attribute, ""))
            root.replace(task, process)
            task.tag = f"{{{BPMN}}}{kind}"
            if "scriptLanguage" in task.attrib:
                task.set("scriptFormat", str(task.attrib.pop("scriptLanguage")))  # what a script task calls it
            process.append(task)
