from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from running import BEGIN, HOUR, LIMITED, SERVED, Running, definition

from ironcage.hooks import hookimpl
from ironcage.store import Store
from ironcage.store.postgres import ServerUnreachableError
from ironcage.work import Worker
from ironcage.work.worker import SHORTEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(f"sqlite:///{tmp_path / 'cases.db'}", Answering())
    made.engine.deploy(definition(*LIMITED))
    made.engine.deploy(definition(*SERVED, key="q"))
    yield made
    made.close()


def test_a_worker_tidies_up_at_the_beginning_and_again_later(running, monkeypatch):
    monkeypatch.setattr("ironcage.work.worker.UPKEEP_SECONDS", 0.0)
    done: list[object] = []
    worker = Worker(running.engine, poll_seconds=0.01, upkeep=done.append)

    def work():
        done.append("a round")
        if len(done) >= 4:
            worker.stop()
        return True

    monkeypatch.setattr(worker, "work", work)
    worker.run()
    assert done == [running.engine, "a round"] * 2


def test_a_round_wakes_what_is_due_and_runs_jobs(running):
    limited, served = running.engine.start("p"), running.engine.start("q")
    worker = Worker(running.engine)
    assert worker.work()
    assert running.engine.tasks(case=served)[0].element == "b"
    assert not worker.work()
    running.clock.move_to(BEGIN + 2 * HOUR)
    assert worker.work()
    assert running.engine.tasks(case=limited)[0].element == "c"
    assert not worker.work()


def test_a_worker_sleeps_until_the_next_thing_is_due_but_not_too_long(running):
    worker = Worker(running.engine, poll_seconds=60)
    assert worker.rest() == 60
    running.engine.start("p")
    assert worker.rest() == 60
    running.clock.move_to(BEGIN + 2 * HOUR - 5_000_000)
    assert worker.rest() == 5
    running.clock.move_to(BEGIN + 2 * HOUR + 1)
    assert worker.rest() == SHORTEST_SECONDS


def test_a_worker_that_looks_as_often_as_it_can_rests_in_between(running):
    assert Worker(running.engine, poll_seconds=0).rest() == SHORTEST_SECONDS


def test_a_worker_that_is_told_to_stop_stops_at_once_even_asleep(running):
    worker = Worker(running.engine, poll_seconds=3600)
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.stop()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_worker_goes_on_when_the_database_is_there_again(running, monkeypatch):
    case, said, left = running.engine.start("q"), list[str](), [2]
    worker = Worker(running.engine, say=said.append)
    real = Store.run

    def run(store, body, about=()):
        if left[0]:
            left[0] -= 1
            raise ServerUnreachableError(place="here", reason="it is down")
        if running.engine.tasks(case=case):
            worker.stop()
        return real(store, body, about)

    monkeypatch.setattr(Store, "run", run)
    too_late = threading.Timer(30, worker.stop)
    too_late.start()
    worker.run()
    too_late.cancel()
    assert running.engine.tasks(case=case)[0].element == "b"
    assert len(said) == 2


SCRIPT = """
from running import LIMITED, Running, definition
from ironcage.work import Worker
running = Running({url!r})
running.engine.deploy(definition(*LIMITED))
worker = Worker(running.engine, poll_seconds=3600)
with worker.stopped_by_signals():
    print("ready", flush=True)
    worker.run()
running.close()
print("done", flush=True)
"""


def test_sigterm_drains_the_worker(tmp_path, pythonpath):
    script = SCRIPT.format(url=f"sqlite:///{tmp_path / 'cases.db'}")
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=pythonpath)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=30)
    assert (out, child.returncode) == ("done\n", 0)
