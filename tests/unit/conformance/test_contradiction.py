"""What a suite expects may contradict the model itself; nothing else is excused."""

from __future__ import annotations

import pytest

from ironcage.conformance import Verdict, run

INSTANCES = """
<signal id="sig" name="sig"/>
<signalEventDefinition id="each" signalRef="sig"/>
<process id="p" isExecutable="true">
s: startEvent
<scriptTask id="a">
<multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="each">
<loopCardinality xsi:type="tFormalExpression">3</loopCardinality>
</multiInstanceLoopCharacteristics>
<script>SCRIPT_task1</script></scriptTask>
<boundaryEvent id="b" attachedToRef="a"{more}><signalEventDefinition signalRef="sig"/></boundaryEvent>
<scriptTask id="c"><script>SCRIPT_task2</script></scriptTask>
<scriptTask id="d"><script>SCRIPT_task3</script></scriptTask>
e: endEvent
s -> a
a -> c
b -> d
c -> e
d -> e
</process>
"""


@pytest.fixture
def came_of(suite):
    def make(expected, more=""):
        head = (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="f" targetNamespace="urn:t" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        )
        text = f"{head}{INSTANCES.format(more=more)}</definitions>"
        (tested,) = run(suite(text, expect=[f"SCRIPT_task{number}" for number in expected]))
        (outcome,) = tested.outcomes
        return outcome

    return make


@pytest.mark.parametrize("expected", ["123", "11123", "111233", "1112333"])
def test_an_interrupting_event_and_the_flow_behind_its_activity_cannot_both_be_expected(came_of, expected):
    outcome = came_of(expected)
    assert outcome.trace == ("SCRIPT_task1", "SCRIPT_task3")
    assert outcome.verdict is Verdict.PASS
    assert (outcome.dispute.by, outcome.dispute.clause[:18]) == ("model", "BPMN 2.0.2, 13.5.3")


@pytest.mark.parametrize("expected", ["1", "3", "12", "1113", "133", "1134"])
def test_what_the_clause_does_not_forbid_is_not_excused(came_of, expected):
    assert came_of(expected).verdict is Verdict.WRONG


def test_an_event_that_does_not_interrupt_excuses_nothing(came_of):
    assert came_of("1112333", ' cancelActivity="false"').verdict is Verdict.PASS
    assert came_of("1112333", ' cancelActivity="false"').dispute is None
    assert came_of("11123", ' cancelActivity="false"').verdict is Verdict.WRONG


def test_a_token_that_no_script_leaves_may_stand_for_another(came_of):
    assert came_of("14").dispute.clause.startswith("BPMN 2.0.2, 13.3.3")
    assert came_of("134").verdict is Verdict.WRONG
    assert came_of("4").verdict is Verdict.WRONG
