from __future__ import annotations

import json
import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from made import Made, boundary, end, program, script, start, task
from running import HOUR

from ironcage.clock import instant
from ironcage.engine import CaseOverError, ReasonMissingError
from ironcage.hooks import BpmnError, hookimpl
from ironcage.messages import speaking
from ironcage.program import Error, Kind
from ironcage.scripts import ScriptLimitError

WORK = program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e")
CAUGHT = program(
    {"s": start(), "w": task(), "b": boundary(1, Error("no")), "u": task(), "e": end()},
    "s -> w", "w -> e", "b -> u", "u -> e",
)  # fmt: skip
SCRIPTED = program({"s": start(), "w": script("x = 1 + 1 / x"), "u": task(), "e": end()}, "s -> w", "w -> u", "u -> e")


class Failing:
    """A plugin whose service ends in a BPMN error."""

    def __init__(self, error):
        self.error = error
        self.calls = []

    @hookimpl
    def services(self):
        def ask(call):
            self.calls.append(call)
            raise self.error

        return {"ask": ask}


class Standing:
    """Stands in for what runs scripts: brings the same each time, or fails the same way."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.asked = []

    def run(self, script, *_):
        self.asked.append(script)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def make(url):
    made = []

    def with_plugins(*plugins):
        made.append(Made(url, *plugins))
        return made[-1]

    yield with_plugins
    for running in made:
        running.close()


def test_a_cancelled_case_is_over_and_its_record_says_why_and_by_whom(make):
    made = make()
    made.put(WORK)
    case = made.engine.start("p")
    with pytest.raises(ReasonMissingError):
        made.engine.cancel(case, " ")
    made.engine.cancel(case, "重复受理", actor="主任")
    view = made.engine.case(case)
    assert (view.status, made.engine.tasks()) == ("cancelled", [])
    ended = view.events[-1]
    assert (ended.kind, ended.transition) == ("case", "pi_abort")
    assert json.loads(view.payloads[ended.seq]) == {"reason": "重复受理"}
    assert "主任" in {event.actor for event in view.events}
    with pytest.raises(CaseOverError):
        made.engine.cancel(case, "again")
    assert made.engine.verify().whole


def test_a_task_that_fails_goes_on_where_the_model_catches_it(make):
    made = make()
    made.put(CAUGHT)
    case = made.engine.start("p")
    made.engine.fail(made.open_task(case), "no", {"x": 3}, actor="甲")
    assert made.engine.tasks(case=case)[0].element == "u"
    assert made.engine.case(case).variables == {"x": 3}


def test_a_task_that_fails_uncaught_fails_its_case(make):
    made = make()
    made.put(WORK)
    case = made.engine.start("p")
    made.engine.fail(made.open_task(case), "no")
    assert made.engine.case(case).status == "failed"


def test_a_service_can_end_in_an_error_the_model_catches(make):
    failing = Failing(BpmnError("no", {"x": 3}))
    made = make(failing)
    served = task(Kind.SERVICE_TASK, service="ask", headers=(("url", "here"),))
    nodes = {"s": start(), "w": served, "b": boundary(1, Error("no")), "u": task(), "e": end()}
    made.put(program(nodes, "s -> w", "w -> e", "b -> u", "u -> e"))
    case = made.engine.start("p")
    assert made.engine.run_jobs() == 1
    assert made.open_task(case)
    assert made.engine.case(case).variables == {"x": 3}
    assert failing.calls[0].headers == {"url": "here"}


def test_a_model_can_say_how_often_a_service_is_tried(make):
    failing = Failing(ZeroDivisionError())
    made = make(failing)
    made.put(program({"s": start(), "w": task(Kind.SERVICE_TASK, service="ask", retries=1), "e": end()}, "s -> w"))
    made.engine.start("p")
    for _ in range(4):
        made.engine.run_jobs()
        made.clock.move_to(made.clock.now() + HOUR)
    assert len(failing.calls) == 2
    assert len(made.engine.incidents()) == 1


def test_a_script_is_run_outside_every_transaction_and_brings_what_it_changes(make):
    made = make()
    made.put(SCRIPTED)
    case = made.engine.start("p", {"x": 1})
    assert made.engine.next_job() == made.clock.now()
    assert made.engine.run_jobs() == 1
    assert made.engine.case(case).variables == {"x": Decimal(2)}
    assert made.dump()["jobs"] == []


def test_a_script_that_fails_is_an_incident_of_its_case_alone_and_at_once(make):
    made = make()
    made.put(SCRIPTED)
    bad, good = made.engine.start("p", {"x": 0}, key="bad"), made.engine.start("p", {"x": 1}, key="good")
    with speaking("en"):
        assert made.engine.run_jobs() == 1
    assert made.open_task(good)
    (incident,) = made.engine.incidents()
    assert (incident.case, incident.element) == (bad, "w")
    assert "line 1" in incident.reason
    made.engine.scripts = Standing({"x": Decimal(5)})
    made.engine.retry(bad)
    assert made.engine.run_jobs() == 1
    assert made.engine.case(bad).variables == {"x": 5}


def test_a_script_stopped_at_a_limit_is_tried_once_more(make):
    made = make()
    made.put(SCRIPTED)
    made.engine.start("p", {"x": 1})
    made.engine.scripts = standing = Standing(ScriptLimitError(limit="limit"))
    for _ in range(4):
        made.engine.run_jobs()
        made.clock.move_to(made.clock.now() + HOUR)
    assert len(standing.asked) == 2
    assert len(made.engine.incidents()) == 1


def test_a_script_throws_an_error_the_model_catches(make):
    made = make()
    nodes = {
        "s": start(),
        "w": script("bpmn_error('E', why=x / 2)"),
        "b": boundary(1, Error("E")),
        "u": task(),
        "e": end(),
    }
    made.put(program(nodes, "s -> w", "w -> e", "b -> u", "u -> e"))
    case = made.engine.start("p", {"x": 1})
    assert made.engine.run_jobs() == 1
    assert made.open_task(case)
    assert made.engine.case(case).variables == {"x": 1, "why": Decimal("0.5")}


def test_a_script_sees_the_instant_and_the_zone_of_its_process_and_may_have_a_result(make):
    made = make()
    answering = replace(script("now.text"), result="y")
    made.put(program({"s": start(), "w": answering, "u": task(), "e": end()}, "s -> w", "w -> u", "u -> e"))
    case = made.engine.start("p")
    made.engine.run_jobs()
    assert made.engine.case(case).variables == {"y": instant(made.clock.now()).isoformat()}


class Waiting:
    """Stands in for what runs scripts: the one that sees x = 1 is done only when another one is."""

    def __init__(self):
        self.another = threading.Event()

    def run(self, _script, data, *_):
        if data["x"] == 1:
            return {"x": Decimal(self.another.wait(20))}
        self.another.set()
        return {}


def test_a_script_that_takes_long_delays_no_other(make):
    made = make()
    made.put(SCRIPTED)
    slow, quick = made.engine.start("p", {"x": 1}, key="slow"), made.engine.start("p", {"x": 2}, key="quick")
    made.engine.scripts = Waiting()
    assert made.engine.run_jobs() == 2
    assert made.engine.case(slow).variables == {"x": Decimal(True)}
    assert made.open_task(quick)
