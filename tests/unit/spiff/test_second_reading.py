"""SpiffWorkflow's reading of a file is whole: what it would drop, misread or fail on is in the program all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bpmn_model import model

from ironcage import feel, spiff
from ironcage.faults import FaultyError
from ironcage.program import Assignment, Due, Kind, Lane, Program, Setting, Terminate, TimerKind

CHAIN = 10_000


def compiled(source: bytes) -> Program:
    return spiff.compile(source, "case.bpmn", {}, None)


def task(said: str = "", **changes: str) -> bytes:
    """Make a process of one task, with texts replaced."""
    source = model({"s": "start", "a": "user", "e": "end"}, "s -> a", "a -> e", said={"a": said}).decode()
    for old, new in changes.items():
        assert OLD[old] in source
        source = source.replace(OLD[old], new)
    return source.encode()


OLD = {
    "process": '<process id="p" isExecutable="true">',
    "executable": 'isExecutable="true"',
    "task": '<userTask id="a" name="A">',
    "flow": '<sequenceFlow id="s_a" sourceRef="s" targetRef="a">',
    "end": '<endEvent id="e" name="E">',
}


def test_nodes_and_flows_stand_in_document_order_with_their_lines():
    source = model(
        {"e": "end", "l": "boundary a PT1H", "late": "terminate", "a": "user", "s": "start"},
        *("a -> e", "s -> a", "l -> late"),
    )
    program = compiled(source)
    lines = source.decode().split("\n")
    assert [node.id for node in program.nodes] == ["e", "l", "late", "a", "s"]
    assert [flow.id for flow in program.flows] == ["a_e", "s_a", "l_late"]
    for element in (*program.nodes, *program.flows):
        assert f'id="{element.id}"' in lines[element.line - 1]


def test_kinds_events_and_attachments_are_read():
    program = compiled(
        model(
            {
                "s": "start",
                "g": "xor default g_m",
                "m": "manual",
                "c": "service call result y",
                "l": "boundary c PT1H",
                "k": "boundary c PT2H",
                "d": "rule routing result z",
                "w": "until 2030-01-01T00:00:00Z",
                "t": "terminate",
            },
            *("s -> g", "g -> c if x = 1", "g -> m", "m -> t", "c -> d", "l -> w", "k -> t", "d -> t", "w -> t"),
        )
    )
    node = {node.id: node for node in program.nodes}
    at = program.index
    assert node["g"].default == node["g"].outgoing[1]
    assert program.flows[node["g"].outgoing[0]].condition == feel.compile("x = 1")
    assert (node["c"].boundaries, node["l"].host, node["k"].host) == ((at("l"), at("k")), at("c"), at("c"))
    assert (node["c"].kind, node["c"].service, node["c"].result) == (Kind.SERVICE_TASK, "call", "y")
    assert (node["d"].kind, node["d"].decision, node["d"].result) == (Kind.BUSINESS_RULE_TASK, "routing", "z")
    assert node["t"].events == (Terminate(),)
    assert (node["l"].events[0].kind, node["l"].events[0].value) == (
        TimerKind.DURATION,
        feel.constant(timedelta(hours=1), "PT1H"),
    )
    assert node["w"].events[0].kind is TimerKind.DATE


def test_what_our_namespace_says_is_read():
    said = (
        '<assignment role="&quot;clerk&quot;" unit="district"/><deadline within="P3D"/>'
        '<set variable="x" value="1"/><set variable="y" value="x + 1"/><separate from="s"/>'
    )
    (node,) = (node for node in compiled(task(said)).nodes if node.id == "a")
    assert node.assignment == Assignment(role=feel.compile('"clerk"'), unit=feel.compile("district"))
    assert node.due == Due(within=feel.constant(timedelta(days=3), "P3D"))
    assert node.settings == (Setting("x", feel.compile("1")), Setting("y", feel.compile("x + 1")))
    assert node.separate_from == (0,)


def test_the_process_has_a_name_and_a_deadline():
    program = compiled(
        task(
            process='<process id="p" name="Permit" isExecutable="true"><extensionElements>'
            '<ironcage:deadline at="target"/></extensionElements>'
        )
    )
    assert (program.process, program.name, program.due) == ("p", "Permit", Due(at=feel.compile("target")))


def test_a_node_is_in_its_innermost_lane_and_lanes_of_one_name_stay_apart():
    lanes = (
        '<laneSet><lane id="outer" name="Office"><flowNodeRef> s </flowNodeRef><flowNodeRef>a</flowNodeRef>'
        '<childLaneSet><lane id="inner" name="Office"><flowNodeRef>a</flowNodeRef></lane></childLaneSet>'
        "</lane></laneSet>"
    )
    program = compiled(task(process=OLD["process"] + lanes))
    assert program.lanes == (Lane("outer", "Office"), Lane("inner", "Office"))
    assert [node.lane for node in program.nodes] == ["outer", "inner", None]


@pytest.mark.parametrize(
    "identity", ["Start", "End", "Root", "p.EndJoin", "StartEventSplit", "a.BoundaryEventSplit", "a [child]"]
)
def test_ids_that_spiffworkflow_gives_itself_are_ids_like_any_other(identity):
    program = compiled(
        model(
            {"s": "start", "a": "user", "l": "boundary a PT1H", identity: "user", "e": "end"},
            *("s -> a", f"a -> {identity}", f"{identity} -> e", "l -> e"),
        )
    )
    assert [node.id for node in program.nodes] == ["s", "a", "l", identity, "e"]
    assert program.nodes[3].kind is Kind.USER_TASK


def test_a_chain_of_ten_thousand_neither_recurses_nor_fails():
    nodes = "".join(f'<userTask id="t{n}"/>' for n in range(CHAIN))
    flows = "".join(f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(CHAIN - 1))
    program = compiled(task(end=f"{nodes}{flows}{OLD['end']}"))
    assert (len(program.nodes), len(program.flows)) == (CHAIN + 3, CHAIN + 1)


def test_what_no_flow_leads_to_is_read():
    program = compiled(task(end='<userTask id="alone"/>' + OLD["end"]))
    assert program.nodes[program.index("alone")].incoming == ()


def test_a_flow_without_an_id_is_read():
    program = compiled(task(flow='<sequenceFlow sourceRef="s" targetRef="a">'))
    assert [(flow.id, flow.source, flow.target) for flow in program.flows] == [("", 0, 1), ("a_e", 1, 2)]


def test_comments_inside_texts_do_not_cut_them_short():
    source = model({"s": "start", "g": "xor", "e": "end"}, "s -> g", "g -> e if x = 1")
    program = compiled(source.replace(b"x = 1", b"x = <!-- one -->1<?x y?> + 1"))
    assert program.flows[1].condition == feel.compile("x = 1 + 1")


def test_truth_has_two_spellings():
    source = model({"s": "start", "a": "user", "l": "boundary a PT1H", "e": "end"}, "s -> a", "a -> e", "l -> e")
    spelt = source.replace(b'isExecutable="true"', b'isExecutable=" 1 "')
    assert compiled(spelt.replace(b'attachedToRef="a"', b'attachedToRef="a" cancelActivity="1"')) == compiled(source)


def test_a_reference_may_bear_the_prefix_of_the_target_namespace():
    source = task(flow='<sequenceFlow id="s_a" sourceRef="t:s" targetRef="t:a">')
    assert compiled(source.replace(b"<definitions ", b'<definitions xmlns:t="urn:test" ')) == compiled(task())


def test_a_diagram_is_no_matter_of_execution():
    diagram = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"><bpmndi:BPMNPlane>'
        '<bpmndi:BPMNShape bpmnElement="a"><dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="far"/>'
        "</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
    assert compiled(task().replace(b"</definitions>", diagram.encode())) == compiled(task())


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"executable": 'isExecutable="false"'}, ""),
        ({"executable": ""}, ""),
        ({"end": "<choreographyTask id='x'/>" + OLD["end"]}, "x"),
        ({"task": OLD["task"] + "<multiInstanceLoopCharacteristics/>"}, "a"),
        ({"task": OLD["task"] + "<standardLoopCharacteristics loopMaximum='many'/>"}, "a"),
        ({"task": OLD["task"] + "<multiInstanceLoopCharacteristics behavior='One' oneBehaviorEventRef='t'/>"}, "a"),
        ({"end": "<boundaryEvent id='x' attachedToRef='a'/>" + OLD["end"]}, "x"),
        ({"end": "<intermediateCatchEvent id='x'><timerEventDefinition/></intermediateCatchEvent>" + OLD["end"]}, "x"),
        ({"end": "<endEvent id='x'><signalEventDefinition signalRef='nowhere'/></endEvent>" + OLD["end"]}, "x"),
        ({"end": "<endEvent id='x'><errorEventDefinition errorRef='nowhere'/></endEvent>" + OLD["end"]}, "x"),
        ({"end": "<endEvent id='x'><eventDefinitionRef>nowhere</eventDefinitionRef></endEvent>" + OLD["end"]}, "x"),
        ({"end": "<endEvent id='x'><compensateEventDefinition activityRef='n'/></endEvent>" + OLD["end"]}, "x"),
        ({"end": "<callActivity id='x'/>" + OLD["end"]}, "x"),
        ({"end": "<subProcess id='x'><dataInputAssociation><sourceRef>nowhere</sourceRef><targetRef>n</targetRef>"
          "</dataInputAssociation></subProcess>" + OLD["end"]}, "x"),
        ({"flow": '<sequenceFlow id="s_a" sourceRef="s" targetRef="nowhere">'}, "s_a"),
    ],
)  # fmt: skip
def test_what_a_program_cannot_say_is_refused_with_its_element(changes, element):
    with pytest.raises(FaultyError) as refused:
        compiled(task(**changes))
    (fault,) = refused.value.faults
    assert (fault.rule, fault.file, fault.element) == ("second-reader", "case.bpmn", element)
