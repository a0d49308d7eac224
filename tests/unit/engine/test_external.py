"""Workers outside: fetching, extending, completing, failing and throwing, and what they are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from running import BEGIN, HOUR, SERVED, Running, definition

from ironcage.clock import instant
from ironcage.definitions.schema import DataRefusedError
from ironcage.engine import (
    FailureReasonError,
    LeaseError,
    LimitError,
    ReleasedJobError,
    UnknownJobError,
    UnknownTopicError,
    WorkerNameError,
)
from ironcage.engine.leases import LEASE, PAUSES
from ironcage.settings import NOTHING_SET, Site

OUTSIDE = Site(topics=frozenset({"ask", "print"}))
MINUTE = timedelta(minutes=1)
CAUGHT = (
    {"s": "start", "a": "service ask", "c": "caught a E", "b": "user", "e": "end", "late": "end"},
    "s -> a", "a -> e", "c -> b", "b -> late",
)  # fmt: skip


@pytest.fixture
def running(run):
    return run(definition(*SERVED), site=OUTSIDE)


def _fetch(running, worker="w", **more):
    (job,) = running.engine.fetch_jobs(["ask"], worker, **more)
    return job


def test_a_job_is_fetched_with_all_that_a_worker_needs(running):
    case = running.engine.start("p", {"name": "王"}, key="k")
    job = _fetch(running, "printer-1")
    assert (job.name, job.case, job.element, job.topic) == (f"p/k/{job.name.split('/')[-1]}", case, "a", "ask")
    assert (job.attempt, job.worker, job.variables) == (1, "printer-1", {"name": "王"})
    assert job.locked_until == instant(BEGIN + LEASE)


def test_the_engine_itself_leaves_the_jobs_of_workers_outside_alone(running):
    running.engine.start("p")
    assert running.engine.run_jobs() == 0
    assert running.engine.next_job() is None
    assert len(running.engine.fetch_jobs(["ask"], "w")) == 1


def test_no_two_workers_have_one_job(running):
    for _ in range(5):
        running.engine.start("p")
    first = running.engine.fetch_jobs(["ask"], "one", limit=3)
    second = running.engine.fetch_jobs(["ask"], "two", limit=3)
    assert (len(first), len(second)) == (3, 2)
    assert not {job.name for job in first} & {job.name for job in second}
    assert running.engine.fetch_jobs(["ask"], "three") == []


def test_workers_of_several_processes_who_fetch_at_once_never_get_one_job(running, url):
    for _ in range(40):
        running.engine.start("p")
    others = [Running(url, site=OUTSIDE) for _ in range(4)]

    def fetch_all(other):
        fetched = []
        while jobs := other.engine.fetch_jobs(["ask"], "w", limit=3):
            fetched += [job.name for job in jobs]
        return fetched

    with ThreadPoolExecutor(len(others)) as threads:
        fetched = [name for names in threads.map(fetch_all, others) for name in names]
    for other in others:
        other.close()
    assert len(fetched) == len(set(fetched)) == 40


def test_topics_are_served_in_the_order_they_are_named(run):
    running = run(definition(*SERVED), site=OUTSIDE)
    printed = {"s": "start", "a": "service print", "e": "end"}
    running.engine.deploy(definition(printed, "s -> a", "a -> e", key="q"))
    running.engine.start("p")
    running.engine.start("q")
    jobs = running.engine.fetch_jobs(["print", "ask", "print"], "w", limit=5)
    assert [job.topic for job in jobs] == ["print", "ask"]


@pytest.mark.parametrize("data", [{"x": 7}, {"x": Decimal(7)}])
def test_an_answer_is_taken_in_and_the_case_goes_on(running, data):
    case = running.engine.start("p")
    job = _fetch(running)
    running.engine.complete_job(job.name, job.attempt, data)
    assert running.engine.case(case).variables["x"] == 7
    assert running.engine.tasks(case=case)[0].element == "b"
    assert running.dump()["jobs"] == []


def test_the_whole_answer_is_kept_where_no_entry_has_the_name_that_the_model_says(run):
    nodes = {"s": "start", "a": "service ask result answer", "b": "user", "e": "end"}
    running = run(definition(nodes, "s -> a", "a -> b", "b -> e"), site=OUTSIDE)
    case = running.engine.start("p")
    job = _fetch(running)
    running.engine.complete_job(job.name, job.attempt, {"found": True, "how": "looked"})
    assert running.engine.case(case).variables["answer"] == {"found": True, "how": "looked"}


def test_an_answer_that_does_not_fit_the_fields_is_refused_and_the_job_kept(run):
    running = run(definition(*CAUGHT), site=OUTSIDE)
    running.engine.start("p")
    job = _fetch(running)
    before = running.dump()
    for data in ({"x": "seven"}, {"unheard_of": 1}):
        with pytest.raises(DataRefusedError):
            running.engine.complete_job(job.name, job.attempt, data)
    assert running.dump() == before
    running.engine.complete_job(job.name, job.attempt, {"x": 7, "ok": True})


def test_an_extended_lease_keeps_the_job(running):
    running.engine.start("p")
    job = _fetch(running, lease=MINUTE)
    running.clock.move_to(BEGIN + 59_000_000)
    assert running.engine.extend_job(job.name, job.attempt, MINUTE) == instant(BEGIN + 119_000_000)
    running.clock.move_to(BEGIN + 118_000_000)
    assert running.engine.fetch_jobs(["ask"], "other") == []
    running.engine.complete_job(job.name, job.attempt, {"x": 1})


def _refused(running, job):
    before = running.dump()
    for act in (
        lambda: running.engine.complete_job(job.name, job.attempt, {"x": 1}),
        lambda: running.engine.throw_job(job.name, job.attempt, "E"),
        lambda: running.engine.fail_job(job.name, job.attempt, "late"),
        lambda: running.engine.extend_job(job.name, job.attempt, MINUTE),
    ):
        with pytest.raises(ReleasedJobError):
            act()
    assert running.dump() == before


def test_who_comes_after_the_lease_is_refused_whether_another_has_the_job_or_not(running):
    running.engine.start("p")
    late = _fetch(running, "late", lease=MINUTE)
    running.clock.move_to(BEGIN + 60_000_000)
    _refused(running, late)
    other = _fetch(running, "other")
    assert other.attempt == 2
    assert other.key == late.key
    _refused(running, late)
    running.engine.complete_job(other.name, other.attempt, {"x": 2})
    with pytest.raises(UnknownJobError):
        running.engine.complete_job(late.name, late.attempt, {"x": 1})


def test_a_failure_puts_the_job_off_and_in_the_end_stops_it(running):
    case = running.engine.start("p")
    for attempt in range(1, len(PAUSES) + 2):
        job = _fetch(running)
        assert job.attempt == attempt
        assert running.engine.fail_job(job.name, attempt, "out of paper") is (attempt > len(PAUSES))
        _refused(running, job)
        assert running.engine.fetch_jobs(["ask"], "w") == []
        running.clock.move_to(running.clock.now() + 2 * HOUR)
    (incident,) = running.engine.incidents()
    assert incident.reason == "w could not do it: out of paper"
    running.engine.retry(case)
    job = _fetch(running)
    running.engine.complete_job(job.name, job.attempt, {"x": 1})


def test_a_worker_says_itself_when_it_may_be_tried_again(running):
    running.engine.start("p")
    job = _fetch(running)
    running.engine.fail_job(job.name, job.attempt, "closed over noon", retry_in=timedelta(hours=2))
    running.clock.move_to(BEGIN + 2 * HOUR - 1)
    assert running.engine.fetch_jobs(["ask"], "w") == []
    running.clock.move_to(BEGIN + 2 * HOUR)
    assert _fetch(running).attempt == 2


@pytest.mark.parametrize(("asked", "rests"), [(timedelta(days=-1), 0), (timedelta.max, 366 * 24 * HOUR)])
def test_no_job_rests_for_ever(running, asked, rests):
    running.engine.start("p")
    job = _fetch(running)
    running.engine.fail_job(job.name, job.attempt, "closed", retry_in=asked)
    (row,) = running.dump()["jobs"]
    assert row[7] == BEGIN + rests


def test_a_bpmn_error_goes_the_way_the_model_says(run):
    running = run(definition(*CAUGHT), site=OUTSIDE)
    case = running.engine.start("p")
    job = _fetch(running)
    running.engine.throw_job(job.name, job.attempt, "E", {"x": 3})
    assert running.engine.tasks(case=case)[0].element == "b"
    assert running.engine.case(case).variables["x"] == 3
    assert running.dump()["attempts"][0][8] == "thrown"


def test_a_job_that_something_else_ended_is_gone(run):
    limited = {"s": "start", "a": "service ask", "l": "boundary a PT1H", "e": "end", "late": "end"}
    running = run(definition(limited, "s -> a", "a -> e", "l -> late"), site=OUTSIDE)
    running.engine.start("p")
    job = _fetch(running, lease=timedelta(hours=3))
    running.engine.wake_until(BEGIN + HOUR, running.clock)
    with pytest.raises(UnknownJobError):
        running.engine.complete_job(job.name, job.attempt, {})
    assert running.dump()["attempts"][0][8] == "withdrawn"


def test_a_service_becomes_a_topic_and_what_waits_already_is_left_to_the_workers(run):
    before = run(definition(*SERVED), site=NOTHING_SET)
    before.engine.start("p")
    running = run(site=OUTSIDE)
    assert running.engine.fetch_jobs(["ask"], "w") == []
    assert running.engine.run_jobs() == 0
    assert len(running.engine.fetch_jobs(["ask"], "w")) == 1


def test_a_stopped_job_of_a_service_that_became_a_topic_goes_to_the_workers_when_it_is_retried(run):
    before = run(definition(*SERVED), site=NOTHING_SET)
    case = before.engine.start("p")
    for _ in range(len(PAUSES) + 1):
        before.engine.run_jobs()
        before.clock.move_to(before.clock.now() + 2 * HOUR)
    assert len(before.engine.incidents()) == 1
    running = run(site=OUTSIDE)
    running.engine.retry(case)
    assert _fetch(running).attempt == len(PAUSES) + 2


def test_an_attempt_of_the_engine_itself_is_not_answered_from_outside(run):
    running = run(definition(*SERVED), plugins=(), site=NOTHING_SET)
    running.engine.start("p", key="k")
    (row,) = running.dump()["jobs"]
    running.engine.run_jobs()
    with pytest.raises(ReleasedJobError):
        running.engine.complete_job(f"p/k/{row[2]}", 1, {"x": 1})


def test_what_cannot_be_asked_for_is_refused(running):
    running.engine.start("p")
    fetch = running.engine.fetch_jobs
    with pytest.raises(UnknownTopicError) as refused:
        fetch(["asks"], "w")
    assert "ask, print" in str(refused.value)
    for worker in ("", " ", "a\nb", "w" * 201):
        with pytest.raises(WorkerNameError):
            fetch(["ask"], worker)
    for limit in (0, -1, 1001):
        with pytest.raises(LimitError):
            fetch(["ask"], "w", limit=limit)
    for lease in (timedelta(), timedelta(seconds=-1), timedelta(hours=24, microseconds=1)):
        with pytest.raises(LeaseError):
            fetch(["ask"], "w", lease=lease)
    job = _fetch(running)
    with pytest.raises(FailureReasonError):
        running.engine.fail_job(job.name, job.attempt, " ")
    for name in ("p", "p/k", "q/k/1", "p/k/x", f"{job.name}9"):
        with pytest.raises(UnknownJobError):
            running.engine.complete_job(name, 1, {})


def test_a_command_within_a_transaction_that_is_rolled_back_leaves_the_job_with_its_worker(running):
    running.engine.start("p")
    job = _fetch(running)

    def half_done():
        with running.engine.batch():
            running.engine.complete_job(job.name, job.attempt, {"x": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    running.engine.complete_job(job.name, job.attempt, {"x": 2})
    assert running.dump()["attempts"][0][8] == "done"
