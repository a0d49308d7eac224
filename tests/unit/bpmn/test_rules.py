"""Each rule, on a small model that breaks it and nothing else."""

from __future__ import annotations

import re

import pytest
from rule_cases import Case, cases
from written_models import written

from ironcage import bpmn
from ironcage.bpmn import dialects, whitelist
from ironcage.bpmn.check import CHECKS
from ironcage.bpmn.check.catalogue import catalogue
from ironcage.faults import Fault, FaultyError, Level
from ironcage.messages import speaking

CASES = cases()
# These say more than one thing when they are broken.
NOISY = {
    "dangling-reference", "no-entry", "unreachable-node", "no-way-to-end", "missing-attribute", "event-definition",
    "implicit-end", "boundary-host", "boundary-outside", "compensation-activity", "link-without-source",
    "link-without-target", "link-twice", "empty-process", "wrong-reference", "unsupported-element", "resource-form",
    "set-not-member",
}  # fmt: skip


# What mends these is not executed either.
UNMENDED = {"resource-form"}


def named(case: Case) -> str:
    return f"{case.rule}-{case.source().line}"


def faults_of(source: bytes) -> list[Fault]:
    try:
        return bpmn.examine(source, "m.bpmn", {"known"})[1]
    except FaultyError as error:
        return error.faults


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_element(case: Case) -> None:
    source, line = case.source()
    faults = faults_of(source)
    assert ("m.bpmn", line, case.element) in {
        (fault.file, fault.line, fault.element) for fault in faults if fault.rule == case.rule
    }, faults
    if case.rule not in NOISY:
        assert {fault.rule for fault in faults} == {case.rule}


@pytest.mark.parametrize("case", [case for case in CASES if case.is_mended], ids=named)
def test_a_mended_model_is_without_fault(case: Case) -> None:
    assert faults_of(written(case.mended).source) == []


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_is_said_can_be_said_in_both_languages(case: Case) -> None:
    for language in ("zh", "en"):
        with speaking(language):
            for fault in faults_of(case.source().source):
                assert "{" not in str(fault)
                assert fault.sentence()
                assert fault.advice()


def test_every_rule_has_a_model_that_breaks_it_and_one_that_does_not() -> None:
    # Large enough to exhaust the budget is not small; see test_soundness.
    rules = catalogue().keys() - {"states-not-explored"} - {rule.name for rule in dialects.RULES}
    assert rules - {case.rule for case in CASES} == set()
    rules = rules & {each.rule.name for each in CHECKS} - UNMENDED
    assert rules - {case.rule for case in CASES if case.is_mended} == set()


def test_every_rule_has_a_name_of_its_own_and_says_why() -> None:
    names = [each.rule.name for each in CHECKS] + [rule.name for rule in whitelist.RULES]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in names)
    assert all(each.examine.__doc__ for each in CHECKS)


def test_all_faults_of_a_file_are_named_at_once() -> None:
    text = 's: startEvent\na: userTask\n<task id="b"><performer/></task>\ne: endEvent\n'
    text += "s -> a if x\na -> nowhere\ne -> b"
    rules = {fault.rule for fault in faults_of(written(text).source)}
    assert rules == {
        "unsupported-element",
        "condition-not-allowed",
        "dangling-reference",
        "end-outgoing",
        "implicit-end",
        "no-incoming",
    }


def test_what_refers_to_a_refused_element_is_not_refused_again() -> None:
    text = 's: startEvent\n<implicitThrowEvent id="a"/>\ne: endEvent\ns -> a\na -> e'
    assert [fault.rule for fault in faults_of(written(text).source)] == ["unsupported-element"]


def test_faults_stand_in_the_order_of_their_lines() -> None:
    lines = [fault.line for fault in faults_of(written("s: uzerTask\na: uzerTask\ne: uzerTask\ns -> q\nq -> e").source)]
    assert lines == sorted(lines)
    assert len(lines) > 3


@pytest.mark.parametrize("level", Level)
def test_rules_of_every_level_are_found(level: Level) -> None:
    assert any(each.rule.level is level for each in CHECKS)


def test_a_cycle_after_an_event_based_gateway_comes_once() -> None:
    timer = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition></intermediateCatchEvent>"
    flows = "s -> g\ng -> t\ng -> u\nt -> e\nu -> e"
    events = "\n".join(f'<intermediateCatchEvent id="{name}">{timer}' for name in "tu")
    begin = '<process id="p" isExecutable="true">\ns: startEvent\n<eventBasedGateway id="g"/>'
    text = f"{begin}\n{events}\ne: endEvent\n{flows}\n</process>"
    assert faults_of(written(text).source) == []
