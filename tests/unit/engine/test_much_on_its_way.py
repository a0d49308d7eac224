"""Much is on its way to many cases: nobody else's step, message or timer waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made import Made, catch, end, message, program, start, task, throw, timer
from running import BEGIN, HOUR

from ironcage.engine import Engine, delivering
from ironcage.program import Signal, TimerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

DURATION = timer(TimerKind.DURATION, 'duration("PT1H")')
STORM = program({"s": start(), "c": catch(Signal("storm")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
RAIN = program({"s": start(), "c": catch(Signal("rain")), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
SLEEPING = program({"s": start(), "w": catch(DURATION), "t": task(), "e": end()}, "s -> w", "w -> t", "t -> e")
FILED = program({"s": start(message("filed")), "t": task(), "e": end()}, "s -> t", "t -> e")
FILING = program({"s": start(), "f": throw(message("filed")), "e": end()}, "s -> f", "f -> e")
CROWD = 7


@pytest.fixture
def made(url, monkeypatch) -> Iterator[Made]:
    """An engine with a signal on its way to many cases, as a process left it that was killed after it had sent it."""
    running = Made(url)
    for key, each in (("p", STORM), ("q", RAIN), ("r", SLEEPING)):
        running.put(each, key=key)
    for nth in range(CROWD):
        running.engine.start("p", key=str(nth))
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_settle", lambda *_: None)
        assert running.engine.signal("storm") == CROWD
    yield running
    running.close()


def on_its_way(made: Made) -> int:
    return len(made.dump()["outbox"])


def test_a_command_delivers_what_it_sends_and_leaves_the_rest_to_the_worker(made):
    case = made.engine.start("q")
    made.engine.signal("rain")
    assert made.engine.tasks(case=case)
    assert on_its_way(made) == CROWD
    made.engine.wake()
    assert on_its_way(made) == 0


def test_a_round_of_the_worker_delivers_some_of_it_and_comes_to_the_timers(made):
    case = made.engine.start("r")
    made.clock.move_to(BEGIN + HOUR)
    woken = made.engine.wake(limit=3)
    assert (woken.delivered, woken.steps) == (3, 1)
    assert made.engine.tasks(case=case)
    assert on_its_way(made) == CROWD - 3


def test_what_is_settled_later_is_done_when_the_block_is_left_after_the_unit_of_work(made):
    case = made.engine.start("q")
    with made.engine.settling_later():
        made.engine.signal("rain")
        assert not made.engine.tasks(case=case)
    assert made.engine.tasks(case=case)
    assert on_its_way(made) == CROWD


def rain_and_fail(made: Made) -> None:
    with made.engine.settling_later():
        made.engine.signal("rain")
        raise ZeroDivisionError


def test_what_is_settled_later_is_left_to_the_worker_after_an_error(made):
    case = made.engine.start("q")
    with pytest.raises(ZeroDivisionError):
        rain_and_fail(made)
    assert not made.engine.tasks(case=case)
    made.engine.wake()
    assert made.engine.tasks(case=case)


def fail(_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("name", ["q/listening", "t/filing", "filed"])
def test_what_is_stopped_is_tried_when_it_is_let_go_on_and_the_rest_is_left_to_the_worker(made, monkeypatch, name):
    made.put(FILED, key="f")
    made.put(FILING, key="t")
    made.engine.start("q", key="listening")
    with monkeypatch.context() as patched:
        for kind in delivering._KINDS:
            patched.setitem(delivering._KINDS, kind, fail)
        made.engine.signal("rain")
        made.engine.start("t", key="filing")
    assert len(made.engine.incidents()) == 2
    made.engine.retry(name)
    assert len(made.engine.incidents()) == 1
    assert on_its_way(made) == CROWD + 1
    assert len(made.engine.tasks()) == 1
