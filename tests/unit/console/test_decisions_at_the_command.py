"""``ironcage decide`` and ``ironcage conformance dmn``, typed as a person types them."""

from __future__ import annotations

import pytest
from dmn_files import MODEL_15, definitions, table

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>m.dmn</modelName>
<testCase id="1"><inputNode name="x"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="pick"><expected><value xsi:type="xsd:string">one</value></expected></resultNode></testCase>
<testCase id="2"><inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>
<resultNode name="pick"><expected><list><item><value xsi:nil="true"/></item></list></expected></resultNode></testCase>
<testCase id="3"><inputNode name="x"><value xsi:type="xsd:decimal">3</value></inputNode>
<resultNode name="pick" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
<testCase id="5"><inputNode name="x"><value xsi:type="xsd:double">NaN</value></inputNode>
<inputNode name="z"><value xsi:type="xsd:decimal">many</value></inputNode>
<resultNode name="pick"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
<testCase id="4"><resultNode name="broken"><expected><value xsi:type="xsd:decimal">4</value></expected></resultNode>
</testCase></testCases>"""
BROKEN = '<decision id="broken" name="broken"><literalExpression><text>1 +</text></literalExpression></decision>'


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.dmn"
    path.write_bytes(definitions(table(['1 | "one"', '2 | "two"', '[3..4] | "a"', '3 | "b"'], "x:number")))
    return path


def test_a_decision_is_asked_and_explained(ironcage, model):
    asked = ironcage("decide", model, "--data", '{"x": 1}')
    assert (asked.code, asked.out) == (0, '"one"\n')
    told = ironcage("decide", model, "--decision", "pick", "--data", '{"x": 2}', "--explain")
    assert "row 2 matches (m.dmn:" in told.out
    data = ironcage("decide", model, "--data", '{"x": 2}', "--explain", "--json").data
    assert (data["value"], data["feel"], data["error"]) == ("two", '"two"', None)
    assert [rule["row"] for step in data["steps"] for rule in step["rules"]] == [2]


def test_a_null_is_explained_and_what_no_decision_reads_is_named(ironcage, model):
    told = ironcage("--lang", "en", "decide", model, "--data", '{"y": 9}', "--explain")
    assert "pick reads no y; it reads: x." in told.out
    assert "no row matches x = null" in told.out
    odd = table(["> y | z / 0"], "x").encode()
    model.write_bytes(definitions(odd.decode()))
    told = ironcage("--lang", "en", "decide", model, "--data", '{"x": 9, "y": 1, "z": 5}', "--explain")
    assert "In z / 0: / at column 3 has no result for: 5, 0." in told.out
    told = ironcage("--lang", "en", "decide", model, "--data", '{"x": "a", "y": 1}', "--explain")
    assert 'In > y: > at column 1 has no result for: "a", 1.' in told.out


def test_a_table_that_refuses_to_answer_says_so(ironcage, model):
    asked = ironcage("decide", model, "--data", '{"x": 3}', "--explain", "--json")
    assert asked.code == 1
    assert asked.data["value"] is None
    assert "rows 3, 4" in asked.data["error"]


def test_what_is_not_there_is_named(ironcage, model, tmp_path):
    assert ironcage("decide", tmp_path / "no.dmn").code == 2
    assert ironcage("conformance", "dmn", tmp_path / "no").code == 2
    unknown = ironcage("decide", model, "--decision", "other")
    assert unknown.code == 1
    assert "pick" in unknown.err


def test_a_file_that_only_lies_beside_the_model_does_not_matter(ironcage, model, tmp_path):
    (tmp_path / "beside.dmn").write_text("<broken")
    assert ironcage("decide", model, "--data", '{"x": 1}').code == 0
    imported = f'<import name="i" namespace="urn:i" importType="{MODEL_15}"/>'.encode()
    model.write_bytes(model.read_bytes().replace(b"<decision ", imported + b"<decision ", 1))
    assert ironcage("decide", model, "--data", '{"x": 1}').code == 1


def test_a_kit_is_run_and_each_result_gets_its_verdict(ironcage, model, tmp_path):
    model.write_bytes(model.read_bytes().replace(b"</definitions>", BROKEN.encode() + b"</definitions>"))
    (tmp_path / "m-test-01.xml").write_text(CASES)
    (tmp_path / "notes.xml").write_text("<a/>")
    ran = ironcage("conformance", "dmn", tmp_path, "--json")
    results = ran.data["results"]
    assert [result["verdict"] for result in results] == ["pass", "wrong", "pass", "pass", "refused"]
    assert (results[1]["expected"], results[1]["got"]) == ("[null]", '"two"')
    assert results[0].keys() == {"suite", "file", "case", "node", "verdict", "expected", "got", "reason"}
    assert "dmn-feel" in results[4]["reason"]
    assert ran.code == 1
    assert "5 results: 3 pass, 1 refused, 1 wrong." in ironcage("conformance", "dmn", tmp_path).out
