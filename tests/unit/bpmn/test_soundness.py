"""Warnings about the process as a whole: said where something is wrong, silent where nothing is."""

from __future__ import annotations

import pytest
from bpmn_model import model
from hypothesis import given, settings
from random_models import block_models
from small_models import SMALL

from ironcage import bpmn
from ironcage.bpmn.check import graph

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


@settings(max_examples=60, deadline=None)
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


def test_what_is_not_examined_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "BUDGET", 0)
    found = warnings(SMALL["crossing"])
    assert found == [("joins-not-examined", "j2")]
