"""What a host is told when a command fails in its transaction, or when others are in its way."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

import psycopg
import pytest
from databases import _shared, emptied
from hosting import WAYS, Application, break_steps, cases, driver
from made import Made, catch, end, program, start, task, throw
from running import TWO_TASKS, definition

from ironcage.engine import CaseExistsError, TaskCompletedError, UnknownTaskError
from ironcage.program import Signal
from ironcage.store import MustRetryError, MustRollBackError
from ironcage.store.host import FailedBeforeError, LeftElsewhereError
from ironcage.store.post import Post
from ironcage.store.sqlite import DamagedDatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.store.rows import WaitKey

STRAIGHT = ("s -> a", "a -> t", "t -> e")
WAITING = ("s -> t", "t -> a", "a -> e")


@pytest.fixture
def running(run):
    return run(definition(*TWO_TASKS))


@pytest.mark.parametrize("way", WAYS)
def test_an_error_half_way_obliges_the_host_to_roll_back(running, apply, url, way):
    application = apply(way)
    break_steps(application, url)
    application.permit("7")
    raises = pytest.raises(MustRollBackError, match="Roll the transaction back")
    with raises as raised, running.engine.within(application.given):
        running.engine.start("p", key="7")
    assert not isinstance(raised.value, MustRetryError)
    application.rollback()
    assert (application.permits(), cases(running)) == ([], [])


def test_half_a_step_is_never_committed_whatever_the_host_does(running, application, url):
    before = running.dump()
    application.commit()
    break_steps(application, url)
    with suppress(MustRollBackError), running.engine.within(application.given):
        running.engine.start("p", key="7")
    application.commit()
    assert {name: rows for name, rows in running.dump().items() if name != "permits"} == {
        name: rows for name, rows in before.items() if name != "permits"
    }


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_nor_is_a_step_that_broke_off_between_two_writes(running, application, monkeypatch, error):
    def erase_and_break(*_):
        raise error

    case = running.engine.start("p", {"name": "Ann"}, key="7")
    monkeypatch.setattr("ironcage.hooks.Plugins.case_erased", erase_and_break)
    before = running.dump()
    raised = pytest.raises(MustRollBackError if error is ZeroDivisionError else error)
    with suppress(FailedBeforeError), running.engine.within(application.given), raised:
        running.engine.erase(case, "an order")
    application.commit()
    assert running.dump() == before


def test_a_host_that_swallows_the_error_is_told_again(running, application, url):
    break_steps(application, url)
    goes_on = url.startswith("sqlite")  # it has undone the step and nothing else, so that nothing is left to tell
    with nullcontext() if goes_on else pytest.raises(FailedBeforeError), running.engine.within(application.given):
        for key in ("7", "8"):
            with pytest.raises(FailedBeforeError if key == "8" and not goes_on else MustRollBackError):
                running.engine.start("p", key=key)


def test_a_statement_of_the_host_that_failed_is_told_of_before_a_step(running, application, url):
    with suppress(Exception):
        application.execute("SELECT * FROM nothing")
    goes_on = url.startswith("sqlite")
    with nullcontext() if goes_on else pytest.raises(FailedBeforeError), running.engine.within(application.given):
        running.engine.start("p", key="7")


# Others at the same time


def _in_a_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    came: list[object] = []

    def run() -> None:
        try:
            came.append(act())
        except Exception as error:  # noqa: BLE001
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def _wait_for_a_lock(running) -> None:
    """Return when somebody waits for somebody else's row."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    limit, waiting = time.monotonic() + 60, 0
    while not waiting:
        assert time.monotonic() < limit
        with running.store.reading() as connection:
            waiting = connection.exec_driver_sql(asked).scalar_one()


def test_a_key_that_another_host_takes_first_is_refused_in_the_end(running, apply, url):
    on_postgres = url.startswith("postgres")
    first, second = apply(), apply() if on_postgres else apply(check_same_thread=False)

    def start() -> str:
        with running.engine.within(second.given):
            return running.engine.start("p", key="7")

    with running.engine.within(first.given):
        running.engine.start("p", key="7")
    thread, came = _in_a_thread(start)
    if on_postgres:
        _wait_for_a_lock(running)
    first.commit()
    thread.join()
    if on_postgres:
        assert isinstance(came[0], MustRetryError)
        second.rollback()
        thread, came = _in_a_thread(start)
        thread.join()
    assert isinstance(came[0], CaseExistsError)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_whose_snapshot_is_outdated_is_to_run_again(run, apply, url, level):
    running, application = run(definition(*TWO_TASKS)), apply()
    task = running.open_task(running.engine.start("p", key="7"))

    def complete() -> None:
        application.execute("BEGIN" if url.startswith("sqlite") else f"SET TRANSACTION ISOLATION LEVEL {level}")
        application.given.execute("SELECT * FROM permits").fetchall()
        if not came:
            came.append(running.engine.complete(task))
        with running.engine.within(application.given):
            running.engine.complete(task)

    came: list[object] = []
    with pytest.raises(MustRetryError, match="run all of it again"):
        complete()
    application.rollback()
    with pytest.raises(TaskCompletedError):
        complete()


