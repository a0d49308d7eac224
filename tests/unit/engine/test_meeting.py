"""Two transactions that meet half-way, each before it can see the other: on PostgreSQL, where they may."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from databases import emptied
from made import Made, catch, end, message, program, start, task
from running import BEGIN

from ironcage.engine import Engine, NotAwaitedError, TaskClaimedError, TaskCompletedError
from ironcage.program import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECOND = 1_000_000
WAITING = program(
    {"s": start(), "a": task(), "c": catch(message("paid")), "t": task(), "e": end()},
    "s -> a", "a -> c", "c -> t", "t -> e",
)  # fmt: skip


def listening(signal: str):
    return program({"s": start(), "c": catch(Signal(signal)), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")


@pytest.fixture
def two() -> Iterator[tuple[Made, Made]]:
    """Two engines on one database, each with connections of its own, that know three processes."""
    url = emptied()
    both = Made(url), Made(url)
    for each in both:
        each.put(WAITING, key="p")
        each.put(listening("storm"), key="q")
        each.put(listening("rain"), key="r")
    yield both
    for each in both:
        each.close()


def in_another_thread(command: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(command())
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def until_somebody_waits_for_a_lock(made: Made) -> None:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    limit = time.monotonic() + 60
    while True:
        with made.store.reading() as connection:
            if connection.exec_driver_sql(asked).scalar_one():
                return
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_message_kept_while_its_wait_opens_is_delivered_all_the_same(two):
    one, other = two
    case = one.engine.start("p")
    with one.store.writing():
        one.engine.complete(one.open_task(case))  # waits now, and sees no message
        assert other.engine.message("paid", {"x": 1}, ttl=timedelta(days=1)).outcome == "kept"  # sees no wait
        other.clock.move_to(BEGIN + SECOND)
        assert other.engine.wake().delivered == 1  # looks again, and still sees none
    assert not one.engine.tasks(case=case)
    assert other.engine.next_wake() == BEGIN + 11 * SECOND
    other.clock.move_to(BEGIN + 11 * SECOND)
    other.engine.wake()
    assert [found.element for found in one.engine.tasks(case=case)] == ["t"]
    assert one.dump()["messages"] == one.dump()["outbox"] == []


def test_a_message_that_nobody_ever_waits_for_looks_again_a_few_times_only(two):
    one, _ = two
    one.engine.message("paid", ttl=timedelta(days=1))
    looked: list[int] = []
    while (at := one.engine.next_wake()) is not None:
        looked.append((at - BEGIN) // SECOND)
        one.clock.move_to(at)
        one.engine.wake()
    assert looked == [1, 11, 71, 671]
    assert len(one.dump()["messages"]) == 1


def test_of_two_messages_for_one_wait_at_once_the_later_finds_nobody(two):
    one, other = two
    case = one.engine.start("p")
    one.engine.complete(one.open_task(case))
    with one.store.writing():
        one.engine.message("paid", {"x": 1})
        thread, outcome = in_another_thread(lambda: other.engine.message("paid", {"x": 2}))
        until_somebody_waits_for_a_lock(one)
    thread.join(60)
    assert isinstance(outcome[0], NotAwaitedError)
    assert one.engine.case(case).variables == {"x": 1}


def test_of_two_signals_for_one_wait_at_once_the_later_is_of_no_concern(two):
    one, other = two
    case = one.engine.start("q")
    with one.store.writing():
        one.engine.signal("storm", {"x": 1})
        thread, outcome = in_another_thread(lambda: other.engine.signal("storm", {"x": 2}))
        until_somebody_waits_for_a_lock(one)
    thread.join(60)
    assert outcome == [1]
    assert one.engine.case(case).variables == {"x": 1}
    assert one.engine.incidents() == []
    assert one.dump()["outbox"] == []


def test_nothing_overtakes_what_the_same_sender_sent_before(two, monkeypatch):
    one, other = two
    first, second, rained_on = one.engine.start("q"), one.engine.start("q"), one.engine.start("r")
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_settle", lambda *_: None)  # killed after the step
        one.engine.signal("storm")
        for each in two:
            each.clock.move_to(BEGIN + SECOND)
        one.engine.signal("rain")
    with one.store.writing() as work:
        held = work.marks.first_sending(*next(work.marks.senders(BEGIN + SECOND)), BEGIN + SECOND)
        assert held is not None
        assert held.row.name == "storm"
        assert other.engine.wake().delivered == 1
        assert other.engine.tasks(case=rained_on)
        assert not other.engine.tasks(case=second)
    other.engine.wake()
    assert other.engine.tasks(case=first)
    assert other.engine.tasks(case=second)
    assert other.dump()["outbox"] == []


def test_of_two_who_complete_a_task_at_once_the_later_is_told_that_it_is_done(two):
    one, other = two
    case = one.engine.start("p")
    name = one.open_task(case)
    with one.store.writing():
        one.engine.complete(name, actor="first")
        thread, outcome = in_another_thread(lambda: other.engine.complete(name, actor="second"))
        until_somebody_waits_for_a_lock(one)
    thread.join(60)
    assert isinstance(outcome[0], TaskCompletedError)


def test_who_completes_a_task_while_another_claims_it_is_told_whose_it_is(two):
    one, other = two
    name = one.open_task(one.engine.start("p"))
    with one.store.writing():
        one.engine.claim(name, "first")
        thread, outcome = in_another_thread(lambda: other.engine.complete(name, actor="second"))
        until_somebody_waits_for_a_lock(one)
    thread.join(60)
    assert isinstance(outcome[0], TaskClaimedError)
