"""Whatever stands in the place of a dialect, it is rewritten or told, in time, and nothing of it is left."""

from __future__ import annotations

from time import process_time

from dialect_models import HEAD, PAIRS
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ironcage import xml
from ironcage.bpmn import dialects
from ironcage.bpmn.dialects.family import FAMILIES, family_of

NAMES = sorted({word.name for words in dialects.VOCABULARY.values() for word in words})
TEXTS = st.sampled_from(
    ["", " ", "x", "=x", "=", "${x}", "${", "${x.y(}", "a,b", "R3/PT5M", "P1D", "2026-02-30", "=[a, b]", "true",
     "version", "import os", "x = 1", "{'a': 1}", "\u0661", "x" * 3000, "((((", "=" * 50, "\n=\n"]
)  # fmt: skip


def _mutated(data: st.DataObject) -> bytes:
    pair = data.draw(st.sampled_from(PAIRS))
    root = etree.fromstring(f'{HEAD}<process id="p" isExecutable="true">{pair.written}</process></definitions>')
    for _ in range(data.draw(st.integers(1, 4))):
        element = data.draw(st.sampled_from([each for each in root.iter("*") if each is not root]))
        what = data.draw(st.sampled_from(["attribute", "text", "child", "drop", "retag"]))
        space, name = data.draw(st.sampled_from(sorted(FAMILIES))), data.draw(st.sampled_from(NAMES))
        local = name.rpartition("@")[2].rpartition("/")[2].replace("=", "-")
        if what == "attribute":
            keys = [*element.attrib, f"{{{space}}}{local}"]
            element.set(data.draw(st.sampled_from(keys)), data.draw(TEXTS))
        elif what == "text":
            element.text = data.draw(TEXTS)
        elif what == "child":
            etree.SubElement(element, f"{{{space}}}{local}").text = data.draw(TEXTS)
        elif what == "retag" and family_of(element.tag):
            element.tag = f"{{{space}}}{local}"
        elif what == "drop" and element.attrib:
            del element.attrib[data.draw(st.sampled_from(list(element.attrib)))]
    return etree.tostring(root)


@given(st.data())
def test_a_mutated_file_is_rewritten_or_told_and_nothing_is_left(data: st.DataObject) -> None:
    source = _mutated(data)
    root = xml.parse(source, "m.bpmn")
    faults = dialects.normalise(root, "m.bpmn", source)
    assert all(fault.sentence() and fault.advice() and fault.line for fault in faults)
    assert [name for each in root.iter("*") for name in (each.tag, *each.attrib) if family_of(str(name))] == []


def test_a_thousand_elements_are_rewritten_in_a_moment() -> None:
    task = '<userTask id="t{0}" camunda:assignee="${{who{0}}}" camunda:asyncBefore="true"/>'
    flow = (
        '<sequenceFlow id="f{0}" sourceRef="t{0}" targetRef="t{0}">'
        "<conditionExpression>${{a{0} > 1 &amp;&amp; b == 'x'}}</conditionExpression></sequenceFlow>"
    )
    inside = "\n".join(each.format(number) for number in range(500) for each in (task, flow))
    source = f'{HEAD}<process id="p" isExecutable="true">{inside}</process></definitions>'.encode()
    root = xml.parse(source, "m.bpmn")
    began = process_time()
    faults = dialects.normalise(root, "m.bpmn", source)
    assert process_time() - began < 2
    assert len(faults) == 500
