"""The XML names of a BPMN file, each as one short word: ``bpmn:userTask``, ``ironcage:set``, ``bpmndi:BPMNShape``."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
IRONCAGE = "urn:ironcage:bpmn:1"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

PREFIXES = {
    BPMN: "bpmn",
    IRONCAGE: "ironcage",
    "http://www.omg.org/spec/BPMN/20100524/DI": "bpmndi",
    "http://www.omg.org/spec/DD/20100524/DC": "dc",
    "http://www.omg.org/spec/DD/20100524/DI": "di",
    SCHEMA_INSTANCE: "xsi",
}
_NAMESPACES = {prefix: namespace for namespace, prefix in PREFIXES.items()}

NOISE = frozenset(
    {
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://www.signavio.com",
        "http://www.itp-commerce.com/BPMN2.0",
        "http://www.w4.eu/spec/BPMN/20110930/GRAPH",
        "http://www.bpsim.org/schemas/1.0",
        "http://bpmn.sourceforge.net",
    }
)
"""What tools write for themselves: which of them wrote the file, how its shapes look, what a simulation assumes."""

DIALECTS = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://camunda.org/schema/zeebe/1.0": "Zeebe",
    "http://flowable.org/bpmn": "Flowable",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}
"""Namespaces of other engines whose words mean something when a process runs."""

FEEL = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)
"""What FEEL is called as the language of an expression. Source: DMN 1.2 to 1.5, clause 10.1."""


def split(name: str) -> tuple[str, str]:
    """Return the namespace, or nothing, and the local name of a name as lxml writes it."""
    namespace, closed, local = name.rpartition("}")
    return (namespace[1:], local) if closed else ("", name)


def short(name: str) -> str:
    """Return ``prefix:local`` for a namespace we know, else the name as it is."""
    namespace, local = split(name)
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else name


def full(short_name: str) -> str:
    """Return the name as lxml writes it."""
    prefix, _, local = short_name.rpartition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}" if prefix else local
