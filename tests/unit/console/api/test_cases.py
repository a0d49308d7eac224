"""Cases and tasks over the API: what the engine does, exactly, and once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from running import HOUR

from ironcage_console.upkeep import forget_old_answers


def _json(answer):
    return json.loads(answer.text, parse_float=str)


def test_a_case_is_started_and_shown(client):
    started = client.post("/api/v1/cases", json={"process": "p", "key": "K-1", "data": {"ok": True}, "actor": "zhang"})
    assert (started.status_code, started.json()) == (201, {"case": "p/K-1"})
    shown = client.get("/api/v1/cases/p/K-1", params={"events": True}).json()
    assert (shown["status"], shown["variables"], shown["tasks"][0]["element"]) == ("open", {"ok": True}, "a")
    assert (shown["events"][0]["actor"], shown["events"][0]["channel"]) == ("zhang", "api:dept")
    assert client.get("/api/v1/cases/p/K-1").json()["events"] is None


def test_numbers_stay_as_they_are_written(client):
    body = '{"process": "p", "key": "K-1", "data": {"x": 0.10000000000000000000000000001}}'
    client.post("/api/v1/cases", content=body, headers={"Content-Type": "application/json"})
    assert _json(client.get("/api/v1/cases/p/K-1"))["variables"] == {"x": "0.10000000000000000000000000001"}


@pytest.mark.parametrize("key", ["a/b", "a/cancel", "a b", "受理 1", "50%", "a?b#c", "..", "a/../b"])
def test_any_key_can_be_named(client, key):
    assert client.post("/api/v1/cases", json={"process": "p", "key": key}).status_code == 201
    address = f"/api/v1/cases/p/{quote(key, safe='').replace('.', '%2E')}"
    assert client.get(address).json()["key"] == key
    assert client.post(f"{address}/cancel", json={"reason": "withdrawn"}).status_code == 200
    assert client.get(address).json()["status"] == "cancelled"


def test_a_key_starts_one_case(client):
    client.post("/api/v1/cases", json={"process": "p", "key": "K-1"})
    again = client.post("/api/v1/cases", json={"process": "p", "key": "K-1"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:ironcage:problem:case-exists")


def test_a_task_is_claimed_released_and_completed(serving, client):
    case = serving.engine.start("p", key="K-1")
    (task,) = client.get("/api/v1/tasks", params={"case": case}).json()["tasks"]
    address = f"/api/v1/tasks/{quote(task['name'])}"
    assert client.post(f"{address}/claim", json={"actor": "li"}).status_code == 200
    refused = client.post(f"{address}/claim", json={"actor": "wang"})
    assert (refused.status_code, refused.json()["facts"]["actor"]) == (409, "li")
    assert client.post(f"{address}/release", json={"actor": "li"}).status_code == 200
    assert client.post(f"{address}/complete", json={"actor": "wang", "data": {"ok": False}}).status_code == 200
    (following,) = client.get("/api/v1/tasks", params={"case": case}).json()["tasks"]
    assert following["element"] == "b"


def test_tasks_are_listed_by_the_first_due_and_no_more_than_asked_for(serving, client):
    for number in range(3):
        serving.engine.start("p", key=str(number))
    assert len(client.get("/api/v1/tasks", params={"limit": 2}).json()["tasks"]) == 2
    assert client.get("/api/v1/tasks", params={"role": "nobody"}).json() == {"tasks": []}
    assert client.get("/api/v1/tasks", params={"limit": 0}).status_code == 422


def test_a_request_that_comes_again_is_done_once(serving, client):
    named = {"Idempotency-Key": "request-1"}
    first = client.post("/api/v1/cases", json={"process": "p"}, headers=named)
    second = client.post("/api/v1/cases", json={"process": "p"}, headers=named)
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert len(serving.engine.tasks()) == 1
    other = client.post("/api/v1/cases", json={"process": "p", "data": {"ok": True}}, headers=named)
    assert (other.status_code, other.json()["type"]) == (422, "urn:ironcage:problem:key-reused")
    stranger = serving.client(serving.key(name="other"))
    assert stranger.post("/api/v1/cases", json={"process": "p"}, headers=named).json() != first.json()


def test_a_request_that_comes_many_times_at_once_is_done_once(serving, client):
    def ask(_):
        return client.post("/api/v1/cases", json={"process": "p"}, headers={"Idempotency-Key": "request-1"}).text

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(ask, range(24)))) == 1
    assert len(serving.engine.tasks()) == 1


def test_a_refusal_is_not_remembered(serving, client):
    named = {"Idempotency-Key": "request-1"}
    body = {"process": "p", "key": "K-1", "data": {"ok": True}}
    assert client.post("/api/v1/cases", json={**body, "process": "q"}, headers=named).status_code == 404
    assert client.post("/api/v1/cases", json=body, headers=named).status_code == 201


def test_what_was_answered_is_forgotten_after_a_day(serving, client):
    named = {"Idempotency-Key": "request-1"}
    client.post("/api/v1/cases", json={"process": "p"}, headers=named)
    serving.running.clock.move_to(serving.running.clock.now() + 25 * HOUR)
    assert forget_old_answers(serving.engine) == 1  # as a worker does
    client.post("/api/v1/cases", json={"process": "p"}, headers=named)
    assert len(serving.engine.tasks()) == 2


def test_a_task_ends_in_an_error(serving, client):
    serving.engine.start("p", key="K-1")
    (task,) = client.get("/api/v1/tasks").json()["tasks"]
    assert client.post(f"/api/v1/tasks/{task['name']}/fail", json={"code": "E1"}).status_code == 200
    assert client.get("/api/v1/cases/p/K-1").json()["status"] == "failed"
