"""A process is deployed over HTTP, judged as at the command line."""

from __future__ import annotations

import asyncio
import re
import threading
from base64 import b64decode, b64encode

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from constructs import TWO_PROCESSES
from running import TWO_TASKS, definition

from ironcage_console.api import deployments
from ironcage_console.api.deployments import MOST_BYTES
from ironcage_console.scope import Scope

ADDRESS = "/api/v1/deployments"
FILES = {name: content.decode() for name, content in definition(*TWO_TASKS, key="q").files.items()}
BROKEN = FILES | {"q.bpmn": FILES["q.bpmn"].replace('targetRef="b"', 'targetRef="nothing"')}


def _send(client, files=FILES, **more):
    return client.post(ADDRESS, json={"process": "q", "files": files, **more})


def test_new_files_are_a_version_and_the_same_files_are_the_same(serving, client):
    made, again = _send(client), _send(client)
    assert (made.status_code, again.status_code) == (201, 200)
    assert (made.json()["version"], made.json()["new"], again.json()["version"], again.json()["new"]) == (
        1, True, 1, False,
    )  # fmt: skip
    assert made.json()["digest"] == again.json()["digest"] == definition(*TWO_TASKS, key="q").digest.hex()
    assert made.json()["files"] == ["process.toml", "q.bpmn"]
    case = client.post("/api/v1/cases", json={"process": "q"})
    assert case.status_code == 201


def test_a_dry_run_says_what_would_be_and_does_nothing(client):
    told = _send(client, dry_run=True)
    assert (told.status_code, told.json()["version"], told.json()["new"]) == (200, None, False)
    assert client.post("/api/v1/cases", json={"process": "q"}).status_code == 404
    assert _send(client, BROKEN, dry_run=True).status_code == 422


def test_every_fault_is_told_with_its_place_in_the_language_of_the_reader(serving):
    key = serving.key()
    told = {spoken: _send(serving.client(key, spoken), BROKEN) for spoken in ("en", "zh")}
    assert {answer.status_code for answer in told.values()} == {422}
    problem = told["en"].json()
    assert problem["type"] == "urn:ironcage:problem:faulty"
    assert problem["detail"] == f"Faults: {problem['facts']['count']}. Nothing was taken in."
    unresolved = next(fault for fault in problem["faults"] if "nothing" in fault["what"])
    line = 1 + BROKEN["q.bpmn"][: BROKEN["q.bpmn"].index('targetRef="nothing"')].count("\n")
    assert (unresolved["file"], unresolved["line"], unresolved["level"]) == ("q/q.bpmn", line, "error")
    assert unresolved["rule"]
    assert unresolved["mend"]
    for theirs, ours in zip(told["zh"].json()["faults"], problem["faults"], strict=True):
        assert theirs["what"] != ours["what"]
        assert {**theirs, "what": "", "mend": ""} == {**ours, "what": "", "mend": ""}


def test_the_process_is_the_one_that_its_file_says(client):
    answer = client.post(ADDRESS, json={"process": "other", "files": FILES})
    assert answer.status_code == 422
    assert [fault["file"] for fault in answer.json()["faults"]] == ["other/process.toml"]


def test_bytes_that_are_no_text_are_sent_in_base64(client):
    encoded = {name: {"base64": b64encode(text.encode()).decode()} for name, text in FILES.items()}
    assert _send(client, encoded).json()["digest"] == _send(client).json()["digest"]
    assert _send(client, FILES | {"q.bpmn": {"base64": "!"}}).json()["type"] == "urn:ironcage:problem:invalid-request"


def test_what_the_process_does_not_name_is_left_out(client):
    assert _send(client, FILES | {"README.md": "# q"}).json()["files"] == ["process.toml", "q.bpmn"]


def test_without_a_process_file_there_is_nothing_to_deploy(client):
    answer = _send(client, {"q.bpmn": FILES["q.bpmn"]})
    assert answer.status_code == 422
    assert {fault["file"] for fault in answer.json()["faults"]} == {"q/process.toml"}


def test_a_key_needs_the_scope(serving):
    assert _send(serving.client(serving.key(Scope.CASES_WRITE))).json()["facts"]["scope"] == "deploy"


@pytest.mark.parametrize("called", ["z", "nothing"])
def test_a_call_of_another_process_of_the_same_files_is_not_one_of_nothing(client, called):
    both = re.sub("<globalScriptTask.*\n", "", TWO_PROCESSES.decode()).replace('"q" isExecutable', '"z" isExecutable')
    both = both.replace('"p"', '"q"', 1).replace('calledElement="q"', f'calledElement="{called}"')
    told = _send(client, FILES | {"q.bpmn": both}, dry_run=True).json()
    assert told["calls_of_nothing"] == [{"element": "a", "process": called}] * (called == "nothing"), told


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES + 1, 413), (2_000_000, 422)])
def test_more_than_case_data_is_read_and_not_without_limit(client, size, status):
    assert _send(client, {"process.toml": "#" * size}).status_code == status


def test_deployments_that_wait_for_their_turn_leave_the_other_requests_answered(serving, monkeypatch):
    read, go_on, judge = asyncio.Semaphore(0), threading.Event(), deployments.load_files

    def decode(said, **options):
        read.release()
        return b64decode(said, **options)

    def load(*arguments):
        assert go_on.wait(60)
        return judge(*arguments)

    monkeypatch.setattr(deployments, "b64decode", decode)
    monkeypatch.setattr(deployments, "load_files", load)
    files = FILES | {"q.bpmn": {"base64": b64encode(FILES["q.bpmn"].encode()).decode()}}
    headers = {"Authorization": f"Bearer {serving.key()}"}

    async def ask() -> tuple[int, list[int]]:
        crowd = 5 + int(current_default_thread_limiter().total_tokens)
        transport = httpx.ASGITransport(serving.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as inside:
            body = {"process": "q", "files": files, "dry_run": True}
            sent = [asyncio.create_task(inside.post(ADDRESS, json=body)) for _ in range(crowd)]
            try:
                for _ in range(crowd):
                    await read.acquire()
                other = await asyncio.wait_for(inside.get("/api/v1/tasks"), 20)
            finally:
                go_on.set()
                done = await asyncio.gather(*sent)
            return other.status_code, [each.status_code for each in done]

    other, done = asyncio.run(ask())
    assert other == 200
    assert set(done) == {200}
