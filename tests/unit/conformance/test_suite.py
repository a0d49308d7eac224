"""Verdicts on small suites of our own."""

from __future__ import annotations

import pytest

from ironcage.conformance import Dispute, Verdict, examine, run
from ironcage.conformance.gate import gravest
from ironcage.conformance.trial import agrees
from ironcage.faults import Fault, Level
from ironcage.messages import Text, speaking

PLAIN = """
s: startEvent
a: userTask
e: endEvent
s -> a
a -> e
"""
DANGLING = """
s: startEvent
e: endEvent
<sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/> !
"""
STUCK = """
s: startEvent
g: exclusiveGateway
e: endEvent
s -> g
g -> e if test.contains("a")
"""


FAILING_CALL = """
<process id="p" isExecutable="true">
s: startEvent
<callActivity id="a" calledElement="q"/>
<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="{caught}"/></boundaryEvent>
<scriptTask id="c"><script>SCRIPT_task1</script></scriptTask>
e: endEvent
s -> a
a -> e
b -> c
c -> e
</process>
<process id="q" isExecutable="true">
t: startEvent
<endEvent id="f"><errorEventDefinition errorRef="late"/></endEvent>
t -> f
</process>
<error id="late" name="late" errorCode="L"/>
<error id="other" name="other" errorCode="O"/>
"""
UNFORMATTED = """
s: startEvent
<scriptTask id="a"><script>SCRIPT_task1</script></scriptTask>!
e: endEvent
s -> a
a -> e
"""


def one(manifest, *disputes):
    (tested,) = run(manifest, disputes)
    return tested


def test_a_process_that_leaves_the_expected_tokens_passes(suite):
    tested = one(suite(PLAIN))
    assert (tested.verdict, tested.outcomes[0].trace) == (Verdict.PASS, ())


def test_a_pass_with_something_left_open_says_so(suite):
    with speaking("en"):
        assert one(suite(PLAIN)).outcomes[0].remarks == ("Case 1 still waits at a.",)


def test_a_process_that_leaves_others_is_wrong(suite):
    tested = one(suite(PLAIN, expect=["SCRIPT_task1"]))
    assert (tested.verdict, tested.outcomes[0].trace) == (Verdict.WRONG, ())


def test_a_file_that_the_gate_refuses_is_refused_with_line_and_rule(suite):
    tested = one(suite(DANGLING))
    assert (tested.verdict, tested.rule, tested.line) == (Verdict.REFUSED, "dangling-reference", 5)
    assert tested.outcomes[0].trace == ("ERROR_deployment",)


@pytest.mark.parametrize("expected", ["ERROR", "ERROR_deployment"])
def test_a_file_that_must_be_refused_and_is_passes(suite, expected):
    assert one(suite(DANGLING, expect=[expected])).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("data", "expect", "verdict"),
    [
        ({"test": "a"}, [], Verdict.PASS),
        ({"test": "b"}, [], Verdict.FAILED),
        ({"test": "b"}, ["ERROR_runtime"], Verdict.PASS),
        ({"test": "b"}, ["ERROR"], Verdict.PASS),
        ({"test": "b"}, ["ERROR_deployment"], Verdict.FAILED),
    ],
)
def test_a_step_that_cannot_be_taken_is_an_error_at_run_time(suite, data, expect, verdict):
    assert one(suite(STUCK, vars=data, expect=expect)).verdict is verdict


def test_a_file_that_was_changed_fails(suite):
    assert one(suite(PLAIN, digest="0" * 64)).verdict is Verdict.FAILED


def test_a_companion_that_is_not_in_the_file_fails(suite):
    assert one(suite(PLAIN, parallel_process=True)).verdict is Verdict.FAILED


def test_a_dispute_settles_what_it_was_made_for_and_nothing_else(suite):
    manifest = suite(PLAIN, expect=["SCRIPT_task1"])
    digest = manifest.tests[0].source.sha256

    def dispute(id_, sha256, trace):
        return Dispute(id_, sha256, trace, "10.5.4", Text("理由", "why"))

    settled = one(manifest, dispute("t", digest, ()))
    assert (settled.verdict, settled.outcomes[0].dispute.clause) == (Verdict.PASS, "10.5.4")
    for other in (dispute("u", digest, ()), dispute("t", "0", ()), dispute("t", digest, ("SCRIPT_task2",))):
        assert one(manifest, other).verdict is Verdict.WRONG


