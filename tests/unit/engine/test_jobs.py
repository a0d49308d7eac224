from __future__ import annotations

import threading
import time
from decimal import Decimal
from functools import partial

import pytest
from running import BEGIN, HOUR, SERVED, TWO_TASKS, Running, definition

from ironcage.engine import NoIncidentError, OpenUnitError, background
from ironcage.engine.background import JOBS_AT_A_TIME
from ironcage.engine.catalogue import Catalogue
from ironcage.engine.jobs import answer, called, claim_own, extend, fail, key_of
from ironcage.engine.leases import LEASE, LONGEST_LEASE, PAUSES, pause
from ironcage.errors import SurroundingsError
from ironcage.hooks import hookimpl
from ironcage.settings import NOTHING_SET

SERVED_IN_TIME = (
    {"s": "start", "a": "service ask result x", "l": "boundary a PT1H", "b": "user", "e": "end", "late": "end"},
    "s -> a", "a -> b", "b -> e", "l -> late",
)  # fmt: skip


class Answering:
    """A plugin whose service answers, or fails, as it is told."""

    def __init__(self) -> None:
        self.calls = []
        self.answer = lambda: Decimal(7)

    @hookimpl
    def services(self):
        def ask(call):
            self.calls.append(call)
            return self.answer()

        return {"ask": ask}


def until(holds):
    """Wait until *holds* does, and fail if that takes too long."""
    late = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < late
        threading.Event().wait(0.005)


def _fail():
    raise ZeroDivisionError("by nought")


@pytest.fixture
def answering():
    return Answering()


