"""Where SpiffWorkflow's parser hangs, recurses, crashes or multiplies, the second reader reads or refuses."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from broken_models import broken_models
from constructs import around, file, task
from examples import examples
from hypothesis import given

from ironcage import spiff
from ironcage.faults import FaultyError
from ironcage.program import Program, Signal


def compiled(source: bytes) -> Program:
    return spiff.compile(source, "case.bpmn", {}, None)


@examples(400)
@given(source=broken_models(most=4))
def test_whatever_is_broken_is_read_or_refused(source):
    with suppress(FaultyError):
        assert isinstance(compiled(source), Program)


@pytest.mark.parametrize("end", ["Input", "Output"])
def test_data_that_is_nowhere_is_refused_from_within_a_sub_process_too(end):
    source, target = ("nowhere", "di") if end == "Input" else ("di", "nowhere")
    inside = (
        f'<userTask id="w"><ioSpecification><data{end} id="di"/><inputSet/><outputSet/></ioSpecification>'
        f"<data{end}Association><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef></data{end}Association>"
        "</userTask>"
    )
    with pytest.raises(FaultyError) as refused:
        compiled(around(f'<subProcess id="a">{inside}</subProcess>'))
    (fault,) = refused.value.faults
    assert (fault.element, fault.line > 0) == ("w", True)


def test_sub_processes_are_read_however_deep_they_are_nested():
    depth = 150
    head = "".join(f'<subProcess id="s{number}">' for number in range(depth))
    program = compiled(file(f'{head}<task id="t"/>{"</subProcess>" * depth}'))
    assert [node.parent for node in program.nodes] == [None, *range(depth)]


def test_what_is_deep_and_wide_is_not_read_once_a_level():
    depth, count = 150, 10_000
    head = "".join(f'<subProcess id="s{number}">' for number in range(depth))
    tasks = "".join(f'<task id="t{number}"/>' for number in range(count))
    begun = process_time()
    assert len(compiled(file(head + tasks + "</subProcess>" * depth)).nodes) == depth + count
    assert process_time() - begun < 5


def test_a_chain_of_ten_thousand_inside_a_sub_process_is_read():
    count = 10_000
    tasks = "".join(f'<task id="t{number}"/>' for number in range(count))
    flows = "".join(f'<sequenceFlow sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1))
    assert len(compiled(file(f'<subProcess id="a">{tasks}{flows}</subProcess>')).nodes) == count + 1


def test_an_event_definition_that_many_refer_to_is_read_once():
    count, length = 2_000, 40_000
    events = "".join(
        f'<intermediateCatchEvent id="v{number}"><eventDefinitionRef>d</eventDefinitionRef></intermediateCatchEvent>'
        for number in range(count)
    )
    condition = f"<condition>&quot;{'x' * length}&quot; = y</condition>"
    roots = f'<conditionalEventDefinition id="d">{condition}</conditionalEventDefinition>'
    begun = process_time()
    program = compiled(task(more=events, roots=roots))
    assert process_time() - begun < 10
    assert len({id(node.events[0]) for node in program.nodes if node.events}) == 1


def test_ids_that_spiffworkflow_uses_itself_are_ids_like_any_other():
    names = ["Start", "End", "Root", "p.EndJoin", "a.BoundaryEventSplit", "a [child]", "a [loop]"]
    tasks = "".join(f'<task id="{name}"><standardLoopCharacteristics/></task>' for name in names)
    assert [node.id for node in compiled(file(tasks)).nodes] == names


def test_a_signal_without_a_name_goes_by_its_id():
    event = '<intermediateThrowEvent id="v" name="V"><signalEventDefinition signalRef="z"/></intermediateThrowEvent>'
    program = compiled(task(more=event, roots='<signal id="z"/>'))
    assert program.nodes[program.index("v")].events == (Signal("z"),)


def test_a_signal_without_a_reference_does_not_go_by_the_name_of_its_event():
    event = '<intermediateThrowEvent id="v" name="V"><signalEventDefinition/></intermediateThrowEvent>'
    program = compiled(task(more=event))
    assert program.nodes[program.index("v")].events == (Signal(""),)


def test_a_member_of_a_lane_that_an_annotation_quotes_is_no_member_of_it():
    lanes = '<laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef></lane></laneSet>'
    note = '<textAnnotation id="n"><text><flowNodeRef>t</flowNodeRef></text></textAnnotation>'
    program = compiled(file(f'{lanes}<task id="t"/>{note}'))
    assert [(node.id, node.lane) for node in program.nodes] == [("t", "l")]
