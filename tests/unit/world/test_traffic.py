"""What cases send reaches those who wait for it: messages one, signals all, calls the caller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.clock import VirtualClock
from ironcage.machine import Status
from ironcage.program import Call, Error, Flow, Kind, Message, Node, Program, Setting, Signal, Timer, TimerKind
from ironcage.world import RestlessError, World

SECOND = 1_000_000


def program(process, *nodes):
    """Return a program of *nodes*, each led to the next, as (id, kind, further fields)."""
    made = [
        Node(name, 0, kind, incoming=(i - 1,) if i else (), outgoing=(i,) if i + 1 < len(nodes) else (), **more)
        for i, (name, kind, more) in enumerate(nodes)
    ]
    flows = tuple(Flow(f"f{i}", 0, i, i + 1) for i in range(len(nodes) - 1))
    return Program(process, "", tuple(made), flows)


def world_of(*programs, **more):
    return World({each.process: each for each in programs}, **more)


def compiled(*texts):
    return tuple(map(feel.compile, texts))


def waiting_for(event, process="waits"):
    return program(
        process,
        ("s", Kind.START_EVENT, {}),
        ("get", Kind.INTERMEDIATE_CATCH_EVENT, {"events": (event,)}),
        ("after", Kind.USER_TASK, {}),
    )


def throwing(*events, process="throws", **more):
    return program(
        process,
        ("s", Kind.START_EVENT, {}),
        ("go", Kind.USER_TASK, {}),
        ("put", Kind.INTERMEDIATE_THROW_EVENT, {"events": events, **more}),
    )


def begun_by(event, process="begins"):
    return program(process, ("s", Kind.START_EVENT, {"events": (event,)}), ("do", Kind.USER_TASK, {}))


KEYED = Message("m", "k", found=compiled("number"), expected=compiled("number"))


def test_a_message_reaches_the_oldest_case_that_waits_and_no_other():
    world = world_of(waiting_for(Message("m")))
    first, second = world.start("waits"), world.start("waits")
    world.send("m", {"brought": "x"})
    assert (first.waits(), second.waits(), first.data) == (["after"], ["get"], {"brought": "x"})
    assert world.letters == []


def test_a_message_with_a_key_reaches_the_case_that_expects_it():
    world = world_of(waiting_for(KEYED))
    first = world.start("waits", {"number": Decimal(1)})
    second = world.start("waits", {"number": Decimal(2)})
    world.send("m", {"number": Decimal(2)})
    world.send("m", {"number": Decimal(3)})
    assert (first.waits(), second.waits()) == (["get"], ["after"])
    assert [letter.payload for letter in world.letters] == [{"number": Decimal(3)}]


def test_what_fits_by_its_key_comes_first_and_then_who_has_waited_longest():
    late = program(
        "late",
        ("t", Kind.USER_TASK, {}),
        ("get", Kind.INTERMEDIATE_CATCH_EVENT, {"events": (KEYED,)}),
        ("after", Kind.USER_TASK, {}),
    )
    world = world_of(waiting_for(KEYED, "named"), waiting_for(Message("m"), "any"), late)
    later = world.start("late", {"number": Decimal(1)})
    anybody, named = world.start("any"), world.start("named", {"number": Decimal(1)})
    world.move_to(SECOND)
    world.complete(later, "t")
    for expected in (named, later, anybody):
        before = {case.number for case in world.cases if case.waits() == ["get"]}
        world.send("m", {"number": Decimal(1)})
        assert before - {case.number for case in world.cases if case.waits() == ["get"]} == {expected.number}


def test_a_case_sends_to_another_with_the_key_it_finds_in_its_data():
    sends = throwing(Message("m", found=compiled("number")), inputs=(Setting("x", feel.compile("number + 1")),))
    world = world_of(waiting_for(Message("m", expected=compiled("number"))), sends)
    other = world.start("waits", {"number": Decimal(1)})
    meant = world.start("waits", {"number": Decimal(2)})
    world.complete(world.start("throws", {"number": Decimal(2)}), "go")
    assert (other.waits(), meant.waits(), meant.data["x"]) == (["get"], ["after"], Decimal(3))


def test_a_message_that_comes_early_is_kept_for_a_time():
    world = world_of(waiting_for(Message("m")), keeps=10 * SECOND)
    world.send("m")
    world.move_to(10 * SECOND)
    assert world.start("waits").waits() == ["after"]
    world.send("m")
    world.move_to(20 * SECOND + 1)
    assert (world.start("waits").waits(), world.letters) == (["get"], [])


def test_a_message_begins_a_case_where_nobody_waits_for_it():
    world = world_of(begun_by(Message("m")), waiting_for(Message("m")))
    waits = world.start("waits")
    world.send("m", {"x": "first"})
    world.send("m", {"x": "second"})
    assert waits.waits() == ["after"]
    assert [(case.program.process, case.data) for case in world.cases[1:]] == [("begins", {"x": "second"})]


def test_a_signal_reaches_every_case_and_begins_others():
    world = world_of(waiting_for(Signal("s")), throwing(Signal("s")), begun_by(Signal("s")))
    first, second, thrower = world.start("waits"), world.start("waits"), world.start("throws")
    world.complete(thrower, "go")
    assert (first.waits(), second.waits(), thrower.status) == (["after"], ["after"], Status.COMPLETED)
    assert [case.program.process for case in world.cases[3:]] == ["begins"]


def test_a_signal_that_nobody_waits_for_is_gone():
    world = world_of(waiting_for(Signal("s")))
    world.signal("s")
    assert world.start("waits").waits() == ["get"]


@pytest.mark.parametrize(
    ("kind", "value", "begun"),
    [
        (TimerKind.CYCLE, "R3/PT10S", [10, 20, 30]),
        (TimerKind.DURATION, timedelta(seconds=10), [10]),
        (TimerKind.DATE, datetime(1970, 1, 1, 0, 0, 10, tzinfo=UTC), [10]),
    ],
)
def test_a_timer_begins_cases_from_when_it_is_watched(kind, value, begun):
    world = world_of(begun_by(Timer(kind, feel.constant(value, "when"))))
    world.move_to(5 * SECOND)
    assert world.next_at() is None
    world.clock = VirtualClock()
    world.watch("begins")
    world.move_to(100 * SECOND)
    assert [case.history[0].at // SECOND for case in world.cases] == begun
    assert [case.waits() for case in world.cases] == [["do"]] * len(begun)


CALLED = program(
    "called",
    ("s", Kind.START_EVENT, {}),
    ("work", Kind.USER_TASK, {}),
    ("e", Kind.END_EVENT, {}),
)
FAILING = program(
    "called",
    ("s", Kind.START_EVENT, {}),
    ("work", Kind.USER_TASK, {}),
    ("e", Kind.END_EVENT, {"events": (Error("bad"),)}),
)


def calling(**more):
    call = Call(feel.constant("called", "called"), **more)
    return program(
        "calls",
        ("s", Kind.START_EVENT, {}),
        ("call", Kind.CALL_ACTIVITY, {"call": call, "outputs": (Setting("got", feel.compile("y")),)}),
        ("after", Kind.USER_TASK, {}),
    )


def test_a_call_begins_a_case_whose_end_lets_the_caller_go_on():
    world = world_of(calling(all_in=True), CALLED)
    caller = world.start("calls", {"x": "given"})
    called = world.cases[1]
    assert (caller.waits(), called.waits(), called.data, called.caller[0]) == (["call"], ["work"], {"x": "given"}, 1)
    world.complete(called, "work", {"y": "brought"})
    assert (called.status, caller.waits(), caller.data["got"]) == (Status.COMPLETED, ["after"], "brought")


def test_an_error_of_the_case_called_fails_the_caller_that_does_not_catch_it():
    world = world_of(calling(), FAILING)
    caller = world.start("calls")
    world.complete(world.cases[1], "work")
    assert (world.cases[1].status, caller.status, caller.ended.code) == (Status.FAILED, Status.FAILED, "bad")


def test_a_case_called_is_cancelled_with_its_caller():
    world = world_of(calling(), CALLED)
    world.cancel(world.start("calls"))
    assert [case.status for case in world.cases] == [Status.CANCELLED, Status.CANCELLED]


def test_a_case_called_that_somebody_cancels_is_an_error_of_the_caller():
    world = world_of(calling(), CALLED)
    caller = world.start("calls")
    world.cancel(world.cases[1])
    assert (world.cases[1].status, caller.status, caller.ended.code) == (Status.CANCELLED, Status.FAILED, "cancelled")


def test_work_may_end_in_an_error():
    world = world_of(CALLED)
    case = world.start("called")
    world.throw(case, "work", "lost")
    assert (case.status, case.ended.code) == (Status.FAILED, "lost")


def test_cases_that_set_each_other_going_without_end_are_stopped(monkeypatch):
    monkeypatch.setattr("ironcage.world.world.STEPS", 200)
    echo = program(
        "echo",
        ("s", Kind.START_EVENT, {"events": (Message("m"),)}),
        ("again", Kind.END_EVENT, {"events": (Message("m"),)}),
    )
    with pytest.raises(RestlessError):
        world_of(echo).send("m")
