"""What a batch says that it is about is read at once, and is as good as what is read when it is asked for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from children import until
from databases import _shared, emptied
from gathering import Together
from made import Made, end, program, start, task

from ironcage.engine import CaseExistsError, TaskClaimedError, TaskCompletedError, UnknownTaskError
from ironcage.store.postgres import ServerBusyError, _Cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOTH = program(
    {"s": start(), "a": task(), "b": task(), "c": task(), "e": end()}, "s -> a", "s -> b", "a -> c", "b -> e", "c -> e"
)


@pytest.fixture
def two() -> Iterator[tuple[Made, Made]]:
    """Two engines on one database, each with connections of its own."""
    url = emptied()
    both = Made(url), Made(url)
    for each in both:
        each.put(BOTH)
    yield both
    for each in both:
        each.close()


@pytest.fixture
def made(url) -> Iterator[Made]:
    running = Made(url)
    running.put(BOTH)
    yield running
    running.close()


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The statements that PostgreSQL was asked and that answer rows."""
    found, executed = list[str](), _Cursor._executed

    def noted(cursor: _Cursor, sql: str, parameters: Any) -> object:
        found.append(sql)
        return executed(cursor, sql, parameters)

    monkeypatch.setattr(_Cursor, "_executed", noted)
    return found


def _tasks(made: Made, *keys: str) -> dict[str, str]:
    """Start cases; return their tasks by key and element."""
    for key in keys:
        made.engine.start("p", key=key)
    return {f"{each.case.partition('/')[2]} {each.element}": each.name for each in made.engine.tasks()}


def _elements(made: Made) -> list[str]:
    return sorted(each.element for each in made.engine.tasks())


def _until_they_wait_for_locks(made: Made, count: int) -> None:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def are_waiting() -> bool:
        with made.store.reading() as connection:
            return bool(connection.exec_driver_sql(asked).scalar_one() == count)

    until(are_waiting)


def test_a_batch_that_says_what_it_is_about_asks_once(two, asked):
    made, _ = two
    tasks = _tasks(made, *"123")
    asked.clear()
    with made.engine.batch(tasks=tasks.values(), cases=["p/4", "p/5"]):
        for name in tasks.values():
            made.engine.complete(name)
        made.engine.start("p", key="4")
        made.engine.start("p", key="5")
    (first, *others) = asked
    assert "unnest" in first
    assert all("FROM cases" not in sql and "FROM tasks" not in sql for sql in others), others
    assert _elements(made) == ["a"] * 2 + ["b"] * 2 + ["c"] * 3
    assert made.engine.verify().whole


def test_threads_that_share_a_commit_ask_once_for_all(two, asked):
    made, _ = two
    tasks = _tasks(made, *"123")
    together = Together(made.store)
    asked.clear()
    together.call(*(partial(made.engine.complete, name) for name in tasks.values()))
    assert sum("unnest" in sql for sql in asked) == 1
    assert not any("FROM cases" in sql and "unnest" not in sql for sql in asked)
    assert _elements(made) == ["c"] * 3


def test_what_the_batch_does_itself_is_seen_by_it(made):
    tasks = _tasks(made, "1", "2")
    with made.engine.batch(tasks=tasks.values(), cases=["p/1", "p/3"]):
        made.engine.complete(tasks["1 a"], actor="ann")
        with pytest.raises(TaskCompletedError, match="ann"):
            made.engine.complete(tasks["1 a"])
        made.engine.complete(tasks["1 b"])
        made.engine.claim(tasks["2 a"], "bob")
        made.engine.complete(tasks["2 b"])
        with pytest.raises(TaskClaimedError, match="bob"):
            made.engine.complete(tasks["2 a"], actor="eve")
        made.engine.release(tasks["2 a"], "bob")
        made.engine.complete(tasks["2 a"], actor="eve")
        made.engine.start("p", key="3")
        assert len(made.engine.tasks(case="p/3")) == 2
        for key in "13":
            with pytest.raises(CaseExistsError):
                made.engine.start("p", key=key)
    assert _elements(made) == ["a", "b", "c", "c"]
    assert made.engine.verify().whole


def test_what_was_sent_through_the_connection_is_seen(made):
    tasks = _tasks(made, "1", "2")
    with made.engine.batch(tasks=tasks.values()):
        with made.store.writing() as work:
            work.connection.exec_driver_sql("UPDATE tasks SET actor = 'bob', status = 'claimed'")
        with pytest.raises(TaskClaimedError, match="bob"):
            made.engine.complete(tasks["1 a"], actor="eve")


