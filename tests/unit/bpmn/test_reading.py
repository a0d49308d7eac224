"""What a file says is in the model, with its line, and nothing it says is dropped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from written_models import written

from ironcage import bpmn
from ironcage.bpmn.diagram import Bounds
from ironcage.bpmn.grammar import GRAMMAR
from ironcage.bpmn.model import Activity, Event, Formula, Gateway, Reference, TimerDefinition
from ironcage.bpmn.names import NOISE, short
from ironcage.faults import FaultyError, Level
from ironcage.program import Kind

MEANS_NOTHING = {
    # which program wrote the file, and what it names for itself
    ("bpmn:definitions", "exporter"), ("bpmn:definitions", "exporterVersion"), ("bpmn:definitions", "typeLanguage"),
    ("bpmn:definitions", "xsi:schemaLocation"), ("bpmn:laneSet", "name"), ("bpmn:childLaneSet", "name"),
    ("bpmn:documentation", "textFormat"), ("bpmn:textAnnotation", "textFormat"), ("bpmn:collaboration", "isClosed"),
    # types and techniques, which are neither asked for nor checked
    ("bpmn:dataStore", "capacity"), ("bpmn:dataStore", "isUnlimited"), ("bpmn:correlationProperty", "type"),
    ("bpmn:lane", "partitionElementRef"), ("bpmn:category", "name"), ("bpmn:event", "name"),
    ("bpmn:globalChoreographyTask", "initiatingParticipantRef"),
    # of the drawing: how, not where
    ("bpmndi:BPMNDiagram", "documentation"), ("bpmndi:BPMNDiagram", "resolution"), ("bpmndi:BPMNShape", "isExpanded"),
    ("bpmndi:BPMNShape", "isMarkerVisible"), ("bpmndi:BPMNShape", "isMessageVisible"),
    ("bpmndi:BPMNShape", "participantBandKind"), ("bpmndi:BPMNShape", "choreographyActivityShape"),
    ("bpmndi:BPMNEdge", "sourceElement"), ("bpmndi:BPMNEdge", "targetElement"),
    ("bpmndi:BPMNEdge", "messageVisibleKind"), ("bpmndi:BPMNLabel", "labelStyle"),
}  # fmt: skip
TYPE = "evaluatesToTypeRef"


def reread(root: etree._Element) -> bpmn.Model:
    return replace(bpmn.read(etree.tostring(root), "m.bpmn"), source=b"")


def attributes(source: bytes) -> list[tuple[int, str]]:
    """Every attribute of a file, as the place of its element and its name."""
    return [(place, str(key)) for place, each in enumerate(etree.fromstring(source).iter("*")) for key in each.attrib]


def test_the_whole_file_is_read_without_a_fault(whole_source: bytes) -> None:
    # It shows gateways, and not what they are for.
    assert {fault.rule for fault in bpmn.examine(whole_source, "m.bpmn", {"known"})[1]} == {"gateway-for-nothing"}


def test_the_two_files_hold_every_element_of_the_grammar() -> None:
    files = [(Path(__file__).parent / name).read_bytes() for name in ("whole_model.bpmn", "every_element.bpmn")]
    held = {short(each.tag) for file in files for each in etree.fromstring(file).iter("*")}
    assert set(GRAMMAR) - held == {"bpmndi:BPMNLabelStyle", "dc:Font", "di:extension"}


def test_changing_any_attribute_changes_the_model(any_source: bytes) -> None:
    unchanged = set()
    before = reread(etree.fromstring(any_source))
    for place, key in attributes(any_source):
        root = etree.fromstring(any_source)
        element = list(root.iter("*"))[place]
        form = GRAMMAR.get(short(element.tag))
        attribute = form.attributes.get(short(key)) if form else None
        if attribute is None:
            continue  # a tool's own, or within what is only shown
        value = element.get(key)
        others = {"true": ("false",), "false": ("true",)}.get(value, [f"{value}7"])
        if attribute.values and not attribute.values[0].startswith("#"):
            others = [other for other in attribute.values if other not in {value, "1", "0"}]
        for other in others:
            element.set(key, other)
            said = (short(element.tag), short(key))
            if reread(root) == before and said not in MEANS_NOTHING and said[1] not in {"implementation", TYPE}:
                unchanged.add((short(element.tag), short(key)))
    assert unchanged == set()


def test_removing_any_element_changes_the_model(any_source: bytes) -> None:
    before = reread(etree.fromstring(any_source))
    for place, _ in enumerate(etree.fromstring(any_source).iter("*")):
        root = etree.fromstring(any_source)
        element = list(root.iter("*"))[place]
        if element is root:
            continue
        element.getparent().remove(element)
        try:
            assert reread(root) != before, element.tag
        except FaultyError:
            continue


def test_elements_carry_the_line_they_begin_on(whole: bpmn.Model) -> None:
    process = whole.process()
    assert process is not None
    lines = whole.source.decode().split("\n")
    for element in (*process.nodes, *process.flows, *process.all_lanes()):
        assert f'id="{element.id}"' in lines[element.line - 1]


def test_an_expression_is_its_text_without_comments_and_space_around(whole: bpmn.Model) -> None:
    flow = next(flow for flow in whole.processes[0].flows if flow.id == "f3")
    assert flow.condition is not None
    assert flow.condition.text == 'answer = "a" and x < 2'
    assert flow.condition.language == "https://www.omg.org/spec/DMN/20230324/FEEL/"


def test_nodes_have_the_type_of_their_sort(whole: bpmn.Model) -> None:
    nodes = {node.id: node for node in whole.processes[0].nodes}
    assert isinstance(nodes["do"], Activity)
    assert nodes["do"].assignment is not None
    assert nodes["do"].assignment.role == Formula("r", 57)
    assert isinstance(nodes["choice"], Gateway)
    assert (nodes["choice"].kind, nodes["choice"].default) == (Kind.EXCLUSIVE_GATEWAY, "f4")
    assert isinstance(nodes["late"], Event)
    assert isinstance(nodes["late"].definitions[0], TimerDefinition)
    assert nodes["late"].attached_to == "do"
    assert nodes["do"].incoming == (Reference("f3", 62),)


def test_a_prefix_for_the_target_namespace_is_taken_off(whole: bpmn.Model) -> None:
    assert whole.collaborations[0].participants[0].process == "p"


def test_the_drawing_is_kept(whole: bpmn.Model) -> None:
    diagram = whole.diagram
    assert diagram is not None
    assert [shape.element for shape in diagram.shapes] == ["pool", "s"]
    assert diagram.shapes[1].bounds == Bounds(10.5, -20, 36, 36)
    assert diagram.shapes[1].label == Bounds(1, 2, 3, 4)
    assert diagram.edges[0].waypoints == ((46, 18), (100, 18))


def test_a_drawing_that_is_not_executable_is_read() -> None:
    model = bpmn.read(written('<process id="p">\ns: startEvent\n</process>').source, "m.bpmn")
    assert [node.id for node in model.processes[0].nodes] == ["s"]


def test_what_is_not_read_refuses_the_file_whole() -> None:
    with pytest.raises(FaultyError) as refused:
        bpmn.read(written('<implicitThrowEvent id="a"/>\nb: uzerTask').source, "m.bpmn")
    assert [(fault.rule, fault.line) for fault in refused.value.faults] == [
        ("unsupported-element", 3),
        ("unknown-element", 4),
    ]


@pytest.mark.parametrize(
    ("namespace", "engine"),
    [
        ("http://camunda.org/schema/zeebe/1.0", "Zeebe"),
        ("http://flowable.org/bpmn", "Flowable"),
        ("http://operaton.org/schema/1.0/bpmn", "Operaton"),
        ("http://spiffworkflow.org/bpmn/schema/1.0/core", "SpiffWorkflow"),
    ],
)
def test_other_engines_dialects_are_refused_by_name(namespace: str, engine: str) -> None:
    text = f'<userTask id="a"><extensionElements><x:y xmlns:x="{namespace}"/></extensionElements></userTask>'
    with pytest.raises(FaultyError) as refused:
        bpmn.read(written(text).source, "m.bpmn")
    assert [fault.fields["engine"] for fault in refused.value.faults] == [engine]


@pytest.mark.parametrize(
    ("namespace", "rules"), [*((each, []) for each in sorted(NOISE)), ("urn:x", ["unknown-extension"])]
)
def test_what_a_tool_notes_for_itself_is_no_fault_and_anything_else_is(namespace, rules):
    noted = f'<n:style xmlns:n="{namespace}" align="center"/>'
    source = f"<userTask id='a'><extensionElements>{noted}</extensionElements></userTask>"
    faults = bpmn.examine(written(source).source, "m.bpmn", ())[1]
    assert [fault.rule for fault in faults if fault.level is Level.ERROR] == rules