def test_a_host_whose_step_is_done_but_not_what_it_sends_is_to_run_again(monkeypatch):
    """The case that waits for it was taken on between two looks at it; by then the task itself is completed."""
    one, other = (Made(url) for url in [emptied()] * 2)
    for each in one, other:
        each.put(program({"s": start(), "a": task(), "t": throw(Signal("rain")), "e": end()}, *STRAIGHT))
        each.put(program({"s": start(), "t": catch(Signal("rain")), "a": task(), "e": end()}, *WAITING), key="q")
    for process in "pq":
        one.engine.start(process, key="7")
    (name,) = [each.name for each in one.engine.tasks()]
    look = Post.subscription

    def look_and_be_late(post: Post, place: WaitKey) -> object:
        found = look(post, place)
        monkeypatch.setattr(Post, "subscription", look)
        assert other.engine.signal("rain") == 1
        return found

    monkeypatch.setattr(Post, "subscription", look_and_be_late)
    with psycopg.connect(_shared()) as host:
        with pytest.raises(MustRetryError), suppress(FailedBeforeError), one.engine.within(host):
            one.engine.complete(name)
        host.commit()
    assert [each.element for each in other.engine.tasks()] == ["a", "a"]
    one.engine.complete(name)
    for each in one, other:
        each.close()


def test_two_hosts_in_two_threads_have_their_own_fates(running, apply, url):
    options = {"check_same_thread": False} if url.startswith("sqlite") else {}
    first, second = apply(**options), apply(**options)

    def start(application: Application, key: str) -> Callable[[], object]:
        def act() -> None:
            with running.engine.within(application.given):
                running.engine.start("p", key=key)
            (application.commit if key == "1" else application.rollback)()

        return act

    for thread, came in [_in_a_thread(start(first, "1")), _in_a_thread(start(second, "2"))]:
        thread.join()
        assert came == [None]
    assert cases(running) == ["p/1"]


def test_another_thread_and_another_task_are_not_in_the_hosts_transaction(running, application, url):
    async def meanwhile() -> None:
        running.engine.tasks()
        assert not running.store.is_busy()

    async def host() -> None:
        other = asyncio.create_task(meanwhile())
        with running.engine.within(application.given):
            assert running.store.is_busy()
            await other

    asyncio.run(host())
    with running.engine.within(application.given):
        thread, came = _in_a_thread(running.store.is_busy)
        thread.join()
    assert came == [False]


def test_a_block_that_is_left_in_another_task_says_so(running, application):
    block = running.engine.within(application.given)

    async def enter() -> None:
        block.__enter__()

    asyncio.run(enter())
    with pytest.raises(LeftElsewhereError):
        block.__exit__(None, None, None)


def test_it_is_over_when_the_block_is_left(running, application):
    with running.engine.within(application.given), pytest.raises(UnknownTaskError):
        running.engine.complete("p/7/1")
    application.rollback()
    running.engine.start("p", key="7")
    assert cases(running) == ["p/7"]


def test_hosts_that_wait_for_each_other_are_not_left_waiting(run, apply, url):
    if url.startswith("sqlite"):
        return  # the first of them has the whole database
    running, first, second = run(definition(*TWO_TASKS)), apply(), apply()
    for application in (first, second):
        application.execute("SET deadlock_timeout = '10ms'")
        application.commit()
    tasks = [running.open_task(running.engine.start("p", key=key)) for key in ("1", "2")]

    def complete(application: Application, task: str) -> Callable[[], object]:
        def act() -> None:
            with running.engine.within(application.given):
                running.engine.complete(task)

        return act

    complete(first, tasks[0])()
    complete(second, tasks[1])()
    thread, came = _in_a_thread(complete(second, tasks[0]))
    _wait_for_a_lock(running)
    with suppress(MustRetryError):
        complete(first, tasks[1])()
        came.append("the other one")
    first.rollback()
    thread.join()
    assert any(isinstance(each, MustRetryError) or each is None for each in came)
    assert sum(isinstance(each, MustRetryError) for each in came) == ("the other one" in came)


def _terminate(application: Application, url: str) -> None:
    """Let the server end the connection of the host."""
    number = application.given.info.backend_pid
    with driver(url) as other:
        other.execute(f"SELECT pg_terminate_backend({number}, 5000)")
    other.close()


def test_a_host_whose_connection_was_lost_is_told_to_roll_back(run, apply, url):
    if url.startswith("sqlite"):
        return  # a file is not far away
    running, application = run(definition(*TWO_TASKS)), apply()
    with suppress(FailedBeforeError), running.engine.within(application.given):
        running.engine.start("p", key="1")
        _terminate(application, url)
        with pytest.raises(MustRollBackError):
            running.engine.start("p", key="2")
    application.given.close()
    application.given = driver(url)
    assert cases(running) == []


def test_a_query_that_fails_obliges_the_host_where_its_transaction_has_failed(running, application, url):
    goes_on = url.startswith("sqlite")
    application.permit("7")
    application.execute("ALTER TABLE tasks RENAME TO gone")
    raised = pytest.raises(DamagedDatabaseError if goes_on else MustRollBackError)
    with suppress(FailedBeforeError), running.engine.within(application.given), raised:
        running.engine.tasks()
    application.rollback()
    assert running.engine.tasks() == []
