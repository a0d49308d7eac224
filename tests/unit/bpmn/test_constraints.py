"""Files of an independent suite, each of which breaks one rule of the standard: refused for it, on its line.

``constraints.txt`` says of each file which rule of ours finds it, and where; a ``-`` that none does, which must have a
reason below. The files are looked at as ``ironcage conformance`` does: with our language in the place of the suite's.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ironcage import bpmn
from ironcage.conformance.placeholders import rewritten
from ironcage.faults import FaultyError, Level

SUITES = os.environ.get("IRONCAGE_SUITES")
EXPECTED = [line.split() for line in (Path(__file__).parent / "constraints.txt").read_text("utf-8").splitlines()]
# A message event of an executable process without an operation: no tool writes one, and no case depends on it. It is
# told as advice where a file has interfaces; see docs/reference/checks/message-operation.md.
TAKEN = {"EXT128"}

needs_suites = pytest.mark.skipif(SUITES is None, reason="IRONCAGE_SUITES is not set")


def folder() -> Path:
    assert SUITES is not None
    return Path(SUITES) / "bpmn"


@needs_suites
@pytest.mark.parametrize(("name", "rule", "line"), EXPECTED, ids=[name for name, _, _ in EXPECTED])
def test_a_file_is_refused_for_what_is_broken_in_it(name: str, rule: str, line: str) -> None:
    source = rewritten((folder() / "bpmn_constraints" / f"{name}.bpmn").read_bytes())
    try:
        faults = bpmn.examine(source, "m.bpmn", ())[1]
    except FaultyError as error:
        faults = error.faults
    errors = {(fault.rule, fault.line) for fault in faults if fault.level is Level.ERROR}
    if rule == "-":
        assert errors == set()
    else:
        assert (rule, int(line)) in errors


@needs_suites
def test_every_file_of_the_suite_is_held_against_a_rule() -> None:
    manifest = json.loads((folder() / "manifest.json").read_text("utf-8"))
    assert [name for name, _, _ in EXPECTED] == [
        constraint["id"].removeprefix("bpmn_constraints/") for constraint in manifest["constraints"]
    ]


def test_what_is_not_refused_has_a_reason() -> None:
    taken = {name for name, rule, _ in EXPECTED if rule == "-"}
    assert {name.partition("/")[0] for name in taken} == TAKEN
    assert len(EXPECTED) - len(taken) >= 143


@needs_suites
def test_the_processes_of_the_suite_pass_the_gate() -> None:
    manifest = json.loads((folder() / "manifest.json").read_text("utf-8"))
    refused = set()
    for test in manifest["tests"]:
        faults = bpmn.examine(rewritten((folder() / test["file"]).read_bytes()), "m.bpmn", ())[1]
        if any(fault.level is Level.ERROR for fault in faults):
            refused.add(test["id"])
    # A quantity of nought, and a condition that is no expression in any language.
    assert refused == {
        "errors/Token_StartQuantity_Zero",
        "events/Conditional_StartEvent_EventSubProcess_NonInterrupting",
    }
