"""Processes and sub-processes: every flow node and flow by itself, in the order of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from ironcage.spiff.normal import LANE_NAME
from ironcage.spiff.parsing.extending import extensions_of
from ironcage.spiff.parsing.specs import Flow, Lane, ProcessSpec

if TYPE_CHECKING:
    from lxml import etree

_FLOW = full_tag("sequenceFlow")
_NOT_EXECUTED = frozenset(
    map(
        full_tag,
        (
            "association",
            "auditing",
            "category",
            "completionCondition",
            "correlationSubscription",
            "dataInputAssociation",
            "dataObject",
            "dataObjectReference",
            "dataOutputAssociation",
            "dataStoreReference",
            "documentation",
            "extensionElements",
            "group",
            "humanPerformer",
            "incoming",
            "ioBinding",
            "ioSpecification",
            "laneSet",
            "monitoring",
            "multiInstanceLoopCharacteristics",
            "outgoing",
            "performer",
            "potentialOwner",
            "property",
            "resourceRole",
            "standardLoopCharacteristics",
            "supportedInterfaceRef",
            "supports",
            "textAnnotation",
        ),
    )
)


class Process(ProcessParser):
    """Parses every flow node of a process by itself.

    The stock parser walks along the flows, one Python call a node, and so fails on long chains and never sees what no
    flow leads to. The specs stay unconnected: what leads where is in the flows.
    """

    def _index_process_nodes(self) -> None:
        """Index nothing: nobody asks here, and every level of nesting would index all that is below it once more."""

    def create_spec(self) -> ProcessSpec:
        """Return the spec without its content."""
        spec = ProcessSpec(self.bpmn_id, extensions_of(self.node), description=self.get_name(), filename=self.filename)
        lanes = self.node.iter(full_tag("lane"))
        spec.lanes = [Lane(lane.get("id", ""), lane.get(LANE_NAME, "")) for lane in lanes]
        spec.completion = self.node.findtext(full_tag("completionCondition"))
        for subscription in self.node.iterfind(full_tag("correlationSubscription")):
            spec.subscriptions[subscription.get("correlationKeyRef", "")] = {
                each.get("correlationPropertyRef", ""): each.findtext(full_tag("dataPath")) or ""
                for each in subscription.iterfind(full_tag("correlationPropertyBinding"))
            }
        return spec

    def add_tasks(self) -> None:
        """Parse what stands in the process."""
        for node in self.node:
            if node.tag == _FLOW:
                self.spec.content.append(self._flow(node))
            elif node.tag in {full_tag("dataObject"), full_tag("property")}:
                self.spec.locals.append(node.get("name", ""))
            elif node.tag not in _NOT_EXECUTED:
                self.spec.content.append(self.parse_node(node))

    def _flow(self, node: etree._Element) -> Flow:
        return Flow(
            bpmn_id=node.get("id", ""),
            extensions=extensions_of(node),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=self.parse_condition(node),
        )
