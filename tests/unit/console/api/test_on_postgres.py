"""The API on PostgreSQL: keys, what is done once, jobs and figures are the same there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from databases import emptied
from prometheus_client.parser import text_string_to_metric_families
from running import SERVED, TWO_TASKS, definition
from serving import Serving

from ironcage.settings import Site


@pytest.fixture(scope="module")
def serving():
    served = Serving(emptied(), site=Site(topics=frozenset({"ask"})))
    served.engine.deploy(definition(*TWO_TASKS))
    served.engine.deploy(definition(*SERVED, key="served"))
    yield served
    served.close()


@pytest.fixture(scope="module")
def client(serving):
    return serving.client(serving.key())


def test_a_request_that_comes_many_times_at_once_is_done_once(serving, client):
    def ask(_):
        answer = client.post("/api/v1/cases", json={"process": "p"}, headers={"Idempotency-Key": "once"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(6) as threads:
        answers = set(threads.map(ask, range(12)))
    assert len(answers) == 1
    assert len(serving.engine.tasks()) == 1


def test_a_refusal_is_not_remembered(client):
    named = {"Idempotency-Key": "refused"}
    assert client.post("/api/v1/cases", json={"process": "q"}, headers=named).status_code == 404
    assert client.post("/api/v1/cases", json={"process": "p", "key": "K-1"}, headers=named).status_code == 201


def test_a_name_that_no_database_can_hold_is_refused(client):
    assert client.get("/api/v1/cases/p/%00").status_code == 422
    assert client.post("/api/v1/cases", json={"process": "p", "key": "\0"}).status_code == 400


def test_jobs_and_figures_are_the_same(serving, client):
    serving.engine.start("served", key="J-1")
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    assert (figures["ironcage_topic_due", "ask"], figures["ironcage_database_up",]) == (1, 1)
    (job,) = client.post("/api/v1/jobs/fetch", json={"topics": ["ask"], "worker": "w"}).json()["jobs"]
    assert client.post(f"/api/v1/jobs/{job['name']}/complete", json={"attempt": 1, "data": {"x": 1}}).status_code == 200
    assert client.get("/ready").status_code == 200
    assert serving.engine.case("served/J-1").variables["x"] == 1
