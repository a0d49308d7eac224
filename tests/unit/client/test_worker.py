"""Workers outside: they do what there is, keep it meanwhile, and say what came of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from ironcage.client import BpmnError, ProblemError, Worker

SECOND = 1_000_000


class Working:
    """A worker in a thread, stopped after so many jobs."""

    def __init__(self, client, handler, jobs=1, **more):
        self.done = []
        self._handler, self._jobs = handler, jobs
        self.worker = Worker(client, ["ask"], patience=timedelta(seconds=1), **more)
        self._thread = threading.Thread(target=self.worker.run, args=[self._do])
        self._thread.start()

    def _do(self, job):
        self.done.append(job)
        if len(self.done) == self._jobs:
            self.worker.stop()
        return self._handler(job)

    def join(self):
        self._thread.join(60)
        assert not self._thread.is_alive()


def _open(serving, case="p/K-1"):
    return [task.element for task in serving.engine.tasks(case=case)]


def test_a_job_is_done_and_its_case_goes_on(serving, client):
    serving.engine.start("p", {"name": "王"}, key="K-1")
    working = Working(client, lambda job: {"x": len(job.variables["name"])})
    working.join()
    assert _open(serving) == ["b"]
    assert serving.engine.case("p/K-1").variables["x"] == 1


def test_a_job_that_comes_later_is_waited_for(serving, client):
    working = Working(client, lambda _: None)
    serving.engine.start("p", key="K-1")
    working.join()
    assert _open(serving) == ["b"]


def test_a_job_ends_in_an_error_that_the_model_catches(serving, client):
    def refuse(job):
        raise BpmnError("E1", {"ok": False})

    serving.engine.start("p", key="K-1")
    Working(client, refuse).join()
    assert _open(serving) == ["late"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda _: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda _: {"x": "seven"}, "urn:ironcage:problem:data-refused"),
    ],
)
def test_what_a_handler_does_wrong_is_a_failure_that_people_read(serving, client, answer, told):
    serving.engine.start("p", key="K-1")
    for _ in range(50):
        Working(client, answer).join()
        if serving.engine.incidents():
            break
        serving.running.clock.move_to(serving.running.clock.now() + 5000 * SECOND)
    (incident,) = serving.engine.incidents()
    assert told in incident.reason


def test_many_jobs_are_done_at_a_time(serving, client):
    together = threading.Barrier(3, timeout=30)

    def meet(job):
        together.wait()

    for number in range(6):
        serving.engine.start("p", key=f"K-{number}")
    Working(client, meet, jobs=6, threads=3).join()
    assert all(_open(serving, f"p/K-{number}") == ["b"] for number in range(6))


def test_a_job_that_takes_longer_than_its_lease_stays_the_worker_s(serving, client):
    extended = threading.Event()
    extend = client.extend

    def extending(job, lease):
        until = extend(job, lease)
        extended.set()
        return until

    client.extend = extending
    serving.engine.start("p", key="K-1")

    def long(job):
        assert extended.wait(30)
        serving.running.clock.move_to(serving.running.clock.now() + SECOND)

    Working(client, long, lease=timedelta(seconds=2)).join()
    assert _open(serving) == ["b"]


def test_whoever_is_too_late_changes_nothing(serving, client, caplog):
    serving.engine.start("p", key="K-1")

    def late(job):
        serving.running.clock.move_to(serving.running.clock.now() + 301 * SECOND)
        serving.engine.fetch_jobs(["ask"], "other")

    Working(client, late).join()
    assert _open(serving) == []
    assert [record.args[0] for record in caplog.records if record.name == "ironcage.client"]


def test_a_worker_whose_topics_are_refused_says_so(client):
    with pytest.raises(ProblemError):
        Worker(client, ["nothing"]).run(lambda _: None)
