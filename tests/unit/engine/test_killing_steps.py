"""Steps that end the process which takes them: found out, blamed alone, and in the end not taken any more."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from databases import emptied
from made import Made, catch, end, program, start, task, timer
from running import BEGIN, HOUR, LIMITED, Running, definition

from ironcage.engine import background, delivering, waking
from ironcage.engine.marking import MOST_ATTEMPTS
from ironcage.program import Signal, TimerKind
from ironcage.store import marking
from ironcage.store.sqlite import DiskError, ReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator

DURATION = timer(TimerKind.DURATION, 'duration("PT1H")')
SLEEPING = program({"s": start(), "w": catch(DURATION), "t": task(), "e": end()}, "s -> w", "w -> t", "t -> e")
LISTENING = program({"s": start(), "c": catch(Signal("storm")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
RAINED_ON = program({"s": start(), "c": catch(Signal("rain")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
KEYS = ("a", "b", "poison", "c", "d")


class Death(BaseException):
    """What ends a process, for a test that is to go on: nothing of the step is committed, and nothing tidied up."""


@pytest.fixture
def deadly(monkeypatch):
    """Let steps of cases whose key begins with *poison* end the process; return the keys for which it happened."""
    monkeypatch.setattr(marking, "MOMENT", 0)  # the dead are known at once
    deaths: list[str] = []

    def kills(real):
        def prepare(case, *rest, **more):
            if case.key.startswith("poison"):
                deaths.append(case.key)
                raise Death
            return real(case, *rest, **more)

        return prepare

    for module in (waking, delivering):
        monkeypatch.setattr(module, "prepare", kills(module.prepare))
    return deaths


@pytest.fixture
def made(url) -> Iterator[Made]:
    running = Made(url)
    yield running
    running.close()


def live_and_die(made: Running) -> None:
    """Wake again and again, as processes do that are begun anew, until nobody dies of it."""
    for _ in range(100):
        try:
            made.engine.wake()
        except Death:
            continue
        return
    raise AssertionError("they die without end")


def events(made: Running, case: str) -> int:
    return len(made.engine.case(case).events)


def test_a_wake_up_that_kills_is_blamed_alone_and_becomes_an_incident(made, deadly):
    made.put(SLEEPING)
    cases = [made.engine.start("p", key=key) for key in KEYS]
    made.clock.move_to(BEGIN + HOUR)
    live_and_die(made)
    assert deadly == ["poison"] * MOST_ATTEMPTS
    assert {task.case for task in made.engine.tasks()} == {case for case in cases if case != "p/poison"}
    assert len({events(made, case) for case in cases if case != "p/poison"}) == 1  # none was woken twice
    (incident,) = made.engine.incidents()
    assert incident.case == "p/poison"
    assert "ended in the middle of it, 3 times" in incident.reason
    assert made.dump()["marks"] == []
    assert not made.engine.wake().steps


def test_a_person_lets_what_killed_go_on_once_the_cause_is_gone(made, deadly, monkeypatch):
    made.put(SLEEPING)
    case = made.engine.start("p", key="poison")
    made.clock.move_to(BEGIN + HOUR)
    live_and_die(made)
    made.engine.retry(case)
    monkeypatch.undo()
    assert made.engine.wake().steps == 1
    assert made.engine.tasks(case=case)


def test_a_delivery_that_kills_is_blamed_alone_and_becomes_an_incident(made, deadly):
    made.put(LISTENING)
    cases = [made.engine.start("p", key=key) for key in KEYS]
    with pytest.raises(Death):
        made.engine.signal("storm")
    live_and_die(made)
    assert deadly == ["poison"] * (1 + MOST_ATTEMPTS)
    assert {task.case for task in made.engine.tasks()} == {case for case in cases if case != "p/poison"}
    (incident,) = made.engine.incidents()
    assert incident.case == "p/poison"
    assert made.dump()["marks"] == []


def test_commands_leave_what_may_kill_to_the_worker(made, deadly):
    made.put(LISTENING)
    made.engine.start("p", key="poison")
    with pytest.raises(Death):
        made.engine.signal("storm")
    with pytest.raises(Death):
        made.engine.wake()  # from now on it bears a mark
    made.put(RAINED_ON, key="q")
    other = made.engine.start("q")
    made.engine.signal("rain")
    assert made.engine.tasks(case=other)
    assert deadly == ["poison"] * 2


def test_what_another_worker_is_trying_now_is_left_to_it(made, monkeypatch):
    made.put(SLEEPING)
    case = made.engine.start("p")
    made.clock.move_to(BEGIN + HOUR)

    def interrupted(*_arguments, **_more):
        raise Death

    with monkeypatch.context() as patched:
        patched.setattr(waking, "prepare", interrupted)
        with pytest.raises(Death):
            made.engine.wake()
    assert not made.engine.wake().steps  # for all that is known it is being taken
    monkeypatch.setattr(marking, "MOMENT", 0)
    assert made.engine.wake().steps == 1
    assert made.engine.tasks(case=case)


def test_a_timer_whose_case_kills_when_it_begins_is_stopped_and_no_other(made, monkeypatch):
    monkeypatch.setattr(marking, "MOMENT", 0)
    deaths: list[str] = []
    real = waking.start_by_timer

    def kills(work, runnable, row, now):
        if row.process == "poison":
            deaths.append(row.process)
            raise Death
        return real(work, runnable, row, now)

    monkeypatch.setattr(waking, "start_by_timer", kills)
    begun = program({"s": start(DURATION), "t": task(), "e": end()}, "s -> t", "t -> e")
    for key in ("p", "poison", "q"):
        made.put(begun, key=key)
    made.clock.move_to(BEGIN + HOUR)
    live_and_die(made)
    assert deaths == ["poison"] * MOST_ATTEMPTS
    assert sorted(task.case.partition("/")[0] for task in made.engine.tasks()) == ["p", "q"]
    assert [incident.case for incident in made.engine.incidents()] == ["poison"]


def _failing(monkeypatch, *names):
    """Let the units of work that try what is marked fail, though the process lives."""

    def fails(*_arguments, **_more):
        raise DiskError(place="cases.db", reason="full")

    for name in names:
        monkeypatch.setattr(background, name, fails)


@pytest.mark.parametrize("process", [SLEEPING, LISTENING], ids=["wake", "delivery"])
def test_a_database_that_fails_is_no_step_that_kills(made, monkeypatch, process):
    monkeypatch.setattr(marking, "MOMENT", 0)
    made.put(process)
    case = made.engine.start("p")
    with monkeypatch.context() as patched:
        _failing(patched, "wake_marked", "deliver_marked")
        patched.setattr(made.engine, "_settle", lambda *_: None)
        made.engine.signal("storm")
        made.clock.move_to(BEGIN + HOUR)
        for _ in range(MOST_ATTEMPTS + 1):
            with pytest.raises(DiskError):
                made.engine.wake()
            assert made.dump()["marks"] == []
    made.engine.wake()
    assert made.engine.tasks(case=case)
    assert not made.engine.incidents()


def test_what_killed_before_is_still_suspected_after_the_database_failed(made, deadly, monkeypatch):
    made.put(SLEEPING)
    made.engine.start("p", key="poison")
    made.clock.move_to(BEGIN + HOUR)
    with pytest.raises(Death):
        made.engine.wake()
    with monkeypatch.context() as patched:
        _failing(patched, "wake_marked")
        for _ in range(MOST_ATTEMPTS + 1):
            with pytest.raises(DiskError):
                made.engine.wake()
    live_and_die(made)
    assert deadly == ["poison"] * MOST_ATTEMPTS
    assert [incident.case for incident in made.engine.incidents()] == ["p/poison"]


def test_where_not_even_a_mark_can_be_taken_back_the_first_failure_is_told(made, monkeypatch):
    made.put(SLEEPING)
    made.engine.start("p")
    made.clock.move_to(BEGIN + HOUR)
    _failing(monkeypatch, "wake_marked")

    def fails(*_arguments):
        raise ReadOnlyError(place="cases.db")

    monkeypatch.setattr(marking.Marks, "take_back", fails)
    with pytest.raises(DiskError):
        made.engine.wake()


SCRIPT = """
import os, signal
from running import BEGIN, HOUR, Running
from ironcage.engine import waking
real = waking.prepare
def prepare(case, *rest, **more):
    if case.key == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    return real(case, *rest, **more)
waking.prepare = prepare
running = Running({url!r})
running.clock.move_to(BEGIN + 3 * HOUR)
while running.engine.next_wake() is not None:
    running.engine.wake()
"""


def test_processes_that_die_in_a_step_die_of_it_three_times_only():
    url = emptied()
    running = Running(url)
    running.engine.deploy(definition(*LIMITED))
    for key in KEYS:
        running.engine.start("p", key=key)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ended = -9
    deaths = 0
    while ended == -9:
        ended = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(url=url)], env=env, timeout=120, check=False
        ).returncode
        deaths += ended == -9
        assert deaths <= MOST_ATTEMPTS
    assert (ended, deaths) == (0, MOST_ATTEMPTS)
    assert {task.element for task in running.engine.tasks() if task.case != "p/poison"} == {"c"}
    assert [incident.case for incident in running.engine.incidents()] == ["p/poison"]
    assert running.engine.verify().whole
    running.close()
