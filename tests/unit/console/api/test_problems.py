"""Every error is a problem: a stable type, a status, a sentence in the language asked for, and nothing else."""

from __future__ import annotations

import asyncio
import pkgutil
import re
from importlib import import_module

import httpx
import pytest
from starlette.requests import HTTPConnection

from ironcage.engine import NotAwaitedError, UnknownCaseError
from ironcage.errors import IroncageError, NotFoundError, RefusedError, SurroundingsError, UsageError
from ironcage.messages import speaking
from ironcage.store import Store
from ironcage_console.api.document import document
from ironcage_console.api.language import language_of
from ironcage_console.api.problems import STATUSES, TITLES, status_of, type_of
from ironcage_console.scope import Scope

PROBLEM = "application/problem+json"


def _errors() -> set[type[IroncageError]]:
    for package in ("ironcage", "ironcage_console"):
        for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            import_module(module.name)

    def below(kind: type[IroncageError]) -> set[type[IroncageError]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    return below(IroncageError)


def test_every_error_has_a_status_with_a_title():
    assert {status_of(error) for error in _errors()} <= set(TITLES)
    families = (UsageError, NotFoundError, RefusedError, SurroundingsError)
    assert {family: status_of(family) for family in families} == dict(zip(families, (400, 404, 409, 503), strict=True))


def test_no_kind_in_the_list_is_hidden_by_one_before_it():
    for nth, (kind, _) in enumerate(STATUSES):
        assert not any(issubclass(kind, before) for before, _ in STATUSES[:nth])


def test_no_refusal_of_the_engine_is_worded_for_the_command_line():
    met = {error for error in _errors() if error.__module__.startswith(("ironcage.engine", "ironcage_console.api"))}
    assert len(met) > 40
    for said in (sentence for error in met for sentence in (error.message, error.ways.request)):
        assert not re.search(r"--[a-z]|ironcage [a-z]", said), said


def test_a_refusal_says_what_to_do_in_the_words_of_who_asked(client, capsys, serving, tmp_path):
    from ironcage_console.cli.main import main

    answer = client.post("/api/v1/messages", json={"name": "paid"})
    neutral = (
        "Nothing waits for the message paid, and it starts no case; it was not kept. To keep it until something waits "
        "for it, say how long."
    )
    assert answer.json()["detail"] == f"{neutral} Field of the request: keep_seconds"
    assert main(["--lang", "en", "message", "paid", "--db", f"sqlite:///{tmp_path / 'api.db'}"]) == 1
    assert capsys.readouterr().err == f"{neutral} Option: --ttl DURATION\n"
    with pytest.raises(NotAwaitedError) as refused:
        serving.engine.message("paid")
    with speaking("en"):
        assert str(refused.value) == neutral


def test_the_type_is_the_name_of_the_error():
    assert type_of(UnknownCaseError) == "urn:ironcage:problem:unknown-case"


def test_a_problem_has_its_sentence_in_the_language_asked_for(serving):
    key = serving.key()
    answers = {spoken: serving.client(key, spoken).get("/api/v1/cases/p/K-9") for spoken in ("zh", "en")}
    for answer in answers.values():
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
        assert answer.json()["type"] == "urn:ironcage:problem:unknown-case"
        assert answer.json()["facts"] == {"case": "p/K-9"}
    assert answers["en"].json()["detail"] == "There is no case p/K-9. A case is named PROCESS/KEY."
    assert re.search(r"[\u4e00-\u9fff]", answers["zh"].json()["detail"])
    assert {spoken: answer.headers["content-language"] for spoken, answer in answers.items()} == {
        "zh": "zh",
        "en": "en",
    }


@pytest.mark.parametrize(
    ("wish", "spoken"),
    [
        ("", "zh"),
        ("fr", "zh"),
        ("en-GB", "en"),
        ("en;q=0.3, zh;q=0.2", "en"),
        ("en;q=0.1,zh-CN", "zh"),
        ("en;q=x", "zh"),
        ("en;q=0", "zh"),
    ],
)
def test_the_language_is_the_one_liked_best(wish, spoken):
    asked = HTTPConnection({"type": "http", "headers": [(b"accept-language", wish.encode())]})
    assert language_of(asked) == spoken


def test_without_a_key_nothing_is_told(serving):
    for shown in (None, "ironcage_x_y", "密"):
        headers = [(b"Authorization", f"Bearer {shown}".encode())] if shown else []
        answer = serving.client().get("/api/v1/cases/p/K-1", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def _asked(app, path, headers):
    """Return the status that a POST is answered with, and whether its body was asked for."""
    started, is_read = [], []

    async def receive():
        is_read.append(True)
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message):
        started.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "server": ("here", 80),
        "client": ("there", 1), "headers": [(b"content-type", b"application/json"), *headers],
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return started[0]["status"], bool(is_read)


def test_a_body_is_not_read_before_the_key_is_let_in(serving):
    paths = [
        path for path, methods in document(serving.app)["paths"].items() if "requestBody" in methods.get("post", {})
    ]
    assert len(paths) > 10
    weak = [(b"authorization", f"Bearer {serving.key(Scope.METRICS)}".encode())]
    full = [(b"authorization", f"Bearer {serving.key(name='all')}".encode())]
    for path in paths:
        assert _asked(serving.app, path, []) == (401, False), path
        assert _asked(serving.app, path, weak) == (403, False), path
        assert _asked(serving.app, path, full)[1], path


def test_a_key_opens_only_its_scopes(serving):
    client = serving.client(serving.key(Scope.CASES_READ))
    assert client.get("/api/v1/cases/p/K-1").status_code == 404
    refused = client.post("/api/v1/cases", json={"process": "p"})
    assert (refused.status_code, refused.json()["facts"]) == (403, {"key": "dept", "scope": "cases:write"})


@pytest.mark.parametrize(
    ("body", "media_type", "status", "kind"),
    [
        ("{", "application/json", 400, "json-text"),
        ('{"process": "p", "process": "p"}', "application/json", 400, "json-text"),
        (b"\xff", "application/json", 400, "json-text"),
        ("[" * 300, "application/json", 400, "json-text"),
        ("{}", "application/json", 422, "invalid-request"),
        ("[]", "application/json", 422, "invalid-request"),
        ('{"process": "p", "more": 1}', "application/json", 422, "invalid-request"),
        ('{"process": "p", "data": {"x": "1"}}', "application/json; charset=utf-8", 422, "data-refused"),
        ("process=p", "application/x-www-form-urlencoded", 415, "media-type"),
        ("x" * 1_000_001, "application/json", 413, "body-too-large"),
        ("", "application/json", 422, "invalid-request"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used_is_named(client, body, media_type, status, kind):
    answer = client.post("/api/v1/cases", content=body, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:ironcage:problem:{kind}")


def test_a_body_without_a_length_is_measured_as_it_comes(client):
    chunks = (b"x" * 100_000 for _ in range(11))
    answer = client.post("/api/v1/cases", content=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_what_is_not_there_is_a_problem_too(client):
    assert client.get("/nothing").json()["type"] == "urn:ironcage:problem:unknown-address"
    refused = client.delete("/api/v1/tasks")
    assert (refused.status_code, refused.json()["type"]) == (405, "urn:ironcage:problem:method-not-allowed")


def test_a_fault_of_our_own_tells_nothing(serving, client, monkeypatch, caplog):
    def fault(self, name):
        raise ValueError("secret of the house")

    monkeypatch.setattr("ironcage.engine.Engine.case", fault)
    answer = client.get("/api/v1/cases/p/K-1")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    number = answer.json()["instance"].removeprefix("urn:uuid:")
    (record,) = (each for each in caplog.records if each.name == "ironcage")
    assert record.getMessage() == "request.failed"
    said = record.ironcage
    assert re.fullmatch(r"test_problems\.py:\d+ fault", said.pop("place"))
    assert said == {"number": number, "operation": "show", "error": "ValueError"}


def test_a_fault_does_not_reach_the_server_which_would_write_down_its_sentence(serving, monkeypatch):
    def fault(self, name):
        raise ValueError("secret of the house")

    monkeypatch.setattr("ironcage.engine.Engine.case", fault)
    headers = {"Authorization": f"Bearer {serving.key()}"}

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(serving.app)  # which raises what the application lets through
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as inside:
            return await inside.get("/api/v1/cases/p/K-1")

    assert asyncio.run(ask()).status_code == 500


def test_a_database_that_is_gone_is_a_reason_to_come_again(serving, client, tmp_path, monkeypatch):
    def gone(*_, **__):
        from ironcage.store.schema import SchemaMissingError

        raise SchemaMissingError(place=str(tmp_path))

    monkeypatch.setattr(Store, "reading", gone)
    for answer in (client.get("/ready"), client.get("/api/v1/tasks")):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert str(tmp_path) not in answer.text
    assert client.get("/health").json() == {"status": "ok"}
