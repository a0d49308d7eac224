"""The server stops at once, as after a power failure, while cases are worked on; then it comes back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from running import TWO_TASKS, Running, definition
from servers import OwnServer
from sqlalchemy.engine.default import DefaultDialect

from ironcage.engine import CaseExistsError, TaskCompletedError
from ironcage.errors import SurroundingsError
from ironcage.store import Store, units
from ironcage.store.units import OutcomeUnknownError

CASES = 24
WHOLE = [
    ("case", "start", "p"), ("event", "complete", "s"), ("activity", "schedule", "a"),
    ("activity", "complete", "a"), ("activity", "schedule", "b"), ("activity", "complete", "b"),
    ("event", "complete", "e"), ("case", "complete", "p"),
]  # fmt: skip


@pytest.fixture(scope="module")
def server():
    own = OwnServer()
    yield own
    own.close()


def _until_it_works(act):
    """Do *act*, again and again while the server is away; an attempt that was not answered may have done it."""
    ends = time.monotonic() + 60
    while True:
        try:
            return act()
        except (CaseExistsError, TaskCompletedError):
            return None
        except SurroundingsError:
            assert time.monotonic() < ends, "the server has been back for long"
            time.sleep(0.05)


def _lead(running: Running, numbers: range, done: list[int], under_way: Event) -> None:
    for nth in numbers:
        _until_it_works(lambda nth=nth: running.engine.start("p", key=str(nth)))
        while tasks := _until_it_works(lambda nth=nth: running.engine.tasks(case=f"p/{nth}")):
            _until_it_works(lambda name=tasks[0].name: running.engine.complete(name, actor="amy"))
        done.append(nth)
        if len(done) % (CASES // 3) == 0:
            under_way.set()


def test_stopped_twice_under_load_nothing_is_lost_and_nothing_done_twice(server):
    running = Running(server.url)
    running.engine.deploy(definition(*TWO_TASKS))
    done: list[int] = []
    under_way = Event()
    with ThreadPoolExecutor(4) as threads:
        load = [threads.submit(_lead, running, range(nth, CASES, 4), done, under_way) for nth in range(4)]
        for _ in range(2):
            assert under_way.wait(60)
            under_way.clear()
            server.stop_at_once()
            server.start()
        for each in load:
            each.result()
    assert sorted(done) == list(range(CASES))
    for nth in range(CASES):
        assert running.facts(f"p/{nth}") == WHOLE
    assert running.engine.verify().whole
    running.close()


def test_a_unit_of_work_goes_on_within_seconds_of_the_server(server):
    store = Store.open(server.url)
    store.run(lambda work: work.next_wake())
    server.stop_at_once()
    with pytest.raises(SurroundingsError):
        store.run(lambda work: work.next_wake())
    server.start()
    assert store.run(lambda work: work.next_wake()) is None
    store.close()


@pytest.mark.parametrize("leaves_an_event", [True, False])
def test_a_commit_that_the_server_did_and_crashed_over_is_not_done_twice(server, monkeypatch, leaves_an_event):
    """Of what left no event the crash leaves nothing that bears witness: the number may be somebody else's by now."""
    running = Running(server.url)
    running.engine.deploy(definition(*TWO_TASKS))
    commit, crashed = DefaultDialect.do_commit, list[bool]()

    def crash(dialect: DefaultDialect, connection: Any) -> None:
        commit(dialect, connection)
        if not crashed:
            crashed.append(True)
            server.stop_at_once()
            server.start()
            connection.driver_connection.execute("SELECT 1")

    monkeypatch.setattr(DefaultDialect, "do_commit", crash)
    if leaves_an_event:
        assert running.engine.start("p", key="over a crash") == "p/over a crash"
        assert len(running.facts("p/over a crash")) == 3
    else:
        monkeypatch.setattr(units, "RECONNECTING_SECONDS", 1.0)
        with pytest.raises(OutcomeUnknownError):
            running.engine.message("go", ttl=timedelta(days=1))
        assert len(running.dump()["messages"]) == 1
    assert crashed
    running.close()
