"""Faults as SARIF: what code review and editors need of it."""

from __future__ import annotations

import json
from urllib.parse import urlparse

import pytest

from ironcage.faults import Fault, Level
from ironcage.messages import speaking
from ironcage.resources import folder
from ironcage_console.cli.sarif import sarif

FAULTS = [
    Fault("processes/城 管/m.bpmn", 7, "a", "duplicate-id", "The id {identity} is given twice.", "Mend it.", column=3,
          fields={"identity": "a"}),
    Fault("m.bpmn", 0, "", "no-default", "No default.", "Add one.", Level.ADVICE),
    Fault("process.toml", 2, "", "key-unknown", "What is {key}?", "Remove it.", Level.WARNING, fields={"key": "x"}),
]  # fmt: skip


@pytest.fixture
def run() -> dict:
    return sarif(FAULTS)["runs"][0]


def test_every_result_names_a_rule_that_is_described(run):
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_rule_of_the_gate_says_where_its_page_is(run):
    rules = [rule for rule in run["tool"]["driver"]["rules"] if "help" in rule]
    assert len(rules) > 50
    for rule in rules:
        assert urlparse(rule["helpUri"]).scheme
        assert rule["shortDescription"]["text"].endswith((".", "。"))


@pytest.mark.parametrize(("language", "said"), [("zh", "标识"), ("en", "id")])
def test_a_rule_is_told_in_the_language_of_the_reader(language, said):
    with speaking(language):
        rules = sarif(FAULTS)["runs"][0]["tool"]["driver"]["rules"]
    (twice,) = (rule for rule in rules if rule["id"] == "duplicate-id")
    assert said in twice["shortDescription"]["text"]
    assert said in twice["help"]["text"]
    is_chinese = ["。" in rule["shortDescription"]["text"] for rule in rules if "help" in rule]
    assert set(is_chinese) == {language == "zh"}


def test_a_result_has_its_place_as_far_as_it_is_known(run):
    first, second, _ = (result["locations"][0] for result in run["results"])
    assert first["physicalLocation"] == {
        "artifactLocation": {"uri": "processes/%E5%9F%8E%20%E7%AE%A1/m.bpmn"},
        "region": {"startLine": 7, "startColumn": 3},
    }
    assert first["logicalLocations"] == [{"name": "a", "kind": "element"}]
    assert "region" not in second["physicalLocation"]
    assert "logicalLocations" not in second


def test_levels_and_sentences_are_those_of_the_faults(run):
    assert [result["level"] for result in run["results"]] == ["error", "note", "warning"]
    assert run["results"][0]["message"]["text"] == "The id a is given twice. Mend it."


def test_check_prints_sarif_json_or_text(ironcage):
    path = folder("processes") / "service_request"
    sarif_ = ironcage("check", path, "--format", "sarif")
    assert sarif_.code == 0
    assert json.loads(sarif_.out)["version"] == "2.1.0"
    assert ironcage("check", path, "--format", "json").out == ironcage("check", path, "--json").out
    assert ironcage("check", path, "--format", "text").out == ironcage("check", path).out


def test_a_model_by_itself_is_checked(ironcage, tmp_path):
    process = folder("processes") / "service_request/service_request.bpmn"
    assert ironcage("check", process).code == 0
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(process.read_bytes().replace(b'isExecutable="true"', b'isExecutable="false"'))
    answered = ironcage("check", broken, "--format", "json")
    assert answered.code == 1
    assert {fault["rule"] for fault in json.loads(answered.out) if fault["level"] == "error"} == {"not-executable"}
    assert ironcage("check", tmp_path / "nowhere.bpmn").code == 2
