"""Whatever a file holds, it is read, or refused with its place; it never crashes the reader and is never believed."""

from __future__ import annotations

from time import process_time

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ironcage import bpmn, spiff
from ironcage.faults import Fault, FaultyError, Level

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&d;</definitions>"""


def faults_of(source: bytes) -> list[Fault]:
    try:
        return bpmn.examine(source, "bad.bpmn", {"known"})[1]
    except FaultyError as error:
        return error.faults


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"", 1),
        (b"not xml", 1),
        (b"<definitions>\n<process>\n</definitions>", 3),
        (b"\x00\x01\x02", 0),
        (BOMB, 2),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 1),
        (b"<definitions/>", 1),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", 1),
    ],
)
def test_what_is_no_bpmn_is_refused_with_file_and_line(source: bytes, line: int) -> None:
    fault, *_ = faults_of(source)
    assert (fault.file, fault.level) == ("bad.bpmn", Level.ERROR)
    assert fault.line >= line


@pytest.mark.parametrize(
    "source",
    [
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
        + b"<process/>" * 100_000
        + b"</definitions>",
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">' + b"<process>" * 100_000,
        b"<a b='" + b"x" * 20_000_000 + b"'/>",
    ],
    ids=["many", "deep", "long"],
)
def test_hostile_sizes_are_refused_in_bounded_time(source: bytes) -> None:
    before = process_time()
    assert [fault.level for fault in faults_of(source)] == [Level.ERROR]
    assert process_time() - before < 2


@examples(200)
@given(drawn=st.data())
def test_a_mutilated_model_never_crashes_and_never_passes_wrongly(whole_source: bytes, drawn: st.DataObject) -> None:
    root = etree.fromstring(whole_source)
    for _ in range(drawn.draw(st.integers(1, 3))):
        mutilate(root, drawn)
    source = etree.tostring(root)
    faults = faults_of(source)
    assert all(fault.line >= 0 and fault.file == "bad.bpmn" and fault.sentence() for fault in faults)
    if not any(fault.level is Level.ERROR for fault in faults):
        program = bpmn.compile(bpmn.read(source, "bad.bpmn"), {}, None)
        assert spiff.compile(source, "bad.bpmn", {}, None) == program
        bpmn.mandatory(program)


def mutilate(root: etree._Element, drawn: st.DataObject) -> None:
    """Remove, move, rename or copy an element, or remove or swap an attribute."""
    elements = [each for each in root.iter("*") if each is not root]
    one, other = drawn.draw(st.sampled_from(elements)), drawn.draw(st.sampled_from(elements))
    parent = one.getparent()
    assert parent is not None
    match drawn.draw(st.sampled_from(["remove", "move", "rename", "unset", "swap", "set", "write"])):
        case "remove":
            parent.remove(one)
        case "move" if one not in other.iterancestors() and one is not other:
            other.append(one)
        case "rename":
            one.tag = other.tag
        case "unset" if one.attrib:
            del one.attrib[drawn.draw(st.sampled_from(sorted(map(str, one.attrib))))]
        case "swap" if one.get("id") and other.get("id"):
            first, second = one.get("id", ""), other.get("id", "")
            one.set("id", second)
            other.set("id", first)
        case "set" if one.attrib:
            key = drawn.draw(st.sampled_from(sorted(map(str, one.attrib))))
            one.set(key, drawn.draw(st.sampled_from(["", "true", "a", "do", "f3", "t:do", "P3D", "1 +", "\u4e00"])))
        case "write":
            one.text = drawn.draw(st.sampled_from(["", "x", "f3", "do", "P3D", "-PT5S", "1 +", "x = 1"]))
        case _:
            pass


@examples(100)
@given(at=st.floats(0, 1, exclude_max=True), length=st.integers(0, 20), filling=st.binary(max_size=8))
def test_cut_and_overwritten_bytes_are_read_or_refused(
    whole_source: bytes, at: float, length: int, filling: bytes
) -> None:
    begin = int(at * len(whole_source))
    source = whole_source[:begin] + filling + whole_source[begin + length :]
    assert all(fault.sentence() for fault in faults_of(source))
