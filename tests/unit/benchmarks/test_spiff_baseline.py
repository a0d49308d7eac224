"""The baseline runs the case that is meant, to its end, and measures every cycle of it."""

from __future__ import annotations

import sys
from decimal import Decimal

import pytest
from benchmarks.spiff_baseline import UnfinishedError, measure
from bpmn_model import model

STAGES = "abcdefg"
CASE = model(
    {"s": "start", "m": "xor", **dict.fromkeys(STAGES, "user"), "q": "xor default q_g", "x": "end"},
    *("s -> a", "a -> b", "b -> c", "c -> m", "m -> d", "d -> e", "e -> f", "f -> q", "q -> m if again", "q -> g"),
    "g -> x",
)


def completions(rounds: int) -> list[tuple[str, dict[str, object]]]:
    rework = [(stage, {"again": left > 0}) for left in reversed(range(rounds + 1)) for stage in "def"]
    return [("a", {}), ("b", {}), ("c", {}), *rework, ("g", {})]


def test_every_cycle_of_a_case_of_seven_stages_is_measured():
    baseline = measure(CASE, completions(0))
    assert (len(baseline.seconds), len(baseline.states)) == (7, 8)
    assert min(baseline.seconds) > 0


def test_a_hundred_rounds_of_rework_come_to_their_end_and_the_state_has_grown():
    limit = sys.getrecursionlimit()
    baseline = measure(CASE, completions(100))
    assert len(baseline.seconds) == 307
    assert len(baseline.states[-1]) > 10 * len(baseline.states[0])
    assert sys.getrecursionlimit() == limit


def test_the_data_of_the_case_is_kept_from_cycle_to_cycle():
    source = model({"s": "start", "a": "user", "g": "xor", "b": "user", "e": "end"}, *(
        "s -> a", "a -> g", "g -> b if x = 1.5", "b -> e",
    ))  # fmt: skip
    assert len(measure(source, [("a", {}), ("b", {})], data={"x": Decimal("1.5")}).seconds) == 2


def test_a_case_that_is_not_finished_is_not_taken_for_one():
    with pytest.raises(UnfinishedError):
        measure(CASE, completions(0)[:-1])
