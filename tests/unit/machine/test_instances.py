"""What the instances of an activity throw as they complete. Source: BPMN 2.0.2, 10.3.8, table 10.29."""

from __future__ import annotations

import pytest

from ironcage import feel
from ironcage.program import Behavior, ComplexBehavior, MultiInstance, Signal

DONE = Signal("done")
TWICE = feel.compile("2")
SECOND = ComplexBehavior(feel.compile("numberOfCompletedInstances = 2"), DONE)


def case(walk, interrupting, sequential, **behavior):
    """Return a case with two instances of ``a``, whose event ``late_a`` at the boundary leads to ``told``."""
    return walk(
        "start a", "a after", "late_a told",
        a={"loop": MultiInstance(sequential, cardinality=TWICE, **behavior)},
        late_a={"events": (DONE,), "interrupting": interrupting},
    ).start()  # fmt: skip


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize(
    ("behavior", "open_after_one", "open_after_two"),
    [
        ({"behavior": Behavior.NONE, "event": DONE}, ["a", "told"], ["after", "told", "told"]),
        ({"behavior": Behavior.ONE, "event": DONE}, ["a", "told"], ["after", "told"]),
        ({"behavior": Behavior.COMPLEX, "complex": (SECOND,)}, ["a"], ["after", "told"]),
        ({}, ["a"], ["after"]),
    ],
)
def test_what_the_last_instance_throws_is_heard_too(walk, sequential, behavior, open_after_one, open_after_two):
    under_way = case(walk, False, sequential, **behavior)
    assert under_way.done("a").open() == open_after_one
    assert under_way.done("a").open() == open_after_two


@pytest.mark.parametrize("sequential", [False, True])
def test_an_interrupting_event_ends_all_instances_and_the_flow_behind_them_is_not_taken(walk, sequential):
    by_the_first = case(walk, True, sequential, behavior=Behavior.NONE, event=DONE)
    assert by_the_first.done("a").open() == ["told"]
    by_the_last = case(walk, True, sequential, behavior=Behavior.COMPLEX, complex=(SECOND,))
    assert by_the_last.done("a").done("a").open() == ["told"]
