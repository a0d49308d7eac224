"""Cases move together on one clock, and the same moves give the same history."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from bpmn_model import model

from ironcage import bpmn
from ironcage.machine import Status
from ironcage.world import Answer, NoCaseWaitsError, UnknownProcessError, World

SECOND = 1_000_000


def program(nodes, *flows, process="p"):
    return bpmn.compile(bpmn.read(model(nodes, *flows, process=process), "p.bpmn"), {}, None)


def world_of(*programs, labour=None):
    return World({each.process: each for each in programs}, labour)


TASKS = program({"s": "start", "a": "user", "b": "user", "e": "end"}, "s -> a", "a -> b", "b -> e")
LIMITED = program(
    {"s": "start", "a": "user", "l": 'boundary a @"PT2S"', "b": "user", "e": "end"},
    "s -> a", "a -> e", "l -> b", "b -> e",
)  # fmt: skip
SERVED = program(
    {"s": "start", "f": "and", "a": "service slow", "b": "service quick result x", "j": "and", "e": "end"},
    "s -> f", "f -> a", "f -> b", "a -> j", "b -> j", "j -> e",
)  # fmt: skip


@dataclass
class Clerk:
    """Takes four seconds for what is slow, one for what is quick, and refuses to do anything else."""

    done: list[str] = field(default_factory=list)

    def takes(self, node, _data):
        return {"slow": 4 * SECOND, "quick": SECOND}.get(node.service)

    def does(self, node, _data):
        self.done.append(node.id)
        return Answer({node.result: "done"} if node.result else {})


def test_a_case_goes_on_as_its_work_is_completed():
    world = world_of(TASKS)
    case = world.start("p", {"x": "given"})
    assert case.waits() == ["a"]
    world.complete(case, "a", {"y": "brought"})
    assert (case.waits(), case.data) == (["b"], {"x": "given", "y": "brought"})
    world.complete(case, "b")
    assert (case.status, case.waits(), case.done()) == (Status.COMPLETED, [], ["s", "a", "b", "e"])


def test_work_that_nobody_waits_for_is_refused_and_says_what_is_waited_for():
    world = world_of(TASKS)
    case = world.start("p")
    with pytest.raises(NoCaseWaitsError) as caught:
        world.complete(case, "b")
    assert caught.value.fields == {"case": 1, "element": "b", "waits": "a"}
    assert case.waits() == ["a"]


def test_a_process_that_is_not_there_is_refused_by_name():
    with pytest.raises(UnknownProcessError) as caught:
        world_of(TASKS).start("q")
    assert caught.value.fields == {"process": "q", "processes": "p"}


def test_timers_of_all_cases_come_in_the_order_in_which_they_are_due():
    world = world_of(LIMITED)
    first = world.start("p")
    world.move_to(SECOND)
    second = world.start("p")
    assert world.next_at() == 2 * SECOND
    world.move_to(2 * SECOND)
    assert (first.waits(), second.waits()) == (["b"], ["a", "l"])
    world.move_to(10 * SECOND)
    assert second.waits() == ["b"]
    assert [at for at, entry in second.history if entry.element == LIMITED.index("l")] == [3 * SECOND]
    assert world.clock.now() == 10 * SECOND


def test_work_is_finished_in_the_order_of_the_time_it_takes():
    clerk = Clerk()
    world = world_of(SERVED, labour=clerk)
    case = world.start("p")
    assert (case.waits(), clerk.done) == (["a", "b"], [])
    world.move_to(3 * SECOND)
    assert (case.waits(), clerk.done, case.data) == (["a"], ["b"], {"x": "done"})
    world.move_to(4 * SECOND)
    assert (case.status, clerk.done) == (Status.COMPLETED, ["b", "a"])


def test_work_that_nobody_does_stays_open_for_somebody_to_complete():
    world = world_of(SERVED)
    case = world.start("p")
    world.move_to(100 * SECOND)
    assert case.waits() == ["a", "b"]
    world.complete(case, "b", {"x": "by hand"})
    assert case.waits() == ["a"]


def test_the_same_moves_give_the_same_history():
    def history():
        world = world_of(LIMITED)
        case = world.start("p", {"x": "1"})
        world.move_to(5 * SECOND)
        world.complete(case, "b")
        return case.history

    assert history() == history()
