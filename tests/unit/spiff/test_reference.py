"""The machine and SpiffWorkflow's runtime agree, wherever the table of differences does not say otherwise."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from bpmn_model import model
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from random_models import CASE_DATA
from small_models import SMALL, TWICE
from walks import complete, fire, retrace, wander

from ironcage import spiff
from ironcage.clock import Moment, VirtualClock
from ironcage.machine import Status
from ironcage.program import Kind
from ironcage.spiff.reference import COMPARED, NotComparedError, NotOpenError, Reference, StuckError

if TYPE_CHECKING:
    from ironcage.values import Context, Value

DIFFERENT = {
    "parallel in a loop",
    "a join that gets too many",
    "terminate at once",
    "terminate at once in a sub-process",
    "a way across to another branch",
    "two tokens by one way",
    "inclusive joins that wait for each other",
    "a choice on the way to an inclusive join",
    "a sub-process after an inclusive join",
    "many after a boundary event",
    "the same escalation beside",
}
WALKS = examples(15)


@pytest.mark.parametrize("name", sorted(SMALL.keys() - DIFFERENT))
@WALKS
@given(drawn=st.data())
def test_both_interpreters_agree_on_every_walk_through_a_small_model(name, drawn):
    program = spiff.compile(SMALL[name], name, {}, None)
    assert wander(drawn, SMALL[name], program, CASE_DATA).parting is None


def test_what_waits_is_told_by_element_and_moves_by_completing_and_firing():
    case = reference("limit")
    case.start({})
    assert case.waits() == Counter(a=1, l=1)
    case.fire("l")
    assert case.waits() == Counter(c=1)
    case.complete("c", {})
    assert (case.waits(), case.status) == (Counter(), Status.COMPLETED)


def test_a_terminate_event_ends_the_case():
    case = reference("terminate")
    case.start({})
    assert case.waits() == Counter(a=1, b=1, c=1)
    case.complete("a", {})
    assert (case.waits(), case.status) == (Counter(), Status.TERMINATED)


def test_two_tokens_at_one_task_are_two_waits():
    case = reference("tokens that multiply")
    case.start({})
    case.complete("a", {})
    case.complete("b", {})
    assert case.waits() == Counter(c=2)


def test_of_two_timers_armed_at_one_event_one_comes_at_a_time():
    source = model(
        {"s": "start", "f": "and", "a": "user", "b": "user", "m": "xor", "w": "timer PT1H", "e": "end"},
        *("s -> f", "f -> a", "f -> b", "a -> m", "b -> m", "m -> w", "w -> e"),
    )
    program = spiff.compile(source, "two.bpmn", {}, None)
    walk = retrace(source, program, {}, [complete("a"), complete("b"), fire("w")])
    assert walk.parting is None
    assert walk.spiff.waits() == Counter(w=1)


def test_of_several_open_at_one_element_the_oldest_is_completed():
    case = reference("a loop in each of two")
    case.start({})
    case.complete("a", {})
    case.complete("a", {})
    assert case.waits() == Counter(a=2)  # one in each; had one been done twice in a row, its half would be over


def test_settings_are_made_when_the_activity_completes():
    case = reference("settings")
    case.start({"x": Decimal(3)})
    case.complete("a", {"x": Decimal(5)})
    assert (case.variables["y"], case.variables["x"]) == (5, 10)
    assert case.waits() == Counter(b=1)


class Doubling:
    """A decision."""

    def evaluate(self, variables: Context, _moment: Moment) -> Value:
        return variables["x"] * 2


def test_a_business_rule_task_asks_its_decision_and_goes_on():
    source = model(
        {"s": "start", "d": "rule doubling result y", "g": "xor default g_e", "b": "user", "e": "end"},
        *("s -> d", "d -> g", "g -> b if z = 5", "g -> e", "b -> e"),
        said={"d": '<set variable="z" value="y + 1"/>'},
    )
    program = spiff.compile(source, "decide.bpmn", {"doubling": Doubling()}, None)
    walk = retrace(source, program, {"x": Decimal(2)}, [])
    assert walk.parting is None
    assert walk.spiff.waits() == Counter(b=1)


def test_completing_what_is_not_open_is_refused():
    case = reference("sequence")
    case.start({})
    with pytest.raises(NotOpenError):
        case.complete("b", {})
    with pytest.raises(NotOpenError):
        case.fire("a")


def test_a_gateway_without_a_way_out_refuses_the_move():
    case = reference("choice without default")
    case.start({})
    with pytest.raises(StuckError):
        case.complete("t", {"x": Decimal(3)})


def test_a_step_that_fails_in_the_moment_a_task_completes_refuses_the_move():
    source = model(
        {"s": "start", "a": "user", "l": "boundary a PT1H", "b": "user", "m": "user", "e": "end"},
        *("s -> a", "a -> e", "l -> b", "b -> m", "m -> e"),
    ).replace(b"</userTask>\n<endEvent", TWICE + b"</userTask>\n<endEvent")
    case = Reference(source, spiff.compile(source, "many.bpmn", {}, None), VirtualClock())
    case.start({})
    case.fire("l")
    with pytest.raises(StuckError, match="non-predicted child"):
        case.complete("b", {})


def test_what_the_stock_parser_cannot_read_is_not_compared():
    names = [f"n{number}" for number in range(1000)]
    flows = (f"{one} -> {other}" for one, other in pairwise(["s", *names, "e"]))
    chain = model({"s": "start", **dict.fromkeys(names, "user"), "e": "end"}, *flows)
    program = spiff.compile(chain, "chain.bpmn", {}, None)
    with pytest.raises(NotComparedError, match="recursion"):
        Reference(chain, program, VirtualClock())


def test_a_kind_of_node_is_compared_only_when_it_is_on_the_list(monkeypatch):
    monkeypatch.delitem(COMPARED, Kind.MANUAL_TASK)
    with pytest.raises(NotComparedError, match="manualTask"):
        reference("sequence")


def reference(name: str) -> Reference:
    return Reference(SMALL[name], spiff.compile(SMALL[name], name, {}, None), VirtualClock())