def test_a_service_is_called_outside_every_transaction_and_its_answer_taken_in(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    answering.answer = lambda: Decimal(running.store.is_busy())
    case = running.engine.start("p", {"name": "王"}, key="k")
    assert running.engine.run_jobs() == 1
    assert running.engine.run_jobs() == 0
    (call,) = answering.calls
    assert (call.case, call.element, call.attempt, call.variables) == (case, "a", 1, {"name": "王"})
    assert running.engine.case(case).variables["x"] == 0
    assert running.engine.tasks(case=case)[0].element == "b"
    assert running.dump()["jobs"] == []


def test_while_a_service_is_called_others_can_write(run, answering, url):
    running = run(definition(*SERVED), plugins=(answering,))
    other = Running(url)

    def ask():
        other.engine.start("p", key="meanwhile")  # would wait in vain for a transaction that is open
        return Decimal(7)

    answering.answer = ask
    case = running.engine.start("p")
    assert running.engine.run_jobs(1) == 1
    assert running.engine.case(case).variables["x"] == 7
    assert other.engine.case("p/meanwhile").status == "open"
    other.close()


def test_jobs_run_beside_each_other_and_none_waits_for_a_slow_one(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    met = threading.Barrier(JOBS_AT_A_TIME)
    answering.answer = lambda: Decimal(met.wait(timeout=30) * 0 + 7)
    for _ in range(JOBS_AT_A_TIME):
        running.engine.start("p")
    assert running.engine.run_jobs() == JOBS_AT_A_TIME


def test_a_call_is_repeated_with_the_same_key_after_pauses_that_grow(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    answering.answer = _fail
    running.engine.start("p")
    at = BEGIN
    for attempt, usual in enumerate(PAUSES, 1):
        assert running.engine.run_jobs() == 0
        assert len(answering.calls) == attempt
        rest = running.engine.next_job() - at
        assert usual * 0.8 <= rest <= usual
        running.clock.move_to(at + rest - 1)
        running.engine.run_jobs()
        assert len(answering.calls) == attempt
        at += rest
        running.clock.move_to(at)
    answering.answer = lambda: Decimal(7)
    assert running.engine.run_jobs() == 1
    assert len({call.key for call in answering.calls}) == 1


def test_what_fails_too_often_is_an_incident_until_somebody_retries(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    answering.answer = _fail
    case = running.engine.start("p")
    for _ in range(len(PAUSES) + 3):
        running.engine.run_jobs()
        running.clock.move_to(running.clock.now() + HOUR)
    assert len(answering.calls) == len(PAUSES) + 1
    (incident,) = running.engine.incidents()
    assert (incident.case, incident.element, incident.reason) == (case, "a", "ZeroDivisionError: by nought")
    answering.answer = lambda: Decimal(7)
    running.engine.retry(case)
    assert running.engine.run_jobs() == 1
    with pytest.raises(NoIncidentError):
        running.engine.retry(case)


def test_an_answer_after_its_lease_changes_nothing_once_another_has_the_job(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    running.engine.start("p")

    def slow():
        answering.answer = lambda: Decimal(2)
        running.clock.move_to(BEGIN + LEASE)
        assert running.engine.run_jobs() == 1
        return Decimal(1)

    answering.answer = slow
    assert running.engine.run_jobs(1) == 0  # more might take it themselves, before the other
    case = running.engine.tasks()[0].case
    assert running.engine.case(case).variables == {"x": Decimal(2)}
    assert [event for event in running.facts(case) if event[2] == "a"] == [
        ("activity", "schedule", "a"),
        ("activity", "complete", "a"),
    ]


def _take(running):
    with running.store.writing() as work:
        job = claim_own(work, NOTHING_SET, running.clock.now())
        return called(work, Catalogue(NOTHING_SET), job, running.clock.now())


def test_only_the_latest_attempt_can_answer_or_fail(run):
    running = run(definition(*SERVED))
    running.engine.start("p")
    first = _take(running)
    running.clock.move_to(BEGIN + LEASE)
    second = _take(running)
    assert (first.call.attempt, second.call.attempt) == (1, 2)
    before = running.dump()
    with running.store.writing() as work:
        assert answer(work, Catalogue(NOTHING_SET), first, Decimal(1), running.clock.now()) is False
        assert not fail(work, NOTHING_SET, first.job, ZeroDivisionError(), running.clock.now())
    assert running.dump() == before
    with running.store.writing() as work:
        assert answer(work, Catalogue(NOTHING_SET), second, Decimal(2), running.clock.now()) is True


def test_what_fails_together_is_not_tried_again_together(run):
    running = run(definition(*SERVED))
    for _ in range(20):
        running.engine.start("p")
    rests = [pause(key_of(_take(running).job), 1) for _ in range(20)]
    assert len(set(rests)) > 10
    assert all(PAUSES[0] * 0.8 <= rest <= PAUSES[0] for rest in rests)


def test_after_a_retry_the_attempts_go_on_being_counted_so_that_no_old_one_can_answer(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    answering.answer = _fail
    case = running.engine.start("p")
    old = _take(running)
    for _ in range(len(PAUSES) + 1):
        running.clock.move_to(running.clock.now() + 2 * HOUR)
        running.engine.run_jobs()
    running.engine.retry(case)
    new = _take(running)
    assert (new.call.attempt, new.job.attempts) == (1, len(PAUSES) + 2)
    with running.store.writing() as work:
        assert answer(work, Catalogue(NOTHING_SET), old, Decimal(1), running.clock.now()) is False
    for _ in range(len(PAUSES)):
        assert running.engine.incidents() == []
        running.clock.move_to(running.clock.now() + 2 * HOUR)
        running.engine.run_jobs()
    assert len(running.engine.incidents()) == 1


def test_a_job_that_nobody_comes_back_with_is_stopped_in_the_end(run):
    running = run(definition(*SERVED))
    case = running.engine.start("p")
    for _ in range(len(PAUSES) + 1):
        assert _take(running) is not None
        running.clock.move_to(running.clock.now() + LEASE)
    assert running.engine.run_jobs() == 0
    (incident,) = running.engine.incidents()
    assert (incident.case, incident.element) == (case, "a")
    assert incident.kind == "AttemptLostError"
    assert {row[8] for row in running.dump()["attempts"]} == {"lost"}


def test_a_job_that_is_taken_is_left_alone_for_the_time_of_its_lease(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    running.engine.start("p")

    def almost_too_slow():
        running.clock.move_to(BEGIN + LEASE - 1)
        assert running.engine.run_jobs() == 0
        return Decimal(1)

    answering.answer = almost_too_slow
    assert running.engine.run_jobs() == 1
    assert len(answering.calls) == 1


def test_while_a_job_runs_its_lease_is_extended(run, answering, url, monkeypatch):
    monkeypatch.setattr(background, "HEARTBEAT_SECONDS", 0.01)
    running = run(definition(*SERVED), plugins=(answering,))
    other = Running(url, answering)
    running.engine.start("p")

    def long():
        for _ in range(4):
            now = running.clock.now() + LEASE // 2
            running.clock.move_to(now)
            other.clock.move_to(now)
            until(lambda now=now: other.engine.next_job() == now + LEASE)
            assert other.engine.run_jobs() == 0
        return Decimal(1)

    answering.answer = long
    assert running.engine.run_jobs() == 1
    assert len(answering.calls) == 1
    other.close()


def test_a_job_whose_lease_cannot_be_extended_now_is_answered_all_the_same(run, answering, monkeypatch):
    monkeypatch.setattr(background, "HEARTBEAT_SECONDS", 0.01)
    running, tried = run(definition(*SERVED), plugins=(answering,)), threading.Event()

    def extend(*_):
        tried.set()
        raise SurroundingsError

    def ask():
        assert tried.wait(30)
        return Decimal(1)

    monkeypatch.setattr(background.jobs, "extend", extend)
    answering.answer = ask
    for _ in range(JOBS_AT_A_TIME + 1):
        running.engine.start("p")
    assert running.engine.run_jobs() == JOBS_AT_A_TIME + 1


def test_a_job_that_runs_for_ever_is_not_extended_for_ever(run):
    running = run(definition(*SERVED))
    running.engine.start("p")
    taken = _take(running)
    for now, kept in ((BEGIN + LONGEST_LEASE - 1, BEGIN + LONGEST_LEASE - 1 + LEASE), (BEGIN + LONGEST_LEASE, None)):
        before = running.engine.next_job()
        running.store.run(partial(extend, under_way=[taken], now=now))
        assert running.engine.next_job() == (kept or before)


def test_an_attempt_does_not_extend_what_another_has_taken(run):
    running = run(definition(*SERVED))
    running.engine.start("p")
    first = _take(running)
    running.clock.move_to(BEGIN + LEASE)
    _take(running)
    before = running.dump()
    running.store.run(partial(extend, under_way=[first], now=BEGIN + LEASE + 1))
    assert running.dump() == before


def test_an_answer_after_its_lease_is_taken_in_where_nobody_else_has_taken_the_job(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    case = running.engine.start("p")

    def late():
        running.clock.move_to(BEGIN + 2 * LEASE)
        return Decimal(1)

    answering.answer = late
    assert running.engine.run_jobs(1) == 1  # more would take it again at once
    assert running.engine.case(case).variables["x"] == 1
    assert len(answering.calls) == 1


def test_an_answer_is_made_a_value_of_a_case(run, answering):
    running = run(definition(*SERVED), plugins=(answering,))
    answering.answer = lambda: 7
    case = running.engine.start("p")
    running.engine.run_jobs()
    assert isinstance(running.engine.case(case).variables["x"], Decimal)


def test_an_answer_to_what_was_withdrawn_changes_nothing(run, answering):
    running = run(definition(*SERVED_IN_TIME), plugins=(answering,))
    case = running.engine.start("p")

    def late():
        running.engine.wake_until(BEGIN + HOUR, running.clock)
        return Decimal(1)

    answering.answer = late
    assert running.engine.run_jobs() == 0
    assert running.engine.case(case).status == "completed"
    assert ("activity", "withdraw", "a") in running.facts(case)
    assert running.engine.incidents() == []


def test_a_service_nobody_brings_is_named_in_the_incident(run):
    running = run(definition(*SERVED))
    running.engine.start("p")
    for _ in range(len(PAUSES) + 1):
        running.engine.run_jobs()
        running.clock.move_to(running.clock.now() + HOUR)
    assert "ask" in running.engine.incidents()[0].reason


def test_jobs_are_not_run_inside_a_transaction(run):
    running = run(definition(*TWO_TASKS))
    with running.engine.batch(), pytest.raises(OpenUnitError):
        running.engine.run_jobs()
