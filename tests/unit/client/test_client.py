"""The client: what the service does, as values of Python; refusals as errors; what got lost sent again, once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from running import TWO_TASKS, definition

from ironcage.client import Client, ProblemError, ServiceUnreachableError
from ironcage.client.calling import TIMES, address


def test_a_case_is_begun_worked_on_and_shown(serving, client):
    serving.engine.deploy(definition(*TWO_TASKS, key="q"))
    name = client.start("q", {"x": Decimal("0.10")}, key="受理 1/2", actor="zhang")
    assert name == "q/受理 1/2"
    case = client.case(name)
    assert (case.status, str(case.variables["x"])) == ("open", "0.10")
    (task,) = client.tasks(case=name)
    client.claim(task.name, "li")
    client.release(task.name, "li")
    client.complete(task.name, {"ok": True}, actor="li")
    assert client.case(name).tasks[1].element == "b"
    client.cancel(name, "withdrawn")
    assert client.case(name).closed_at is not None


def test_a_process_is_deployed_or_refused_with_every_fault(client):
    files = dict(definition(*TWO_TASKS, key="q").files)
    assert client.deploy("q", files, dry_run=True).version is None
    done, again = client.deploy("q", files), client.deploy("q", files)
    assert (done.process, done.version, done.is_new, again.version, again.is_new) == ("q", 1, True, 1, False)
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + files["q.bpmn"].replace(b"</", b"<!-- \xe9 --></", 1)
    assert client.deploy("q", files | {"q.bpmn": latin}).version == 2
    with pytest.raises(ProblemError) as refused:
        client.deploy("q", files | {"q.bpmn": files["q.bpmn"].replace(b'targetRef="b"', b'targetRef="nothing"')})
    assert any("nothing" in fault.what and fault.line for fault in refused.value.faults)
    assert str(refused.value.faults[0]).startswith("q/q.bpmn:")


def test_a_refusal_is_an_error_with_its_type_and_its_facts(client):
    with pytest.raises(ProblemError) as refused:
        client.case("p/none")
    problem = refused.value
    assert (problem.status, problem.type) == (404, "urn:ironcage:problem:unknown-case")
    assert (problem.facts, str(problem)) == (
        {"case": "p/none"},
        "There is no case p/none. A case is named PROCESS/KEY.",
    )


def test_a_message_and_a_signal_are_given(client):
    receipt = client.message("paid", {"on": date(2026, 7, 1)}, key=["7"], ttl=timedelta(minutes=1))
    assert (receipt.outcome, receipt.kept_until is not None) == ("kept", True)
    assert client.signal("storm") == 0


def test_what_got_lost_is_sent_again_and_done_once(serving, client, monkeypatch):
    lost = []

    def send(request):
        answer = httpx.Client.send(client._http, request)
        if len(lost) < 2:
            lost.append(answer)
            raise httpx.ReadError("the line went dead")
        return answer

    monkeypatch.setattr(client._http, "send", send)
    monkeypatch.setattr("ironcage.client.calling._pause", lambda _: 0)
    name = client.start("p")
    assert [answer.json()["case"] for answer in lost] == [name, name]
    assert len(serving.engine.incidents()) == 0


def test_what_cannot_be_done_twice_safely_is_not_sent_again(client, monkeypatch):
    sent = []

    def send(request):
        sent.append(request)
        raise httpx.ConnectError("nobody there")

    monkeypatch.setattr(client._http, "send", send)
    monkeypatch.setattr("ironcage.client.calling._pause", lambda _: 0)
    with pytest.raises(ServiceUnreachableError):
        client.fetch(["ask"], "w")
    assert len(sent) == 1
    with pytest.raises(ServiceUnreachableError):
        client.start("p")
    assert len(sent) == 1 + TIMES
    assert len({request.headers["idempotency-key"] for request in sent[1:]}) == 1


def test_a_service_that_is_not_there_and_one_that_is_none_of_ours_are_named(serving):
    client = Client("http://127.0.0.1:9", "key")
    with pytest.raises(ServiceUnreachableError, match="does not answer"):
        client.fetch(["ask"], "w")
    client.close()


@pytest.mark.parametrize("name", ["p/a/b", "p/..", "p/a b", "p/50%", "p/?#"])
def test_an_address_keeps_the_name(name):
    url = httpx.URL(f"http://h/{address(name)}")
    assert url.path == f"/{name}" or url.raw_path.decode().count("/") == name.count("/") + 1
    assert ".." not in url.raw_path.decode()


def test_the_client_needs_nothing_of_the_engine():
    import subprocess
    import sys

    engine = ("ironcage.engine", "ironcage.store", "ironcage.machine", "sqlalchemy")
    program = f"import sys, ironcage.client; print([m for m in sys.modules if m.startswith({engine!r})])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "[]"
