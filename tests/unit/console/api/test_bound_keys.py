"""A key that is bound to processes sees and touches their cases, tasks, jobs, messages and incidents, and no others."""

from __future__ import annotations

import pytest
from databases import emptied
from running import SERVED, TWO_TASKS, definition
from serving import Serving

from ironcage.settings import Site
from ironcage_console.keys import BoundNameError, UnboundScopeError, key_of, list_keys, make_key
from ironcage_console.scope import Scope

OPENED = tuple(scope for scope in Scope if scope not in (Scope.DEPLOY, Scope.METRICS))
FORBIDDEN = "urn:ironcage:problem:process-missing"


@pytest.fixture
def serving(request, tmp_path):
    place = emptied() if getattr(request, "param", "sqlite") == "postgres" else tmp_path
    served = Serving(place, site=Site(topics=frozenset({"ask"})))
    for key in ("mine", "theirs"):
        served.engine.deploy(definition(*SERVED, key=key))
    yield served
    served.close()


@pytest.fixture
def client(serving):
    return serving.client(serving.key(*OPENED, processes=["mine", "also-mine"]))


def _fetch(client, limit=5):
    asked = {"topics": ["ask"], "worker": "w", "limit": limit}
    return [job["case"] for job in client.post("/api/v1/jobs/fetch", json=asked).json()["jobs"]]


@pytest.mark.parametrize("serving", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("unsaid", ["", "WHERE case_id IN (SELECT id FROM cases WHERE key = '1')", "WHERE 1 = 1"])
def test_only_jobs_of_its_processes_are_fetched(serving, client, unsaid):
    """Also of the jobs that an earlier release adds, which does not say of which process they are."""
    for key in ("1", "2", "3"):
        for process in ("theirs", "mine"):
            serving.running.clock.move_to(serving.running.clock.now() + 1)
            serving.engine.start(process, key=key)
    assert {row[-1] for row in serving.running.dump()["jobs"]} == {"mine", "theirs"}
    if unsaid:
        with serving.running.store.writing() as work:
            work.connection.exec_driver_sql(f"UPDATE jobs SET process = NULL {unsaid}")
    assert _fetch(client, 2) == ["mine/1", "mine/2"]
    assert _fetch(client) == ["mine/3"]
    assert _fetch(serving.client(serving.key(name="all"))) == ["theirs/1", "theirs/2", "theirs/3"]


def test_what_its_name_says_is_not_its_own_is_refused_whether_it_is_there_or_not(serving, client):
    serving.engine.start("theirs", key="1")
    reason, attempt = {"reason": "x"}, {"attempt": 1}
    for key in ("1", "none"):
        for address, body in (
            (f"cases/theirs/{key}", None), (f"cases/theirs/{key}/cancel", reason),
            (f"tasks/theirs/{key}/1/claim", {"actor": "amy"}), (f"tasks/theirs/{key}/1/release", {"actor": "amy"}),
            (f"tasks/theirs/{key}/1/complete", {}), (f"tasks/theirs/{key}/1/fail", {"code": "x"}),
            (f"jobs/theirs/{key}/1/extend", attempt), (f"jobs/theirs/{key}/1/complete", attempt),
            (f"jobs/theirs/{key}/1/throw", {"code": "x", **attempt}),
            (f"jobs/theirs/{key}/1/fail", {**reason, **attempt}),
            (f"incidents/theirs/{key}/retry", None), (f"tasks?case=theirs/{key}", None),
        ):  # fmt: skip
            ask = "GET" if body is None and "retry" not in address else "POST"
            answer = client.request(ask, f"/api/v1/{address}", json=body)
            assert (answer.status_code, answer.json()["type"]) == (403, FORBIDDEN), address
            assert answer.json()["facts"] == {"key": "dept", "process": "theirs"}
    assert client.post("/api/v1/cases", json={"process": "theirs"}).status_code == 403
    assert client.post("/api/v1/cases", json={"process": "mine", "key": "1"}).status_code == 201
    assert client.get("/api/v1/cases/mine/1").status_code == 200
    assert serving.engine.case("theirs/1").status == "open"


def test_lists_hold_only_its_own(serving, client):
    for key in ("theirs", "mine"):
        serving.engine.deploy(definition(*TWO_TASKS, key=key))
        serving.engine.start(key, key="1")
        serving.running.clock.move_to(serving.running.clock.now() + 1)
    assert [task["case"] for task in client.get("/api/v1/tasks?limit=1").json()["tasks"]] == ["mine/1"]
    everything = serving.client(serving.key(name="all"))
    assert len(everything.get("/api/v1/tasks").json()["tasks"]) == 2


def test_incidents_of_others_are_not_listed(serving, client):
    for key in ("mine", "theirs"):
        serving.engine.start(key, key="1")
        (job,) = serving.engine.fetch_jobs(["ask"], "w")
        for attempt in range(1, 7):
            serving.engine.fail_job(job.name, attempt, "broken")
            serving.running.clock.move_to(serving.running.clock.now() + 4_000_000_000)
            serving.engine.fetch_jobs(["ask"], "w")
    assert [each["case"] for each in client.get("/api/v1/incidents").json()["incidents"]] == ["mine/1"]
    assert len(serving.engine.incidents()) == 2


def test_a_message_of_it_names_the_case_and_a_signal_cannot_be_sent(client):
    unnamed = client.post("/api/v1/messages", json={"name": "paid", "keep_seconds": 60})
    assert (unnamed.status_code, unnamed.json()["type"]) == (403, "urn:ironcage:problem:receiver-missing")
    theirs = client.post("/api/v1/messages", json={"name": "paid", "to": "theirs/1"})
    assert (theirs.status_code, theirs.json()["type"]) == (403, FORBIDDEN)
    mine = client.post("/api/v1/messages", json={"name": "paid", "to": "mine/1"})
    assert mine.json()["type"] == "urn:ironcage:problem:unknown-case"
    signal = client.post("/api/v1/signals", json={"name": "storm"})
    assert (signal.status_code, signal.json()["type"]) == (403, "urn:ironcage:problem:signal-to-all")


def test_the_processes_are_kept_with_the_key(serving):
    store, now = serving.running.store, serving.running.clock.now()
    made = make_key(store, "parks", [Scope.TASKS], [], now, ["b", "a", "b"])
    found = key_of(store, made.text, now)
    assert found is not None
    assert found.processes == ("a", "b")
    assert [key.processes for key in list_keys(store) if key.name == "parks"] == [("a", "b")]


@pytest.mark.parametrize("scope", [Scope.METRICS, Scope.DEPLOY])
def test_what_reaches_all_processes_is_not_for_a_bound_key(serving, scope):
    with pytest.raises(UnboundScopeError):
        make_key(serving.running.store, "figures", [scope], [], 0, ["a"])


@pytest.mark.parametrize("name", ["", " ", "a\nb"])
def test_a_key_is_not_bound_to_what_is_no_name(serving, name):
    with pytest.raises(BoundNameError):
        make_key(serving.running.store, "parks", [Scope.TASKS], [], 0, [name])
    with pytest.raises(BoundNameError):
        make_key(serving.running.store, "parks", [Scope.JOBS], [name], 0)
