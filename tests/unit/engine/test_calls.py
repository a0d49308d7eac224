from __future__ import annotations

from dataclasses import replace

import pytest
from made import Made, boundary, call, catch, end, message, program, start, task, throw, timer
from running import BEGIN, HOUR

from ironcage import feel
from ironcage.engine import calling
from ironcage.machine.calls import CANCELLED
from ironcage.program import Binding, Error, Escalation, Kind, Setting, Terminate, TimerKind
from ironcage.store import definitions

CALLING = program({"s": start(), "c": call("q"), "t": task(), "e": end()}, "s -> c", "c -> t", "t -> e")
WORK = program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e")


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def _only_task(made):
    (found,) = made.engine.tasks()
    return found


def test_a_called_case_has_a_name_of_its_own_and_brings_its_data_back(made):
    made.put(CALLING, key="p")
    made.put(WORK, key="q")
    case = made.engine.start("p", {"x": 1}, key="7")
    called = _only_task(made)
    assert called.case == "q/p/7/c/1"
    assert made.engine.case(called.case).variables == {"x": 1}
    assert made.engine.case(called.case).parent == case
    made.engine.complete(called.name, {"name": "王", "x": 2})
    assert made.engine.case(called.case).status == "completed"
    assert made.engine.case(case).variables == {"x": 2, "name": "王"}
    assert _only_task(made).element == "t"
    assert made.dump()["calls"] == made.dump()["outbox"] == []
    assert made.engine.verify().whole


def test_a_called_case_that_ends_at_once_does_so_before_the_command_returns(made):
    made.put(CALLING, key="p")
    made.put(program({"s": start(), "e": end()}, "s -> e"), key="q")
    made.engine.start("p")
    assert _only_task(made).element == "t"


def test_a_called_case_that_terminates_has_ended_like_any_other(made):
    made.put(CALLING, key="p")
    made.put(program({"s": start(), "e": end(Terminate())}, "s -> e"), key="q")
    case = made.engine.start("p")
    assert made.engine.case("q/" + case + "/c/1").status == "terminated"
    assert _only_task(made).element == "t"


def test_an_error_of_the_called_case_is_caught_by_the_caller(made):
    caught = program(
        {"s": start(), "c": call("q"), "b": boundary(1, Error("no")), "t": task(), "u": task(), "e": end()},
        "s -> c", "c -> t", "b -> u", "t -> e", "u -> e",
    )  # fmt: skip
    made.put(caught, key="p")
    made.put(program({"s": start(), "e": end(Error("no"))}, "s -> e"), key="q")
    case = made.engine.start("p")
    assert made.engine.case("q/" + case + "/c/1").status == "failed"
    assert _only_task(made).element == "u"


def test_an_error_nobody_catches_fails_the_caller_too(made):
    made.put(CALLING, key="p")
    made.put(program({"s": start(), "e": end(Error("no"))}, "s -> e"), key="q")
    case = made.engine.start("p")
    assert made.engine.case(case).status == "failed"
    assert made.engine.incidents() == []
    assert made.dump()["calls"] == made.dump()["outbox"] == []


def test_an_escalation_of_the_called_case_reaches_the_caller_and_the_called_case_goes_on(made):
    told = program(
        {
            "s": start(),
            "c": call("q"),
            "b": boundary(1, Escalation("slow"), interrupting=False),
            "u": task(),
            "e": end(),
        },
        "s -> c", "c -> e", "b -> u", "u -> e",
    )  # fmt: skip
    made.put(told, key="p")
    slow = {"s": start(), "x": throw(Escalation("slow")), "w": task(), "e": end()}
    made.put(program(slow, "s -> x", "x -> w", "w -> e"), key="q")
    made.engine.start("p")
    assert sorted(task.element for task in made.engine.tasks()) == ["u", "w"]


def test_a_called_case_is_cancelled_when_its_caller_waits_no_more(made):
    limited = program(
        {
            "s": start(),
            "c": call("q"),
            "b": boundary(1, timer(TimerKind.DURATION, 'duration("PT1H")')),
            "t": task(),
            "e": end(),
        },
        "s -> c", "c -> e", "b -> t", "t -> e",
    )  # fmt: skip
    made.put(limited, key="p")
    made.put(program({"s": start(), "c": call("r"), "e": end()}, "s -> c", "c -> e"), key="q")
    made.put(WORK, key="r")
    made.engine.start("p", key="k")
    assert _only_task(made).case == "r/q/p/k/c/1/c/1"
    made.engine.wake_until(BEGIN + HOUR, made.clock)
    assert _only_task(made).element == "t"
    assert [made.engine.case(name).status for name in ("q/p/k/c/1", "r/q/p/k/c/1/c/1")] == ["cancelled"] * 2
    assert made.dump()["calls"] == made.dump()["outbox"] == []
    assert made.engine.verify().whole


def test_a_case_that_is_cancelled_takes_those_it_called_with_it(made):
    made.put(CALLING, key="p")
    made.put(WORK, key="q")
    case = made.engine.start("p")
    called = _only_task(made).case
    made.engine.cancel(case, "撤诉", actor="法官")
    assert [made.engine.case(name).status for name in (case, called)] == ["cancelled", "cancelled"]
    assert made.engine.tasks() == []


