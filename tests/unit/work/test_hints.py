"""Hints between processes: a worker that hears one need not wait, and one that hears none only waits longer."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest
from databases import emptied
from running import SERVED, TWO_TASKS, Running, definition

from ironcage.engine import Engine
from ironcage.hooks import hookimpl
from ironcage.settings import Secret, Site, Webhook
from ironcage.store.postgres import ServerUnreachableError
from ironcage.work import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

END_LISTENERS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
)


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


@pytest.fixture
def running() -> Iterator[Running]:
    made = Running(emptied(), Answering())
    made.engine.deploy(definition(*SERVED))
    made.engine.deploy(definition(*TWO_TASKS, key="q"))
    yield made
    made.close()


@contextmanager
def working(running: Running, poll_seconds: float, more: str = "") -> Iterator[Worker]:
    """Let a worker with connections of its own work in a thread."""
    url = running.store._database.engine.url.render_as_string(hide_password=False)
    own = Running(url.replace("postgresql+psycopg", "postgresql") + more, Answering())
    worker = Worker(own.engine, poll_seconds)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield worker
    worker.stop()
    thread.join(60)
    own.close()


def until(condition, seconds: float = 60) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds
        time.sleep(0.01)
    return time.monotonic() - begun


def listeners(running: Running) -> int:
    with running.store.reading() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
        return int(connection.exec_driver_sql(asked).scalar_one())


def test_a_worker_asleep_hears_of_a_job_at_once(running):
    with working(running, poll_seconds=3600):
        until(lambda: listeners(running))
        time.sleep(0.2)  # it is asleep by now, or will hear the hint when it goes to sleep
        case = running.engine.start("p")
        until(lambda: running.engine.tasks(case=case))


def test_a_worker_whose_ear_was_cut_off_listens_again(running):
    with working(running, poll_seconds=0.3):
        until(lambda: listeners(running))
        with running.store.writing() as work:
            assert work.connection.exec_driver_sql(END_LISTENERS).scalar_one() == 1
        until(lambda: listeners(running))
        case = running.engine.start("p")
        until(lambda: running.engine.tasks(case=case))


def test_a_worker_that_lost_the_database_listens_anew_whatever_its_ear_still_hears(running, monkeypatch):
    with working(running, poll_seconds=0.1) as worker:
        until(lambda: listeners(running))
        (before,) = _ears(running)
        real, left = worker.engine.wake, [1]

        def wake(limit):
            if left:
                left.pop()
                raise ServerUnreachableError(place="here", reason="no word of it")
            return real(limit)

        monkeypatch.setattr(worker.engine, "wake", wake)
        until(lambda: not left and len(ears := _ears(running)) == 1 and ears != [before])


def _ears(running: Running) -> list[int]:
    with running.store.reading() as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
        return list(connection.exec_driver_sql(asked).scalars())


def test_without_hints_a_worker_looks_by_itself(running):
    with working(running, poll_seconds=0.1, more="&notify=off"):
        case = running.engine.start("p")
        until(lambda: running.engine.tasks(case=case))
        assert listeners(running) == 0


def test_only_what_leaves_work_for_a_worker_gives_a_hint_and_one_a_transaction(running):
    hints = running.store.listen()
    assert hints is not None

    def heard() -> int:
        """Count the hints given before one of the test's own, which comes last."""
        with running.store.writing() as work:
            work.connection.exec_driver_sql("NOTIFY ironcage, 'last'")
        return sum(1 for _ in takewhile(lambda each: each.payload != "last", hints._driver.notifies(timeout=60)))

    case = running.engine.start("q")
    running.engine.complete(running.open_task(case))
    assert heard() == 0
    with running.engine.batch():
        running.engine.start("p")
        running.engine.start("p")
    assert heard() == 1
    desk = Webhook("desk", "http://127.0.0.1:9/", Secret("env:NONE"), frozenset({"case.opened"}))
    telling = Engine(running.store, running.clock, running.engine.plugins, Site(webhooks={"desk": desk}))
    case = telling.start("q")
    assert heard() == 1
    telling.complete(running.open_task(case))  # of which nobody is told
    assert heard() == 0
    hints.close()