def test_a_file_that_breaks_a_constraint_is_refused_with_rule_and_line(suite):
    (broken,) = examine(suite(PLAIN, constraint=DANGLING))
    assert broken.as_json()["refused"] is True
    assert (broken.as_json()["rule"], broken.as_json()["line"]) == ("dangling-reference", 5)


def test_a_script_that_names_no_format_breaks_a_file_that_must_be_refused(suite):
    manifest = suite(UNFORMATTED, constraint=UNFORMATTED, expect=["SCRIPT_task1"])
    assert one(manifest).verdict is Verdict.PASS
    (broken,) = examine(manifest)
    assert (broken.as_json()["rule"], broken.as_json()["line"]) == ("script-language", 4)


@pytest.mark.parametrize(("caught", "trace"), [("late", ("SCRIPT_task1",)), ("other", ("ERROR_thrownErrorEvent",))])
def test_an_error_of_a_called_case_ends_in_one_only_if_its_caller_does_not_catch_it(suite, caught, trace):
    tested = one(suite(FAILING_CALL.format(caught=caught), expect=list(trace)))
    assert (tested.reason, tested.outcomes[0].trace) == ("", trace)


def test_a_file_that_breaks_none_is_let_through(suite):
    (broken,) = examine(suite(PLAIN, constraint=PLAIN))
    assert (broken.refused, broken.as_json()["rule"]) == (False, "")


def test_tokens_are_compared_as_a_multiset():
    assert agrees(["a", "b", "a"], ["a", "a", "b"])
    assert not agrees(["a", "b"], ["a", "a", "b"])
    assert not agrees(["a", "ERROR_runtime"], ["a"])


def test_the_gravest_fault_says_what_is_wrong_before_what_follows_from_it_and_what_is_not_executed():
    def fault(rule, line, level=Level.ERROR):
        return Fault("f", line, "", rule, "what", "mend", level)

    faults = [
        fault("unsupported-element", 1),
        fault("no-incoming", 2),
        fault("dangling-reference", 3),
        fault("readers-disagree", 4),
        fault("flow-across", 5),
        fault("unreachable-node", 0, Level.WARNING),
    ]
    order = []
    while found := gravest(faults):
        order.append(found.rule)
        faults.remove(found)
    assert order == ["dangling-reference", "flow-across", "no-incoming", "unsupported-element", "readers-disagree"]


CALLING = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="urn:t">
<globalScriptTask id="shared"><script>SCRIPT_task1</script></globalScriptTask>
<process id="p" isExecutable="true">
s: startEvent
<callActivity id="a" calledElement="shared"/>
<callActivity id="b" calledElement="ParallelProcess"/>
e: endEvent
s -> a
a -> b
b -> e
</process>
<process id="ParallelProcess" isExecutable="true">
<startEvent id="s2"/>
<scriptTask id="c"><script>SCRIPT_task2</script></scriptTask>
<endEvent id="e2"/>
<sequenceFlow id="f1" sourceRef="s2" targetRef="c"/>
<sequenceFlow id="f2" sourceRef="c" targetRef="e2"/>
</process>
</definitions>
"""


def test_a_process_may_call_another_of_its_file_and_a_global_task(suite):
    expected = ["SCRIPT_task1", "SCRIPT_task2"]
    assert one(suite(CALLING, expect=expected)).outcomes[0].trace == tuple(expected)
    both = one(suite(CALLING, expect=["SCRIPT_task2", *expected], parallel_process=True))
    assert both.outcomes[0].trace == ("SCRIPT_task2", *expected)


BY_TIMER = """
<startEvent id="s"><timerEventDefinition>
<timeDuration xsi:type="tFormalExpression">PT5S</timeDuration></timerEventDefinition></startEvent>
<scriptTask id="a"><script>SCRIPT_task1</script></scriptTask>
e: endEvent
s -> a
a -> e
"""


@pytest.mark.parametrize(("delay", "trace"), [(4999, ()), (5000, ("SCRIPT_task1",))])
def test_a_process_that_a_timer_begins_begins_by_it(suite, delay, trace):
    assert one(suite(BY_TIMER, delay_ms=delay)).outcomes[0].trace == trace


def test_a_process_that_nothing_begins_fails(suite):
    by_signal = BY_TIMER.replace("timerEventDefinition", "signalEventDefinition")
    text = '<signal id="x" name="x"/>\n<process id="p" isExecutable="true">' + (
        '<startEvent id="s"><signalEventDefinition signalRef="x"/></startEvent>'
        + by_signal.partition("</startEvent>")[2]
        + "</process>"
    )
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="urn:t">'
    assert one(suite(f"{head}\n{text}\n</definitions>")).verdict is Verdict.FAILED
