from __future__ import annotations

import pytest
from made import Made, catch, end, program, start, task, throw
from running import BEGIN

from ironcage.program import Kind, Signal

LISTENING = program({"s": start(), "c": catch(Signal("storm")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
BEGUN = program({"s": start(Signal("storm")), "t": task(), "e": end()}, "s -> t", "t -> e")
CALLING_OUT = program(
    {"s": start(), "c": throw(Signal("storm"), x="1"), "d": catch(Signal("storm")), "t": task(), "e": end()},
    "s -> c", "c -> d", "d -> t", "t -> e",
)  # fmt: skip
"""Sends the signal, and waits for the next one."""


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def test_a_signal_reaches_every_case_that_waits_and_starts_others(made):
    made.put(LISTENING, key="p")
    made.put(BEGUN, key="q")
    waiting = [made.engine.start("p") for _ in range(3)]
    assert made.engine.signal("storm", {"x": 4}) == 4
    assert [made.engine.case(case).variables for case in waiting] == [{"x": 4}] * 3
    assert sorted(task.case.partition("/")[0] for task in made.engine.tasks()) == ["p", "p", "p", "q"]
    assert made.dump()["outbox"] == made.dump()["subscriptions"] == []
    assert made.engine.signal("storm") == 1


def test_a_signal_nobody_waits_for_is_gone(made):
    made.put(LISTENING)
    assert made.engine.signal("storm") == 0
    assert made.dump()["outbox"] == []


def test_a_case_hears_no_signal_of_its_own_that_it_did_not_wait_for(made):
    made.put(LISTENING, key="p")
    made.put(CALLING_OUT, key="q")
    other = made.engine.start("p")
    sender = made.engine.start("q")
    assert made.engine.tasks(case=other)
    assert made.engine.case(other).variables == {"x": 1}
    assert not made.engine.tasks(case=sender)


def test_who_begins_to_wait_after_the_signal_does_not_hear_it(made):
    made.put(LISTENING)
    made.engine.signal("storm")
    case = made.engine.start("p")
    assert not made.engine.tasks(case=case)


def test_a_case_that_cannot_take_the_signal_keeps_it_from_no_other(made):
    stuck = program(
        {"s": start(), "c": catch(Signal("storm")), "g": task(Kind.EXCLUSIVE_GATEWAY), "t": task(), "e": end()},
        "s -> c", "c -> g", "g -> t if x = 1", "t -> e",
    )  # fmt: skip
    made.put(stuck)
    cases = []
    for x in (1, 2, 1):
        made.clock.move_to(BEGIN + 1000 * len(cases))
        cases.append(made.engine.start("p", {"x": x}))
    made.engine.signal("storm")
    assert [len(made.engine.tasks(case=case)) for case in cases] == [1, 0, 1]
    (incident,) = made.engine.incidents()
    assert incident.case == cases[1]
    made.engine.retry(cases[1])
    assert made.engine.incidents() != []


def test_a_process_that_cannot_begin_by_a_signal_is_an_incident_of_the_process(made):
    stuck = program(
        {"s": start(Signal("storm")), "g": task(Kind.EXCLUSIVE_GATEWAY), "e": end()}, "s -> g", "g -> e if x = 1"
    )
    made.put(stuck)
    made.engine.signal("storm", {"x": 2})
    (incident,) = made.engine.incidents()
    assert incident.case == "p"
    made.put(BEGUN)
    made.engine.retry("p")
    assert made.engine.incidents() == []
    assert len(made.engine.tasks()) == 1
