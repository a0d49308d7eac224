"""The server stops at once, as after a power failure, while cases are worked on; then it comes back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from running import TWO_TASKS, Running, definition
from servers import OwnServer

from ironcage.engine import CaseExistsError, TaskCompletedError
from ironcage.errors import SurroundingsError
from ironcage.store import Store

CASES = 40
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
