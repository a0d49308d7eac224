"""The clock of the database server, as those who work on it reckon it."""

from __future__ import annotations

import time

import pytest
from databases import emptied

from ironcage.engine import Engine
from ironcage.errors import SurroundingsError
from ironcage.hooks import Plugins
from ironcage.store import Store
from ironcage.store.clock import LOOK_SECONDS, ServerClock

HOUR = 3_600_000_000


class World:
    """A server's clock, and the steady clock of a machine."""

    def __init__(self) -> None:
        self.server = 1_000_000_000
        self.seconds = 5.0
        self.asked = 0
        self.is_away = False

    def ask(self) -> int:
        self.asked += 1
        if self.is_away:
            raise SurroundingsError
        return self.server

    def steady(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.server += round(seconds * 1_000_000)
        self.seconds += seconds


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock(world) -> ServerClock:
    return ServerClock(world.ask, world.steady)


def test_between_two_looks_the_server_is_not_asked(clock, world):
    for _ in range(100):
        world.passes(LOOK_SECONDS / 200)
        assert clock.now() == pytest.approx(world.server, abs=200)
    assert world.asked == 1


def test_a_server_whose_clock_is_set_is_followed_at_the_next_look(clock, world):
    world.server += HOUR
    world.passes(LOOK_SECONDS + 1)
    assert clock.now() == world.server


def test_time_never_goes_back_nor_stands_still_where_the_clock_of_the_server_does(clock, world):
    before = clock.now()
    world.server -= HOUR
    told = [before]
    for _ in range(600):
        world.passes(10)
        told.append(clock.now())
        assert told[-1] - told[-2] >= 5_000_000
    assert told[-1] > world.server
    for _ in range(200):
        world.passes(10)
        told.append(clock.now())
    assert told[-1] == world.server, "after twice the time by which it was set back"
    assert told == sorted(told)


@pytest.mark.parametrize(("by", "times"), [(HOUR, 1), (HOUR // 3600, 0), (-HOUR, 0)])
def test_a_clock_that_was_set_back_far_is_told_once_each_time(clock, world, caplog, by, times):
    with caplog.at_level("WARNING", "ironcage"):
        for _ in range(2):
            world.server -= by
            for _ in range(1000):
                world.passes(10)
                clock.now()
    found = [each.__dict__["ironcage"]["seconds"] for each in caplog.records if each.msg == "%s"]
    assert len(found) == 2 * times
    assert all(seconds == pytest.approx(3600, abs=LOOK_SECONDS + 10) for seconds in found)


def test_while_the_server_is_away_its_clock_is_reckoned_on(clock, world):
    world.is_away = True
    world.passes(10 * LOOK_SECONDS)
    assert clock.now() == world.server


def test_an_hour_more_or_less_on_the_clock_of_the_machine_changes_nothing(monkeypatch):
    store = Store.open(emptied())
    engine = Engine(store, plugins=Plugins())
    before, real, ns = engine.clock.now(), time.time, time.time_ns
    for wrong in (3600, -3600):
        monkeypatch.setattr(time, "time", lambda wrong=wrong: real() + wrong)
        monkeypatch.setattr(time, "time_ns", lambda wrong=wrong: ns() + wrong * 10**9)
        later = engine.clock.now()
        assert 0 <= later - before < HOUR / 2
    store.close()