def test_a_called_case_that_somebody_cancels_is_an_error_of_the_call(made):
    caught = program(
        {"s": start(), "c": call("q"), "b": boundary(1, Error(CANCELLED)), "u": task(), "e": end()},
        "s -> c", "c -> e", "b -> u", "u -> e",
    )  # fmt: skip
    made.put(caught, key="p")
    made.put(WORK, key="q")
    made.engine.start("p")
    made.engine.cancel(_only_task(made).case, "no need")
    assert _only_task(made).element == "u"


def test_a_call_of_what_is_not_deployed_is_an_incident_of_the_caller(made):
    made.put(CALLING, key="p")
    case = made.engine.start("p")
    (incident,) = made.engine.incidents()
    assert (incident.case, incident.kind) == (case, "CallOfNothingError")
    assert incident.reason.startswith("The call activity c can call nothing. No process q is deployed.")
    made.put(WORK, key="q")
    made.engine.retry(case)
    assert made.engine.incidents() == []
    assert _only_task(made).element == "w"


def test_calls_that_turn_in_a_circle_stop_at_their_limit(made, monkeypatch):
    monkeypatch.setattr(calling, "DEEPEST", 4)
    made.put(program({"s": start(), "c": call("p"), "e": end()}, "s -> c", "c -> e"), key="p")
    made.engine.start("p", key="k")
    (incident,) = made.engine.incidents()
    assert incident.kind == "CallDepthError"
    assert len(made.dump()["cases"]) == 5


def test_calls_may_lie_deep_in_each_other_and_their_names_stay_short(made):
    nodes = {"s": start(), "g": task(Kind.EXCLUSIVE_GATEWAY), "c": call("p"), "w": task(), "e": end()}
    flows = ("s -> g", "g -> c if x > 0", "g -> w if x = 0", "c -> e", "w -> e")
    inner = {"inputs": (Setting("x", feel.compile("x - 1")),)}
    nodes["c"] = replace(nodes["c"], **inner)
    made.put(program(nodes, *flows))
    case = made.engine.start("p", {"x": 60}, key="k")
    assert made.engine.incidents() == []
    found = _only_task(made)
    assert len(found.case) < 250
    made.engine.complete(found.name)
    assert made.engine.case(case).status == "completed"


def test_an_order_to_erase_a_case_names_the_cases_it_called(made):
    made.put(CALLING, key="p")
    made.put(WORK, key="q")
    case = made.engine.start("p", {"name": "王"})
    called = _only_task(made).case
    assert any(called in sentence for sentence in made.engine.erase(case, "order").remaining)


@pytest.mark.parametrize(("binding", "version", "expected"), [(Binding.LATEST, None, 2), (Binding.VERSION, 1, 1)])
def test_the_binding_says_which_version_is_called(made, binding, version, expected):
    made.put(WORK, key="q")
    made.put(program({"s": start(), "v": task(), "e": end()}, "s -> v", "v -> e"), key="q")
    made.put(program({"s": start(), "c": call("q", binding, version), "e": end()}, "s -> c", "c -> e"), key="p")
    made.engine.start("p")
    assert made.engine.case(_only_task(made).case).version == expected


def test_a_called_case_gets_messages_of_its_own(made):
    made.put(CALLING, key="p")
    made.put(program({"s": start(), "m": catch(message("paid")), "e": end()}, "s -> m", "m -> e"), key="q")
    made.engine.start("p")
    made.engine.message("paid")
    assert _only_task(made).element == "t"


def test_the_processes_of_one_folder_are_deployed_together_and_call_each_other_by_their_ids(made):
    calling = program({"s": start(), "c": call("inner"), "e": end()}, "s -> c", "c -> e", process="outer")
    inner = program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e", process="inner")
    assert made.put(calling, inner) == 1
    made.put(WORK, key="inner")
    case = made.engine.start("p", key="k")
    called = _only_task(made)
    assert called.case == "p.inner/p/k/c/1"
    assert made.engine.case(called.case).version == 1
    assert made.open_task(made.engine.start("p.inner"))
    made.engine.complete(called.name)
    assert made.engine.case(case).status == "completed"
    assert made.engine.verify().whole
    with made.store.reading() as connection:
        assert definitions.files(connection, "p.inner", 1) == definitions.files(connection, "p", 1) != {}


@pytest.mark.parametrize(("binding", "expected"), [(Binding.DEPLOYMENT, "old"), (Binding.LATEST, "new")])
def test_a_process_of_the_same_deployment_is_that_of_the_callers_version(made, binding, expected):
    def both(element: str):
        calling = program(
            {"s": start(), "t": task(), "c": call("inner", binding), "e": end()}, "s -> t", "t -> c", "c -> e",
            process="outer",
        )  # fmt: skip
        inner = program({"s": start(), element: task(), "e": end()}, f"s -> {element}", process="inner")
        return calling, inner

    made.put(*both("old"))
    case = made.engine.start("p")
    made.put(*both("new"))
    made.engine.complete(made.open_task(case))
    assert _only_task(made).element == expected


def test_a_process_that_a_new_version_has_no_more_begins_no_case_by_events(made):
    inner = program({"s": start(message("filed")), "e": end()}, "s -> e", process="inner")
    made.put(WORK, inner)
    made.put(WORK)
    assert made.dump()["starts"] == []
