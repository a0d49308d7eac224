"""Jobs of workers outside over the API."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from running import SERVED, definition
from serving import Serving

from ironcage.settings import Site
from ironcage_console.api.jobs import LOOK_EVERY
from ironcage_console.scope import Scope


@pytest.fixture
def serving(tmp_path):
    served = Serving(tmp_path, site=Site(topics=frozenset({"ask", "print"})))
    served.engine.deploy(definition(*SERVED))
    yield served
    served.close()


@pytest.fixture
def client(serving):
    return serving.client(serving.key())


def _fetch(client, **more):
    return client.post("/api/v1/jobs/fetch", json={"topics": ["ask"], "worker": "w1", **more})


def test_a_job_is_fetched_by_one_and_answered(serving, client):
    serving.engine.start("p", {"name": "王"}, key="K-1")
    (job,) = _fetch(client, limit=5).json()["jobs"]
    assert (job["case"], job["element"], job["topic"], job["attempt"]) == ("p/K-1", "a", "ask", 1)
    assert job["variables"] == {"name": "王"}
    assert _fetch(client).json() == {"jobs": []}
    answered = client.post(f"/api/v1/jobs/{job['name']}/complete", json={"attempt": 1, "data": {"x": 7}})
    assert answered.status_code == 200
    assert serving.engine.case("p/K-1").variables["x"] == 7


def test_an_answer_that_is_sent_again_is_taken_once(serving, client):
    serving.engine.start("p", key="K-1")
    (job,) = _fetch(client).json()["jobs"]
    named = {"Idempotency-Key": "answer-1"}
    address = f"/api/v1/jobs/{job['name']}/complete"
    assert [client.post(address, json={"attempt": 1}, headers=named).status_code for _ in range(2)] == [200, 200]
    assert client.post(address, json={"attempt": 1}).status_code == 404


@pytest.mark.parametrize(("number", "status"), [(2**31 - 1, 200), (2**31, 422)])
def test_an_attempt_may_have_every_number_that_the_database_keeps(serving, client, number, status):
    serving.engine.start("p", key="K-1")
    (job,) = _fetch(client).json()["jobs"]
    with serving.running.store.writing() as work:
        for table, column in (("jobs", "attempts"), ("attempts", "attempt")):
            work.connection.exec_driver_sql(f"UPDATE {table} SET {column} = {min(number, 2**31 - 1)}")
    assert client.post(f"/api/v1/jobs/{job['name']}/complete", json={"attempt": number}).status_code == status


def test_a_worker_that_is_too_late_is_refused(serving, client):
    serving.engine.start("p", key="K-1")
    (job,) = _fetch(client, lease_seconds=60).json()["jobs"]
    extended = client.post(f"/api/v1/jobs/{job['name']}/extend", json={"attempt": 1, "lease_seconds": 90})
    assert extended.json() == {"locked_until": "2011-03-13T07:08:10+00:00"}
    serving.running.clock.move_to(serving.running.clock.now() + timedelta(seconds=91) // timedelta(microseconds=1))
    (again,) = _fetch(client).json()["jobs"]
    assert (again["attempt"], again["key"]) == (2, job["key"])
    for verb, body in (("complete", {}), ("extend", {}), ("fail", {"reason": "no"}), ("throw", {"code": "E"})):
        refused = client.post(f"/api/v1/jobs/{job['name']}/{verb}", json={"attempt": 1, **body})
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:ironcage:problem:released-job")


def test_a_job_fails_is_tried_again_and_stops(serving, client):
    serving.engine.start("p", key="K-1")
    stopped = False
    for _ in range(20):
        (job,) = _fetch(client).json()["jobs"]
        body = {"attempt": job["attempt"], "reason": "printer on fire", "retry_seconds": 0}
        stopped = client.post(f"/api/v1/jobs/{job['name']}/fail", json=body).json()["stopped"]
        if stopped:
            break
    assert stopped
    (incident,) = client.get("/api/v1/incidents").json()["incidents"]
    assert "printer on fire" in incident["reason"]


def test_a_job_ends_in_an_error(serving, client):
    serving.engine.start("p", key="K-1")
    (job,) = _fetch(client).json()["jobs"]
    assert client.post(f"/api/v1/jobs/{job['name']}/throw", json={"attempt": 1, "code": "E1"}).status_code == 200
    assert serving.engine.case("p/K-1").status == "failed"


def test_a_key_bound_to_topics_takes_no_other_jobs(serving, client):
    bound = serving.client(serving.key(Scope.JOBS, name="printer", topics=["print"]))
    serving.engine.start("p", key="K-1")
    assert _fetch(bound).json()["type"] == "urn:ironcage:problem:topic-missing"
    (job,) = _fetch(client).json()["jobs"]
    for verb, body in (("complete", {}), ("extend", {}), ("fail", {"reason": "no"}), ("throw", {"code": "E"})):
        refused = bound.post(f"/api/v1/jobs/{job['name']}/{verb}", json={"attempt": 1, **body})
        assert refused.status_code == 403
    assert serving.client(serving.key(Scope.TASKS, name="tasks")).post("/api/v1/jobs/fetch", json={}).status_code == 403


def test_a_request_waits_for_a_job(serving, client):
    asked = threading.Event()

    def begin():
        asked.wait()
        serving.engine.start("p", key="K-1")

    starting = threading.Thread(target=begin)
    starting.start()
    client.event_hooks = {"request": [lambda _: asked.set()]}
    (job,) = _fetch(client, wait_seconds=30).json()["jobs"]
    starting.join()
    assert job["case"] == "p/K-1"


def test_a_wait_is_bounded_and_ends_with_the_service(serving, client):
    assert _fetch(client, wait_seconds=3600).status_code == 422
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(_fetch(client, wait_seconds=60).json()))
    waiting.start()
    while not serving.app.state.waiting:
        pass
    serving._server.should_exit = True
    waiting.join(LOOK_EVERY * 40)
    assert answers == [{"jobs": []}]
