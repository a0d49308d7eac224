from __future__ import annotations

import time

import pytest
from dmn_files import MODEL_15, definitions, one, table

from ironcage import dmn
from ironcage.faults import Fault, FaultyError
from ironcage.messages import speaking

LITERAL = "<literalExpression><text>1</text></literalExpression>"
XPATH = LITERAL.replace("<literalExpression", '<literalExpression expressionLanguage="xpath"')
JAVA = '<functionDefinition kind="Java"><context/></functionDefinition>'
CIRCLE = '<itemDefinition name="t"><itemComponent name="c"><typeRef>t</typeRef></itemComponent></itemDefinition>'
REQUIRES = '<informationRequirement><requiredDecision href="#b"/></informationRequirement>'


def faults(source: bytes) -> list[Fault]:
    with pytest.raises(FaultyError) as refused:
        dmn.read(source, "f.dmn")
    for language in ("zh", "en"):
        with speaking(language):
            assert all(map(str, refused.value.faults))
    return refused.value.faults


@pytest.mark.parametrize("version", ["http://www.omg.org/spec/DMN/20180521", *(
    f"https://www.omg.org/spec/DMN/{date}" for date in ("20191111", "20211108", "20230324")
)])  # fmt: skip
def test_dmn_1_2_to_1_5_is_read(version: str) -> None:
    body = f'<decision id="a" expressionLanguage="{version}/FEEL/">{LITERAL}</decision>'
    assert [decision.id for decision in dmn.read(definitions(body, f"{version}/MODEL/"), "f.dmn")] == ["a"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("", "dmn-no-decision"),
        ('<decision id="a"/>', "dmn-logic"),
        (f'<decision id="a">{LITERAL}{LITERAL}</decision>', "dmn-logic"),
        (f"<decision>{LITERAL}</decision>", "dmn-id"),
        (f'<decision id="a">{LITERAL}</decision><decision id="a">{LITERAL}</decision>', "dmn-id"),
        ('<import namespace="x"/>', "dmn-import"),
        (f'<import namespace="x" importType="{MODEL_15}" name="i"/>', "dmn-import"),
        ('<itemDefinition name="t"><typeRef>tNobody</typeRef></itemDefinition>', "dmn-type"),
        (f'{CIRCLE}<decision id="a">{LITERAL}</decision>', "dmn-type-cycle"),
        ('<businessKnowledgeModel name="b" id="b"/>', "dmn-logic"),
        ('<decisionService name="s" id="s"/>', "dmn-service"),
        (f'<decision id="a">{JAVA}</decision>', "dmn-function-kind"),
        ('<decision id="a"><relation><column name="a"/><row/></relation></decision>', "dmn-relation"),
        ('<decision id="a"><for><in/><return/></for></decision>', "dmn-iterator"),
        ('<decision id="a"><conditional><if/></conditional></decision>', "dmn-box"),
        ('<decision id="a"><strange/></decision>', "dmn-unsupported"),
        (f'<decision id="a">{REQUIRES}{LITERAL}</decision>', "dmn-reference"),
        (f'<decision id="b">{REQUIRES}{LITERAL}</decision>', "dmn-cycle"),
        (f'<inputData id="b" name="b"/><decision id="a">{REQUIRES}{LITERAL}</decision>', "dmn-reference"),
        ('<decision id="a"><literalExpression/></decision>', "dmn-logic"),
        ('<decision id="a"><literalExpression><text>1 +</text></literalExpression></decision>', "dmn-feel"),
        (
            f'<decision id="a">{XPATH}</decision>',
            "dmn-language",
        ),
        ('<decision id="a"><decisionTable hitPolicy="LAST"/></decision>', "dmn-hit-policy"),
        ('<decision id="a"><decisionTable aggregation="SUM"/></decision>', "dmn-hit-policy"),
        ('<decision id="a"><decisionTable/></decision>', "dmn-output"),
        (table(["1 | 2"], outputs="a:tCustom"), "dmn-type"),
        (table(["1 | 2 | 3"], outputs="a,a"), "dmn-output"),
        (table(["1 | 2"], inputs=""), "dmn-input"),
        (table(["1"]), "dmn-row"),
        (table(["1 | 2 | 3"]), "dmn-row"),
        (table(["1 | 2"], inputs="x +"), "dmn-feel"),
        (table(["1,, | 2"]), "dmn-feel"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(body: str, rule: str) -> None:
    found = faults(definitions(body))
    assert rule in [fault.rule for fault in found]
    assert all(fault.file == "f.dmn" and fault.line for fault in found)


def test_another_language_for_the_whole_file_is_refused() -> None:
    source = definitions(f'<decision id="a">{LITERAL}</decision>').replace(b' id="d"', b' expressionLanguage="juel"')
    assert [fault.rule for fault in faults(source)] == ["dmn-language"]


@pytest.mark.parametrize("root", [b"<a/>", b'<definitions xmlns="urn:x"/>', f'<decision xmlns="{MODEL_15}"/>'.encode()])
def test_another_file_is_refused(root: bytes) -> None:
    assert [fault.rule for fault in faults(root)] == ["dmn-namespace"]


def test_a_broken_file_is_refused_like_any_xml() -> None:
    assert [fault.rule for fault in faults(b"<a>")] == ["xml-malformed"]
    assert [fault.rule for fault in faults(b"<!DOCTYPE a><a/>")] == ["xml-doctype"]


def test_a_faulty_cell_is_named_by_row_and_column_with_its_place_in_the_file() -> None:
    body = (
        '<decision id="a"><decisionTable>\n'
        '<input label="queue"><inputExpression><text>x</text></inputExpression></input><output name="unit"/>\n'
        '<rule id="r1"><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>\n'
        '<rule id="r2"><inputEntry id="c2"><text>\n\n  "a",\n  foo(1)</text></inputEntry>'
        "<outputEntry><text>1 +</text></outputEntry></rule>\n"
        "</decisionTable></decision>"
    )
    cell, entry = faults(definitions(body))
    assert (cell.line, cell.column, cell.element) == (9, 3, "c2")
    assert (entry.line, entry.column, entry.element) == (9, 4, "r2")
    with speaking("en"):
        assert cell.sentence() == "2/queue: there is no function called foo."


def test_every_fault_of_a_file_is_told_at_once() -> None:
    assert len(faults(definitions(table(["1 + | 2", "1 | 2 +", "( | )"])))) == 4


def test_a_comment_in_a_cell_is_no_part_of_it() -> None:
    source = definitions(table(["1 | 2"])).replace(b"<text>2</text>", b"<text>2<!-- not 3 -->1</text>")
    (decision,) = dmn.read(source, "f.dmn")
    assert decision == dmn.read(source.replace(b"<!-- not 3 -->", b""), "f.dmn")[0]


def test_a_large_table_is_read_in_bounded_time() -> None:
    rows = [f'"type {number}" | "unit {number % 10}"' for number in range(20_000)]
    began = time.process_time()
    decision = one(rows)
    assert time.process_time() - began < 20
    assert decision.names() == {"x"}
