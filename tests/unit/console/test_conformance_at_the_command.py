"""``ironcage conformance bpmn`` as a person types it."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from bpmn_model import model

SOURCE = model({"s": "start", "a": "task", "e": "end"}, "s -> a", "a -> e")


@pytest.fixture
def manifest(tmp_path):
    def write(expect):
        (tmp_path / "t.bpmn").write_bytes(SOURCE)
        case = {"n": 1, "vars": {}, "parallel_process": False, "delay_ms": 0, "expect": expect}
        digest = sha256(SOURCE).hexdigest()
        test = {"id": "t", "file": "t.bpmn", "process_id": "p", "sha256": digest, "cases": [case]}
        (tmp_path / "manifest.json").write_text(json.dumps({"tests": [test], "constraints": []}))
        return str(tmp_path / "manifest.json")

    return write


def test_a_suite_that_passes_is_told_in_the_reader_s_language(ironcage, manifest):
    typed = ironcage("conformance", "bpmn", manifest([]), "--lang", "zh")
    assert (typed.code, "1 个流程：1 通过" in typed.out) == (0, True)


def test_a_wrong_trace_is_not_done(ironcage, manifest):
    typed = ironcage("conformance", "bpmn", manifest(["SCRIPT_task1"]), "--json")
    assert (typed.code, typed.data["tests"][0]["verdict"]) == (1, "wrong")
    assert typed.data["tests"][0]["cases"][0]["trace"] == []


def test_a_dispute_of_one_s_own_settles_it(ironcage, manifest, tmp_path):
    written = f'[[dispute]]\nid = "t"\nsha256 = "{sha256(SOURCE).hexdigest()}"\ntrace = []\nclause = "13.3.3"\n'
    (tmp_path / "d.toml").write_text(written + '[dispute.reason]\nzh = "理由"\nen = "why"\n')
    path = manifest(["SCRIPT_task1"])
    typed = ironcage("conformance", "bpmn", path, "--disputes", str(tmp_path / "d.toml"), "--json")
    assert (typed.code, typed.data["tests"][0]["cases"][0]["dispute"]["clause"]) == (0, "13.3.3")


def test_a_manifest_that_is_not_there_is_usage(ironcage, tmp_path):
    assert ironcage("conformance", "bpmn", str(tmp_path / "none.json")).code == 2
