"""SpiffWorkflow's parser, extended through its own extension points: what it reads of a normalised tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import NoneTask

from ironcage import xml
from ironcage.bpmn.names import IRONCAGE
from ironcage.spiff.extending import Extension, Extensions
from ironcage.spiff.normal import LANE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_FLOW_NODES = frozenset(
    map(full_tag, ("documentation", "extensionElements", "laneSet", "sequenceFlow", "textAnnotation", "association"))
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow: SpiffWorkflow has no spec for it, only links between its specs."""

    bpmn_id: str
    extensions: Extensions
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane, which SpiffWorkflow knows only as a text on each task spec."""

    id: str
    name: str


class BusinessRuleTask(NoneTask):
    """The spec of a business rule task; stock SpiffWorkflow has one only in its extension packages."""


class ProcessSpec(BpmnProcessSpec):
    """A process spec that also keeps what SpiffWorkflow forgets: flows, lanes, document order and our extensions."""

    def __init__(self, name: str, **others: Any) -> None:
        super().__init__(name=name, **others)
        self.elements: list[Any] = []
        """The task specs of the model's own flow nodes, in document order."""
        self.flows: list[Flow] = []
        self.lanes: list[Lane] = []
        self.extensions: Extensions


class _Keeping:
    """Reads what SpiffWorkflow has no field for, from the node it hands us; goes in front of a node parser."""

    node: etree._Element

    def parse_extensions(self, node: etree._Element | None = None) -> Extensions:
        element = self.node if node is None else node
        own = element.iterfind(f"{full_tag('extensionElements')}/{{{IRONCAGE}}}*")
        return Extensions(
            line=xml.line_of(element),
            name=element.get("name", ""),
            default=element.get("default"),
            elements=tuple(_extension(each) for each in own),
        )


def _extension(element: etree._Element) -> Extension:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    return Extension(etree.QName(element).localname, attributes)


class _Process(_Keeping, ProcessParser):
    """Parses every flow node of a process by itself.

    The stock parser walks along the flows, one Python call a node, and so fails on long chains and never sees what no
    flow leads to. Here a node has no outgoing flows, and the flows are read after the nodes.
    """

    def get_outgoing_sequence_flows(self, _source: str) -> list[etree._Element]:
        return []

    def create_spec(self) -> ProcessSpec:
        spec = ProcessSpec(self.bpmn_id, description=self.get_name(), filename=self.filename)
        spec.extensions = self.parse_extensions()
        spec.lanes = [Lane(node.get("id"), node.get(LANE_NAME)) for node in self.xpath(".//bpmn:lane")]
        return spec

    def add_tasks(self) -> None:
        for node in self.node:
            if node.tag not in _NOT_FLOW_NODES:
                self.parse_node(node)
                # For a task with boundary events the answer is a split spec; the task's own stands under its id.
                self.spec.elements.append(self.spec.task_specs[node.get("id")])
        self.spec.flows = [self._flow(node) for node in self._flow_nodes()]

    def _flow_nodes(self) -> Iterator[etree._Element]:
        """Yield the flows SpiffWorkflow has indexed by source, in document order."""
        place = {node: place for place, node in enumerate(self.node)}
        indexed = (node for nodes in self.outgoing_sequence_flows.values() for node in nodes)
        yield from sorted((node for node in indexed if node in place), key=place.__getitem__)

    def _flow(self, node: etree._Element) -> Flow:
        return Flow(
            bpmn_id=node.get("id", ""),
            extensions=self.parse_extensions(node),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=self.parse_condition(node),
        )


def _extended(parser: type) -> type:
    return type(parser.__name__, (_Keeping, parser), {})


class Parser(BpmnParser):
    """SpiffWorkflow's parser for one file, reading what it misses as well."""

    PROCESS_PARSER_CLASS = _Process
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  # the name and the shape are SpiffWorkflow's
        **{tag: (_extended(parser), spec) for tag, (parser, spec) in BpmnParser.PARSER_CLASSES.items()},
        full_tag("businessRuleTask"): (_extended(TaskParser), BusinessRuleTask),
    }
