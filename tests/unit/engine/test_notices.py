"""What webhooks are told: which occasions, what of the case, signed, at least once."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys

import pytest
from other_side import OtherSide
from running import BEGIN, HOUR, LIMITED, SERVED, TWO_TASKS, definition, within

from ironcage.engine import NoIncidentError
from ironcage.engine.leases import LEASE, PAUSES
from ironcage.engine.notices import claim_notice
from ironcage.hooks import GiveUpError, hookimpl
from ironcage.settings import NOTHING_SET, site_of

ALL = '["case.opened", "case.closed", "case.overdue", "task.offered", "task.completed", "task.overdue", "incident"]'


@pytest.fixture
def side():
    made = OtherSide()
    made.answers = [(204, b"")]
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("HOOK", "shared")


def _site(side, events=ALL, more=""):
    source = f'[webhooks.archive]\nurl = "{side.url}/told"\nsecret = "env:HOOK"\nevents = {events}\n{more}'
    return site_of(source.encode(), "ironcage.toml")


def _told(side):
    return [json.loads(heard.body) for heard in side.heard]


def test_a_webhook_is_told_what_happens_to_a_case(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side))
    case = running.engine.start("p", {"name": "王"}, key="k")
    first = running.open_task(case)
    running.engine.complete(first, {"x": 1})
    running.engine.complete(running.open_task(case))
    assert side.heard == []
    assert running.engine.run_jobs(100) == 6
    told = _told(side)
    assert sorted(each["event"] for each in told) == [
        "case.closed", "case.opened", "task.completed", "task.completed", "task.offered", "task.offered",
    ]  # fmt: skip
    assert {(each["case"], each["process"]) for each in told} == {("p/k", "p")}
    assert {each["element"] for each in told if each["event"] == "task.offered"} == {"a", "b"}
    assert first in {each["task"] for each in told if each["event"] == "task.completed"}
    assert [each["status"] for each in told if each["event"] == "case.closed"] == ["completed"]
    assert "王" not in str(told)
    assert running.dump()["notices"] == []


def test_only_the_variables_that_are_declared_are_told(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened", "case.closed"]', 'variables = ["x"]\n'))
    case = running.engine.start("p", {"x": 1, "name": "王"})
    running.engine.complete(running.open_task(case), {"x": 2})
    running.engine.complete(running.open_task(case))
    running.engine.run_jobs()
    assert {each["event"]: each["variables"] for each in _told(side)} == {
        "case.opened": {"x": 1},
        "case.closed": {"x": 2},
    }


def test_only_the_occasions_and_processes_that_are_asked_for_are_told(run, side):
    site = _site(side, '["case.opened"]', 'processes = ["q"]\n')
    running = run(definition(*TWO_TASKS), definition(*TWO_TASKS, key="q"), site=site)
    running.engine.start("p")
    running.engine.start("q")
    running.engine.run_jobs(100)
    assert [(each["event"], each["process"]) for each in _told(side)] == [("case.opened", "q")]


def test_a_task_that_is_overdue_is_told(run, side):
    running = run(definition(*TWO_TASKS, said={"a": within(2)}), site=_site(side, '["task.overdue"]'))
    running.engine.start("p")
    running.engine.wake_until(BEGIN + 3 * HOUR, running.clock)
    running.engine.run_jobs()
    (told,) = _told(side)
    assert (told["event"], told["element"]) == ("task.overdue", "a")
    assert told["due_at"] == "2011-03-13T09:06:40+00:00"


class Failing:
    @hookimpl
    def services(self):
        def ask(_call):
            raise GiveUpError

        return {"ask": ask}


def test_an_incident_is_told_by_its_kind_alone(run, side):
    running = run(definition(*SERVED), plugins=(Failing(),), site=_site(side, '["incident"]'))
    running.engine.start("p", key="k")
    running.engine.run_jobs()
    (told,) = _told(side)
    assert (told["event"], told["case"], told["element"], told["reason"]) == ("incident", "p/k", "a", "GiveUpError")


def test_the_receiver_can_tell_that_it_is_genuine_and_told_twice(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]'))
    side.answers = [(500, b""), (204, b"")]
    running.engine.start("p")
    assert running.engine.run_jobs() == 0
    running.clock.move_to(running.engine.next_job())
    assert running.engine.run_jobs() == 1
    first, second = side.heard
    assert first.body == second.body
    assert first.headers["Ironcage-Delivery"] == second.headers["Ironcage-Delivery"] == _told(side)[0]["id"]
    stamp, signed = (part.partition("=")[2] for part in second.headers["Ironcage-Signature"].split(","))
    assert int(stamp) == running.clock.now() // 1_000_000
    expected = hmac.new(b"shared", stamp.encode() + b"." + second.body, hashlib.sha256).hexdigest()
    assert signed == expected


def test_a_step_that_is_rolled_back_tells_nothing(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side))

    def half_done():
        with running.engine.batch():
            running.engine.start("p")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    running.engine.run_jobs()
    assert side.heard == []


def test_a_receiver_that_stays_away_is_an_incident_in_the_end_and_can_be_retried(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]'))
    side.answers = [(503, b"")]
    case = running.engine.start("p")
    for _ in range(len(PAUSES) + 3):
        running.engine.run_jobs()
        running.clock.move_to(running.clock.now() + 2 * HOUR)
    assert len(side.heard) == len(PAUSES) + 1
    (incident,) = running.engine.incidents()
    assert (incident.case, incident.kind, incident.job) == (case, "WebhookFailedError", None)
    side.answers = [(204, b"")]
    running.engine.retry(case)
    assert running.engine.run_jobs() == 1
    with pytest.raises(NoIncidentError):
        running.engine.retry(case)


def test_without_httpx_a_notice_is_put_off_and_whoever_tells_goes_on(run, side, monkeypatch):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]'))
    running.engine.start("p")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "httpx", None)
        running.engine.run_jobs()
    assert not side.heard
    running.clock.move_to(running.clock.now() + HOUR)
    assert running.engine.run_jobs() == 1
    assert len(side.heard) == 1


def test_a_receiver_that_refuses_is_not_asked_again(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]'))
    side.answers = [(410, b"")]
    running.engine.start("p")
    running.engine.run_jobs()
    assert running.engine.next_job() is None
    assert running.engine.incidents()[0].kind == "WebhookRefusedError"


def test_a_notice_that_nobody_comes_back_with_is_told_again_and_stopped_in_the_end(run, side):
    site = _site(side, '["case.opened"]')
    running = run(definition(*TWO_TASKS), site=site)
    running.engine.start("p")
    for _ in range(len(PAUSES) + 1):
        assert running.store.run(lambda work: claim_notice(work, site, running.clock.now())) is not None
        assert running.engine.run_jobs() == 0
        running.clock.move_to(running.clock.now() + LEASE)
    assert running.engine.run_jobs() == 0
    assert running.engine.incidents()[0].kind == "AttemptLostError"


def test_a_webhook_that_is_gone_stops_its_notices(run, side):
    before = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]'))
    before.engine.start("p")
    running = run(site=NOTHING_SET)
    running.engine.run_jobs()
    assert running.engine.incidents()[0].kind == "UnknownWebhookError"


def test_an_order_to_erase_reaches_what_is_not_told_yet(run, side):
    running = run(definition(*TWO_TASKS), site=_site(side, '["case.opened"]', 'variables = ["name"]\n'))
    case = running.engine.start("p", {"name": "王"})
    running.engine.erase(case, "order 7")
    assert "王" not in str([row[5].decode() for row in running.dump()["notices"]])
    running.engine.run_jobs()
    (told,) = _told(side)
    assert told["event"] == "case.opened"
    assert "variables" not in told


def test_without_a_webhook_a_step_writes_no_notice(run, monkeypatch):
    running = run(definition(*LIMITED))
    monkeypatch.setattr("ironcage.engine.stepping.tell_step", None)
    running.engine.start("p")
    assert running.dump()["notices"] == []
