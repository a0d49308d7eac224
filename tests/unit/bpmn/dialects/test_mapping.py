"""What a dialect says is said in BPMN and our namespace, on the line it stood on."""

from __future__ import annotations

import re

import pytest
from dialect_models import HEAD, PAIRS, Pair
from lxml import etree

from ironcage import xml
from ironcage.bpmn import dialects
from ironcage.bpmn.dialects.family import family_of
from ironcage.faults import Level


def parsed(inside: str) -> etree._Element:
    return xml.parse(
        f'{HEAD}\n<process id="p" isExecutable="true">\n{inside}\n</process></definitions>'.encode(), "m.bpmn"
    )


def meaning(root: etree._Element) -> list[object]:
    """What a tree says: its elements with their attributes and texts, extension elements by kind."""
    said: list[object] = []
    for each in root.iter("*"):
        if not family_of(each.tag):
            depth = sum(1 for _ in each.iterancestors())
            said.append((depth, each.tag, sorted(each.attrib.items()), (each.text or "").strip()))
    return said


def sorted_extensions(root: etree._Element) -> etree._Element:
    """Put what our namespace says in an order; among what is of one kind the order means something, and stays."""
    for extensions in root.iter("{*}extensionElements"):
        extensions[:] = sorted(extensions, key=lambda each: each.tag)
    return root


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_what_a_dialect_says_is_said_in_our_words(pair: Pair) -> None:
    root = parsed(pair.written)
    faults = dialects.normalise(root, "m.bpmn")
    assert [str(fault) for fault in faults if fault.level is not Level.ADVICE] == []
    meant = parsed(pair.meant)
    assert meaning(sorted_extensions(root)) == meaning(sorted_extensions(meant))


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_every_new_element_is_on_a_line_of_the_file(pair: Pair) -> None:
    root = parsed(pair.written)
    dialects.normalise(root, "m.bpmn")
    last = pair.written.count("\n") + 2
    assert {each for each in root.iter("*") if not 1 <= xml.line_of(each) <= last} == set()


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.name for pair in PAIRS])
def test_nothing_of_a_dialect_is_left(pair: Pair) -> None:
    root = parsed(pair.written)
    dialects.normalise(root, "m.bpmn")
    left = {name for each in root.iter("*") for name in (each.tag, *each.attrib) if family_of(str(name))}
    assert left == set()


def test_every_kind_of_element_we_write_is_written_somewhere() -> None:
    written = {name for pair in PAIRS for name in re.findall(r"ironcage:(\w+)", pair.meant)}
    assert written >= {
        "assignment", "deadline", "followUp", "form", "set", "decision", "service", "header", "input", "output",
        "results", "collections", "call", "correlation", "script",
    }  # fmt: skip


def test_the_key_a_message_is_found_by_is_said_at_the_message() -> None:
    message = '<message id="m" name="M"><extensionElements><zeebe:subscription correlationKey="=order"/>'
    root = xml.parse(f"{HEAD}{message}</extensionElements></message></definitions>".encode(), "m.bpmn")
    assert dialects.normalise(root, "m.bpmn") == []
    assert [dict(each.attrib) for each in root.iter("{urn:ironcage:bpmn:1}subscription")] == [{"key": "order"}]


def test_a_new_element_is_on_the_line_of_the_word_it_stands_for() -> None:
    root = parsed(
        '<userTask id="a">\n<extensionElements>\n<zeebe:assignmentDefinition assignee="anna"/>\n'
        "</extensionElements></userTask>"
    )
    dialects.normalise(root, "m.bpmn")
    assert [xml.line_of(each) for each in root.iter("{urn:ironcage:bpmn:1}assignment")] == [5]


def test_a_file_without_a_dialect_stays_as_it_is() -> None:
    root = parsed(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>x &gt; 1</conditionExpression>'
        "</sequenceFlow>"
    )
    before = etree.tostring(root)
    assert dialects.normalise(root, "m.bpmn") == []
    assert etree.tostring(root) == before
