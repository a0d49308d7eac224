"""Warnings about the process as a whole: said where something is wrong, silent where nothing is."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from bpmn_model import model
from examples import examples
from hypothesis import given
from random_models import block_models
from small_models import SMALL
from written_models import written

from ironcage import bpmn
from ironcage.bpmn.check import scouting

QUIET = ("done at once", "parallel", "nested", "rework", "parallel in a loop", "loop in a branch", "terminate",
         "terminate or not", "limit in a branch", "limit that leads back", "ends", "join and fork", "crossing",
         "implicit merge", "split by a task", "split by events", "split and limit",
         "conditions out of a task", "some of three", "some of two steps apart", "all into an inclusive join",
         "one into an inclusive join", "some in a loop", "a branch that leads past the inclusive join",
         "a limit before an inclusive join", "conditions out of a task into an inclusive join",
         "an inclusive join fed by itself", "inclusive joins in a row")  # fmt: skip


def warnings(source: bytes) -> list[tuple[str, str]]:
    _, faults = bpmn.examine(source, "m.bpmn", ())
    return [(fault.rule, fault.element) for fault in faults if fault.rule != "no-default"]


@pytest.mark.parametrize("name", QUIET)
def test_a_sound_process_is_not_warned_of(name: str) -> None:
    assert warnings(SMALL[name]) == []


@examples(60)
@given(source=block_models(looped_joins=True))
def test_a_random_sound_process_is_not_warned_of(source: bytes) -> None:
    assert [rule for rule, _ in warnings(source) if rule != "endless-loop"] == []


@pytest.mark.parametrize(
    ("nodes", "flows", "last"),
    [
        pytest.param(
            {"g": "xor default g_j", "a": "user"},
            ("s -> g", "g -> a if x", "g -> j", "a -> j"),
            "j -> e",
            id="after a choice",
        ),
        pytest.param(
            {"f": "and", "a": "user", "g": "xor default g_j", "b": "user"},
            ("s -> f", "f -> a", "f -> b", "a -> g", "g -> j", "g -> e if x", "b -> j"),
            "j -> e",
            id="a choice in a branch that leads past the join",
        ),
        pytest.param(
            {"a": "user", "g": "xor default g_e"},
            ("s -> j", "a -> g", "g -> j if x", "g -> e"),
            "j -> a",
            id="fed by itself",
        ),
        pytest.param(
            {"a": "user", "l": "boundary a PT1H"},
            ("s -> a", "a -> j", "l -> j"),
            "j -> e",
            id="an activity and its boundary",
        ),
    ],
)
def test_a_join_that_may_starve_is_named(nodes: dict[str, str], flows: tuple[str, ...], last: str) -> None:
    source = model({"s": "start", **nodes, "j": "and", "e": "end"}, *flows, last)
    assert ("starved-join", "j") in warnings(source)


def test_a_branch_that_terminates_the_case_starves_no_join() -> None:
    source = model(
        {"s": "start", "f": "and", "a": "user", "g": "xor default g_j", "b": "user", "j": "and", "e": "end",
         "t": "terminate"},
        "s -> f", "f -> a", "f -> b", "a -> g", "g -> j", "g -> t if x", "b -> j", "j -> e",
    )  # fmt: skip
    assert warnings(source) == []


def test_a_choice_whose_answers_both_feed_the_join_starves_it_not() -> None:
    source = model(
        {"s": "start", "g": "xor default g_f2", "f1": "and", "f2": "and", "m1": "xor", "m2": "xor", "j": "and",
         "e": "end"},
        "s -> g", "g -> f1 if x", "g -> f2", "f1 -> m1", "f1 -> m2", "f2 -> m1", "f2 -> m2", "m1 -> j", "m2 -> j",
        "j -> e",
    )  # fmt: skip
    assert "starved-join" not in {rule for rule, _ in warnings(source)}


@pytest.mark.parametrize(
    "flows",
    [
        pytest.param(("a -> b if x", "a -> m", "b -> m"), id="one or the other"),
        pytest.param(("a -> b", "a -> m", "b -> j", "l -> m"), id="one and a boundary event"),
    ],
)
def test_ways_of_which_one_is_taken_do_not_multiply(flows: tuple[str, ...]) -> None:
    source = model(
        {"s": "start", "a": "user default a_m", "l": "boundary a PT1H", "b": "user", "j": "end", "m": "xor",
         "e": "end"},
        "s -> a", "m -> e", *flows, *(() if "l -> m" in flows else ("l -> j",)),
    )  # fmt: skip
    assert "multiplied-tokens" not in {rule for rule, _ in warnings(source)}


def test_a_loop_back_into_a_branch_multiplies_nothing() -> None:
    source = model(
        {"s": "start", "f": "and", "m": "xor", "a": "user", "g": "xor default g_j", "b": "user", "j": "and",
         "e": "end"},
        "s -> f", "f -> m", "f -> b", "m -> a", "a -> g", "g -> m if x", "g -> j", "b -> j", "j -> e",
    )  # fmt: skip
    assert warnings(source) == []


def test_a_branch_that_leads_back_before_the_fork_multiplies() -> None:
    source = model(
        {"s": "start", "m": "xor", "f": "and", "a": "user", "b": "user", "e": "end"},
        "s -> m", "m -> f", "f -> a", "f -> b", "a -> m", "b -> e",
    )  # fmt: skip
    assert ("multiplied-tokens", "b") in warnings(source)


def test_a_witness_leads_to_the_join_that_starves() -> None:
    source = model(
        {"s": "start", "g": "xor default g_b", "a": "user", "b": "user", "j": "and", "e": "end"},
        "s -> g", "g -> a if x", "g -> b", "a -> j", "b -> j", "j -> e",
    )  # fmt: skip
    (fault,) = [each for each in bpmn.examine(source, "m.bpmn", ())[1] if each.rule == "starved-join"]
    assert fault.fields["path"] in ("s, g, a", "s, g, b")
    assert fault.fields["flows"] == {"s, g, a": "b_j", "s, g, b": "a_j"}[str(fault.fields["path"])]


def inside(kind: str, *lines: str) -> bytes:
    return written("\n".join(["s: startEvent", f'<{kind} id="a">', *lines, f"</{kind}>", "e: endEvent",
                              "s -> a", "a -> e"])).source  # fmt: skip


@pytest.mark.parametrize("kind", ["subProcess", "transaction"])
def test_a_sub_process_is_examined_by_itself(kind: str) -> None:
    starving = ("t: startEvent", '<exclusiveGateway id="g" default="g_j"/>', "c: userTask", "j: parallelGateway",
                "f: endEvent", "t -> g", "g -> c if x", "g -> j", "c -> j", "j -> f")  # fmt: skip
    assert warnings(inside(kind, *starving)) == [("starved-join", "j")]


def test_what_an_event_beside_the_work_begins_is_work_of_its_own() -> None:
    boundary = ('<boundaryEvent id="b" attachedToRef="c" cancelActivity="false"><timerEventDefinition>'
                "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>")  # fmt: skip
    apart = ("t: startEvent", "c: userTask", boundary, "d: userTask", "f: endEvent", "h: endEvent", "t -> c", "c -> f",
             "b -> d", "d -> h")  # fmt: skip
    assert warnings(inside("subProcess", *apart)) == []
    together = ("t: startEvent", "c: userTask", boundary, "d: userTask", "f: endEvent", "t -> c", "c -> d", "b -> d",
                "d -> f")  # fmt: skip
    assert warnings(inside("subProcess", *together)) == [("multiplied-tokens", "d")]


def test_a_link_leads_on() -> None:
    lines = ("t: startEvent", '<exclusiveGateway id="g" default="g_f"/>', "f: endEvent", "c: userTask", "h: endEvent",
             '<intermediateThrowEvent id="l"><linkEventDefinition name="on"/></intermediateThrowEvent>',
             '<intermediateCatchEvent id="k"><linkEventDefinition name="on"/></intermediateCatchEvent>',
             "t -> g", "g -> f", "g -> l if x", "k -> c", "c -> h")  # fmt: skip
    assert warnings(inside("subProcess", *lines)) == []


def test_inclusive_joins_that_wait_for_each_other_are_named() -> None:
    source = model(
        {"s": "start", "f": "and", "j": "or", "k": "or", "m": "and", "n": "and", "e": "end"},
        "s -> f", "f -> j", "f -> k", "j -> m", "k -> n", "m -> k", "m -> e", "n -> j", "n -> e",
    )  # fmt: skip
    assert {("starved-join", "j"), ("starved-join", "k")} <= set(warnings(source))


def test_what_is_not_explored_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scouting, "BUDGET", 3)
    assert warnings(SMALL["crossing"])[0][0] == "states-not-explored"


def test_a_thousand_elements_are_examined_in_a_moment() -> None:
    nodes = {"s": "start"}
    flows: list[str] = []
    last = "s"
    for n in range(125):
        nodes |= {f"f{n}": "and", f"a{n}": "user", f"b{n}": "user", f"j{n}": "and"}
        flows += [f"{last} -> f{n}", f"f{n} -> a{n}", f"f{n} -> b{n}", f"a{n} -> j{n}", f"b{n} -> j{n}"]
        last = f"j{n}"
    source = model(nodes | {"e": "end"}, *flows, f"{last} -> e")
    begun = process_time()
    found, faults = bpmn.examine(source, "m.bpmn", ())
    bpmn.compile(found, {}, None)
    assert faults == []
    assert process_time() - begun < 3  # under a second on a machine that does nothing else


@pytest.mark.long
def test_a_chain_of_ten_thousand_elements_is_no_trouble() -> None:
    steps = [f"t{n}" for n in range(10_000)]
    flows = [f"{one} -> {other}" for one, other in pairwise(["s", *steps, "e"])]
    source = model({"s": "start"} | dict.fromkeys(steps, "user") | {"e": "end"}, *flows)
    found, faults = bpmn.examine(source, "m.bpmn", ())
    assert faults == []
    assert len(bpmn.compile(found, {}, None).nodes) == 10_002
