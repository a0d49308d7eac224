"""What is not honoured is refused or told, with its rule, its line and the element it stands at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from dialect_models import HEAD

from ironcage import bpmn, xml
from ironcage.bpmn import dialects
from ironcage.bpmn.dialects.family import family_of
from ironcage.faults import Fault, Level
from ironcage.messages import speaking


class Refused(NamedTuple):
    rule: str
    named: str
    source: bytes
    line: int


def _refused() -> list[Refused]:
    text = (Path(__file__).parent / "refused_models.txt").read_text("utf-8")
    parts = re.findall(r"^== (\S+) ([^\n]+)\n(.*?)(?=^== |\Z)", text, re.MULTILINE | re.DOTALL)
    return [Refused(rule, named, *_marked(body.strip())) for rule, named, body in parts]


def _marked(inside: str) -> tuple[bytes, int]:
    lines = [HEAD, '<process id="p" isExecutable="true">', *inside.split("\n"), "</process></definitions>"]
    (marked,) = (number for number, line in enumerate(lines, 1) if line.endswith("!"))
    return "\n".join(line.removesuffix("!") for line in lines).encode(), marked


REFUSED = _refused()


def faults_of(source: bytes) -> list[Fault]:
    return dialects.normalise(xml.parse(source, "m.bpmn"), "m.bpmn", source)


@pytest.mark.parametrize("refused", REFUSED, ids=[f"{each.rule} {each.named}" for each in REFUSED])
def test_it_is_told_with_its_rule_its_line_and_its_element(refused: Refused) -> None:
    found = [fault for fault in faults_of(refused.source) if fault.rule == refused.rule]
    with speaking("en"):
        told = [fault for fault in found if fault.line == refused.line and refused.named in fault.sentence()]
    assert told != [], [str(fault) for fault in found]
    assert {fault.element for fault in told} <= {"a", "b", "f"}
    for language in ("en", "zh"):
        with speaking(language):
            assert all(fault.sentence() and fault.advice() for fault in told)


@pytest.mark.parametrize("refused", REFUSED, ids=[f"{each.rule} {each.named}" for each in REFUSED])
def test_what_was_told_is_not_left_in_the_tree(refused: Refused) -> None:
    root = xml.parse(refused.source, "m.bpmn")
    dialects.normalise(root, "m.bpmn", refused.source)
    assert [name for each in root.iter("*") for name in (each.tag, *each.attrib) if family_of(str(name))] == []


@pytest.mark.parametrize("rule", dialects.RULES, ids=lambda rule: rule.name)
def test_every_rule_is_broken_by_a_model(rule) -> None:
    assert rule.name in {each.rule for each in REFUSED}
    levels = {fault.level for each in REFUSED for fault in faults_of(each.source) if fault.rule == rule.name}
    assert levels == {rule.level}


def test_a_script_in_another_language_is_not_missed_as_well() -> None:
    (groovy,) = (each for each in REFUSED if each.rule == "dialect-script")
    _, faults = bpmn.examine(groovy.source, "m.bpmn", ())
    assert {"dialect-script"} == {fault.rule for fault in faults} & {"dialect-script", "script-empty"}


def test_a_note_of_a_tool_makes_no_file_mixed() -> None:
    inside = '<task id="a" camunda:modelerTemplate="t"/><userTask id="b" zeebe:modelerTemplate="t"><extensionElements>'
    condition = "<conditionExpression>=x</conditionExpression>"
    source = (
        f'{HEAD}<process id="p" isExecutable="true">{inside}<zeebe:userTask/></extensionElements></userTask>'
        f'<sequenceFlow id="f" sourceRef="a" targetRef="b">{condition}</sequenceFlow></process></definitions>'
    )
    assert [fault.rule for fault in faults_of(source.encode())] == ["dialect-without-effect"]


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ("zeebe:modelerTemplate", '<message id="m" name="=x"/>'),
        ("camunda:asyncBefore", '<signal id="m" name="${x}"/>'),
        ("zeebe:modelerTemplate", '<error id="m" errorCode="=x"/>'),
        ("camunda:asyncBefore", '<escalation id="m" escalationCode="#{x}"/>'),
    ],
)
def test_a_name_that_would_be_computed_is_refused(used: str, named: str) -> None:
    source = f'{HEAD}{named}<process id="p" isExecutable="true"><task id="a" {used}="true"/></process></definitions>'
    found = [(fault.rule, fault.element) for fault in faults_of(source.encode()) if fault.level is Level.ERROR]
    assert found == [("dialect-refused", "m")]


def test_a_model_that_is_told_as_advice_or_warning_has_no_error() -> None:
    mild = [each for each in REFUSED if each.rule in {"dialect-without-effect", "dialect-single-result"}]
    errors = [str(fault) for each in mild for fault in faults_of(each.source) if fault.level is Level.ERROR]
    assert errors == []


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ('<userTask id="a" camunda:assignee="${x.trim()}"/>', 39),
        ('<sequenceFlow id="f" camunda:x="1"><conditionExpression>${x &gt; y.trim()}</conditionExpression>', 0),
        ('<sequenceFlow id="f" camunda:x="1"><conditionExpression>${x % 2 == 1}</conditionExpression>', 61),
    ],
)
def test_the_column_of_an_expression_is_that_in_the_file(written: str, column: int) -> None:
    closing = "</sequenceFlow>" if "sequenceFlow" in written else ""
    source = f'{HEAD}\n<process id="p" isExecutable="true">\n{written}{closing}</process></definitions>'.encode()
    (told,) = (fault for fault in faults_of(source) if fault.rule == "dialect-expression")
    assert (told.line, told.column) == (3, column)


def test_a_drawing_may_hold_anything() -> None:
    drawn = '<process id="p"><serviceTask id="a" camunda:class="x.Y"/></process>'
    assert faults_of(f"{HEAD}{drawn}</definitions>".encode()) == []
    beside = drawn + '<process id="q" isExecutable="true"><serviceTask id="b" camunda:class="x.Y"/></process>'
    assert [fault.element for fault in faults_of(f"{HEAD}{beside}</definitions>".encode())] == ["b"]


def test_work_that_was_refused_is_not_missed_as_well() -> None:
    source = (
        f'{HEAD}<process id="p" isExecutable="true"><serviceTask id="a" camunda:class="x"/></process></definitions>'
    )
    _, faults = bpmn.examine(source.encode(), "m.bpmn", ())
    assert [fault.rule for fault in faults if fault.element == "a"] == ["dialect-refused"]


def test_a_called_process_of_spiffworkflow_that_names_its_data_is_refused() -> None:
    called = '<process id="q"><ioSpecification id="io"><inputSet/><outputSet/></ioSpecification></process>'
    call = '<callActivity id="a" calledElement="q"><extensionElements><spiffworkflow:unitTests/></extensionElements>'
    source = f'{HEAD}<process id="p" isExecutable="true">{call}</callActivity></process>{called}</definitions>'
    assert [fault.rule for fault in faults_of(source.encode())] == ["dialect-refused"]


SPIFF = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"'
FLOW = (
    '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>x == 1</conditionExpression></sequenceFlow>'
)


@pytest.mark.parametrize(("ours", "condition"), [("", "(x = 1) = true"), ("<ironcage:set/>", "x == 1")])
def test_a_file_that_only_declares_spiffworkflow_is_its_own_unless_it_says_our_words(ours: str, condition: str) -> None:
    process = f'<process id="p" isExecutable="true"><extensionElements>{ours}</extensionElements>{FLOW}</process>'
    source = f'{SPIFF} xmlns:ironcage="urn:ironcage:bpmn:1">{process}</definitions>'.encode()
    root = xml.parse(source, "m.bpmn")
    assert dialects.normalise(root, "m.bpmn", source) == []
    assert root.findtext(".//{*}conditionExpression") == condition