def test_names_that_are_wrong_or_missing_change_nothing(made):
    tasks = _tasks(made, "1", "2")
    with made.engine.batch(tasks=[tasks["1 a"], "p", "p/1/x", "p/none/1", "p/1/999"], cases=["p", "q/1", "p/1"]):
        with pytest.raises(UnknownTaskError):
            made.engine.complete("p/1/999")
        with pytest.raises(UnknownTaskError):
            made.engine.complete("p/none/1")
        made.engine.complete(tasks["1 a"])
        made.engine.complete(tasks["2 b"])
    assert _elements(made) == ["a", "b", "c"]


@pytest.mark.parametrize("odd", ["p/a\0b/1", "p/\udc80/1", "p\0/1/1"])
def test_names_that_no_case_can_have_are_not_asked_for(made, odd):
    tasks = _tasks(made, "1", "2")
    with made.engine.batch(tasks=[odd, tasks["1 a"]], cases=[odd, "p/2"]):
        made.engine.complete(tasks["1 a"])
        made.engine.complete(tasks["2 b"])
    assert _elements(made) == ["a", "b", "c"]


def test_names_that_the_encoding_of_the_host_has_no_characters_for_are_not_asked_for(two):
    made, _ = two
    tasks = _tasks(made, "一", "2")
    about = [*tasks.values(), "p/\U0001f600/1"]
    chinese = psycopg.connect(_shared(), client_encoding="GBK")
    with chinese as host, made.engine.within(host), made.engine.batch(tasks=about):
        made.engine.complete(tasks["一 a"])
    assert _elements(made) == ["a", "b", "b", "c"]


def test_a_case_that_somebody_adds_meanwhile_is_there(two):
    one, other = two
    with other.engine.batch(tasks=["p/1/2", "p/2/1"], cases=["p/1"]):
        (name, *_) = _tasks(one, "1").values()
        other.engine.complete(name)
        assert other.engine.case("p/1").name == "p/1"
    assert _elements(one) == ["b", "c"]


def test_a_key_that_somebody_takes_meanwhile_is_said_to_be_in_the_way(two):
    one, other = two

    def start_both(meanwhile: Callable[[], object]) -> None:
        with other.engine.batch(cases=["p/1", "p/2"]):
            for key in "12":
                other.engine.start("p", key=key)
            meanwhile()

    with pytest.raises(ServerBusyError, match="try again"):
        start_both(lambda: one.engine.start("p", key="2"))
    with pytest.raises(CaseExistsError):
        start_both(bool)
    assert [each.case for each in one.engine.tasks()] == ["p/2"] * 2


def test_who_waited_for_a_case_sees_case_and_tasks_as_they_are_then(two):
    """Not as they were when it began to wait: one task is over, and the case is a step further for the other."""
    one, other = two
    tasks = _tasks(one, "1", "2")
    outcomes: dict[str, object] = {}

    def complete_both() -> None:
        with other.engine.batch(tasks=tasks.values()):
            for name in (tasks["1 a"], tasks["1 b"], tasks["2 a"]):
                try:
                    outcomes[name] = other.engine.complete(name, actor="eve")
                except TaskCompletedError as refused:
                    outcomes[name] = str(refused)

    with ThreadPoolExecutor() as threads:
        with one.engine.batch():
            one.engine.complete(tasks["1 a"], actor="ann")
            waiting = threads.submit(complete_both)
            _until_they_wait_for_locks(other, 1)
        waiting.result(60)
    assert "ann" in str(outcomes[tasks["1 a"]])
    assert outcomes[tasks["1 b"]] is outcomes[tasks["2 a"]] is None
    assert _elements(one) == ["b", "c", "c"]
    assert one.engine.verify().whole


def test_two_that_foresee_the_same_cases_in_opposite_order_do_not_wait_in_a_circle(two):
    """Somebody holds a case that both want; who comes first has locked what it wants before that one."""
    one, other = two
    tasks = _tasks(one, *"12345678")
    with one.store.reading() as connection:
        order = [f"{key} a" for _, key in sorted(connection.exec_driver_sql("SELECT part, key FROM cases"))]
    first, *_, last = (tasks[each] for each in order)
    middle = tasks[order[3]]
    holds, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with one.engine.batch(tasks=[middle]):
            one.engine.claim(middle, "ann")
            holds.set()
            assert let_go.wait(60)

    def claim(*names: str) -> None:
        with other.engine.batch(tasks=names):
            for name in names:
                other.engine.claim(name, "ann")

    with ThreadPoolExecutor() as threads:
        acting = [threads.submit(hold)]
        assert holds.wait(60)
        for count, names in enumerate(([first, middle, last], [last, first, middle]), 1):
            acting.append(threads.submit(claim, *names))
            _until_they_wait_for_locks(other, count)
        let_go.set()
        for each in acting:
            each.result(60)
    assert sum(each.actor == "ann" for each in one.engine.tasks()) == 3
