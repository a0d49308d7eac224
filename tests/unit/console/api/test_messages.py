"""Messages, signals and incidents over the API."""

from __future__ import annotations

import between
import pytest
from running import SERVED, definition
from serving import Serving

from ironcage.engine import Engine
from ironcage.hooks import hookimpl


class Broken:
    """A package whose service always fails."""

    @hookimpl
    def services(self):
        def ask(call):
            raise ValueError("no")

        return {"ask": ask}


@pytest.fixture
def permits(serving):
    for key in ("inspection", "permit"):
        serving.engine.deploy(between.definition(key))
    return serving


def test_a_message_finds_the_case_it_is_for(permits, client):
    permits.engine.start("permit", {"number": "7"}, key="K-1")
    paid = {"name": "已缴费", "key": ["7"]}
    assert client.post("/api/v1/messages", json=paid).json() == {
        "outcome": "received",
        "case": "permit/K-1",
        "kept_until": None,
    }
    refused = client.post("/api/v1/messages", json=paid)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ironcage:problem:not-awaited")
    kept = client.post("/api/v1/messages", json={**paid, "keep_seconds": 60}).json()
    assert (kept["outcome"], kept["kept_until"]) == ("kept", "2011-03-13T07:07:40+00:00")


def test_a_message_that_comes_again_is_given_once(permits, client):
    for number in range(2):
        permits.engine.start("permit", {"number": "7"}, key=f"K-{number}")
    paid = {"name": "已缴费", "to": "permit/K-0"}
    named = {"Idempotency-Key": "m-1"}
    first, second = (client.post("/api/v1/messages", json=paid, headers=named) for _ in range(2))
    assert (first.status_code, first.json()) == (200, second.json())
    assert client.post("/api/v1/messages", json=paid).status_code == 409


def test_a_signal_tells_how_many_received_it(permits, client):
    for number in range(3):
        permits.engine.start("permit", {"number": "7"}, key=f"K-{number}")
        permits.engine.message("已缴费", to=f"permit/K-{number}")
    assert client.post("/api/v1/signals", json={"name": "台风停工"}).json() == {"received": 3}


def test_what_a_named_request_causes_is_done_after_it_in_units_of_work_of_their_own(permits, client, monkeypatch):
    for number in range(3):
        permits.engine.start("permit", {"number": "7"}, key=f"K-{number}")
        permits.engine.message("已缴费", to=f"permit/K-{number}")
    inside: list[bool] = []
    deliver = Engine._deliver_some

    def looking(engine, senders):
        inside.append(engine.store.is_busy())
        return deliver(engine, senders)

    monkeypatch.setattr(Engine, "_deliver_some", looking)
    named = {"Idempotency-Key": "s-1"}
    assert client.post("/api/v1/signals", json={"name": "台风停工"}, headers=named).json() == {"received": 3}
    assert set(inside) == {False}
    with permits.engine.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one() == 0


def test_an_incident_is_listed_and_goes_on(tmp_path):
    serving = Serving(tmp_path, Broken())
    try:
        serving.engine.deploy(definition(*SERVED))
        serving.engine.start("p", key="K-1")
        while not serving.engine.incidents():
            serving.running.clock.move_to(serving.engine.next_job() or 0)
            serving.engine.run_jobs()
        client = serving.client(serving.key())
        (incident,) = client.get("/api/v1/incidents").json()["incidents"]
        assert (incident["case"], incident["element"], incident["reason"]) == ("p/K-1", "a", "ValueError: no")
        assert client.post("/api/v1/incidents/p/K-1/retry").status_code == 200
        assert client.get("/api/v1/incidents").json() == {"incidents": []}
        again = client.post("/api/v1/incidents/p/K-1/retry")
        assert (again.status_code, again.json()["type"]) == (409, "urn:ironcage:problem:no-incident")
    finally:
        serving.close()
