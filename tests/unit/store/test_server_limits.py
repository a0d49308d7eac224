"""What a PostgreSQL server and the pool of connections to it are asked for, so that nobody waits for ever."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from databases import emptied
from running import BEGIN, HOUR, LIMITED, SERVED, Running, definition
from sqlalchemy import create_engine, make_url

from ironcage.engine.leases import LEASE
from ironcage.hooks import hookimpl
from ironcage.store import Store
from ironcage.store.link import ALIVE
from ironcage.store.postgres import ServerBusyError
from ironcage.work import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


@contextmanager
def _held(url: str, asked: str) -> Iterator[Connection]:
    """Let somebody else hold what *asked* locks inside the block, and never say anything more."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql(asked).all()
        yield connection
    engine.dispose()


def _impatient() -> str:
    """Return the address of a database on which nobody waits longer than 20 ms for a lock."""
    url = make_url(emptied())
    return url.update_query_dict({"options": "-c lock_timeout=20ms"}).render_as_string(hide_password=False)


def _limits(url: str) -> tuple[str, str]:
    """Return how long a session waits for a lock, and how long it is left idle in a transaction."""
    store = Store.open(url)
    with store.writing() as work:
        lock, idle = (
            str(work.connection.exec_driver_sql(f"SHOW {name}").scalar_one())
            for name in ("lock_timeout", "idle_in_transaction_session_timeout")
        )
    store.close()
    return lock, idle


def test_a_session_waits_for_no_lock_longer_than_five_seconds_and_is_not_left_open():
    assert _limits(emptied()) == ("5s", "1min")


@pytest.mark.parametrize("said", ["notify=off", "prepare=no", "options=-c%20lock_timeout=7s"])
def test_a_pooler_is_sent_no_settings_of_the_session_which_it_might_refuse(said):
    url = emptied()
    lock, idle = _limits(f"{url}{'&' if '?' in url else '?'}{said}")
    assert (lock, idle) == ("7s" if "7s" in said else "0", "0")


def test_a_server_that_is_silent_is_given_up_after_half_a_minute():
    store = Store.open(emptied())
    with store.writing() as work:
        driver: Any = work.connection.connection.dbapi_connection
        given = driver.info.get_parameters()
    store.close()
    assert {name: given[name] for name in ALIVE} == {name: str(value) for name, value in ALIVE.items()}
    assert ALIVE["tcp_user_timeout"] == 30_000
    assert ALIVE["keepalives_idle"] + ALIVE["keepalives_interval"] * ALIVE["keepalives_count"] <= 30


def test_who_finds_no_connection_free_is_told_that_others_are_in_the_way():
    store = Store.open(emptied())
    store._database.engine.pool._timeout = 0.05
    with ExitStack() as others:
        for _ in range(store._database.engine.pool.size() * 5):
            others.enter_context(store.reading())
        with pytest.raises(ServerBusyError, match="in the way again and again"), store.reading():
            pass
        with pytest.raises(ServerBusyError):
            store.run(lambda work: work.next_wake())
    assert store.run(lambda work: work.next_wake()) is None
    store.close()


def test_a_case_that_somebody_holds_for_ever_is_said_to_be_so_and_the_others_go_on():
    url = _impatient()
    running = Running(url)
    running.engine.deploy(definition(*LIMITED))
    held, free = (running.engine.start("p", key=key) for key in ("held", "free"))
    task = running.open_task(held)
    running.clock.move_to(BEGIN + 3 * HOUR)
    with _held(url, "SELECT id FROM cases WHERE \"key\" = 'held' FOR UPDATE"):
        with pytest.raises(ServerBusyError):
            running.engine.complete(task)
        Worker(running.engine).work()
        assert [task.element for task in running.engine.tasks(case=free)] == ["c"], "it is late, and that was seen"
    running.engine.complete(task)
    running.close()


def test_an_answer_for_a_case_that_somebody_holds_takes_no_other_answer_with_it():
    url = _impatient()
    running = Running(url, Answering())
    running.engine.deploy(definition(*SERVED))
    held, *free = (running.engine.start("p", key=key) for key in ("held", "1", "2", "3"))
    with _held(url, "SELECT id FROM cases WHERE \"key\" = 'held' FOR UPDATE"):
        with pytest.raises(ServerBusyError):
            running.engine.run_jobs()
        assert {task.case for task in running.engine.tasks()} == set(free)
    running.clock.move_to(BEGIN + LEASE)
    assert running.engine.run_jobs() == 1
    assert running.open_task(held)
    running.close()
