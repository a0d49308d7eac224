from __future__ import annotations

from pathlib import Path

import pytest
from made import Made, boundary, end, program, start, task, throw
from running import BEGIN, HOUR, LIMITED, SERVED, definition

from ironcage.engine import ErasureOrderError, UnknownCaseError
from ironcage.engine.leases import PAUSES
from ironcage.engine.naming import find_case
from ironcage.hooks import hookimpl
from ironcage.program import Compensation

SECRET = "13800138000"


class Keeping:
    """A plugin that keeps something about cases, and cannot erase all of it."""

    def __init__(self):
        self.asked = []

    @hookimpl
    def case_erased(self, store, case):
        assert store.is_busy()
        self.asked.append(case)
        return ["a printed report"]


@pytest.fixture
def keeping():
    return Keeping()


@pytest.fixture
def running(run, keeping):
    return run(definition(*LIMITED), plugins=(keeping,))


def _files(url: str) -> bytes:
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_an_order_erases_is_gone_from_every_file_and_the_record_still_verifies(running, url):
    case = running.engine.start("p", {"x": 1, "name": SECRET})
    running.engine.complete(running.open_task(case), {"name": SECRET + "!", "ok": True})
    assert SECRET.encode() in _files(url)
    erased = running.engine.erase(case, "order 12 of the court", actor="judge")
    assert (erased.payloads, erased.variables, erased.remaining) == (2, ("name",), ("a printed report",))
    assert SECRET.encode() not in _files(url)
    shown = running.engine.case(case)
    assert (shown.variables["name"], shown.variables["x"], shown.payloads) == (None, 1, {})
    assert (shown.events[0].facts, shown.events[-1].actor) == ('{"x":1}', "judge")
    verified = running.engine.verify()
    assert (verified.whole, verified.erased) == (True, 2)


def test_an_erased_case_goes_on(running):
    case = running.engine.start("p", {"name": SECRET})
    running.engine.erase(case, "order 12")
    assert running.engine.wake_until(BEGIN + 2 * HOUR, running.clock) == 1
    running.engine.complete(running.open_task(case), {"name": "another"})
    assert running.engine.case(case).status == "completed"
    assert running.engine.verify().whole


def test_a_case_that_is_over_can_be_erased(running):
    case = running.engine.start("p", {"name": SECRET})
    running.engine.complete(running.open_task(case))
    running.engine.complete(running.open_task(case))
    assert running.engine.erase(case, "order 12").payloads == 1
    assert running.engine.verify().whole


def test_what_others_keep_of_the_case_is_erased_in_the_same_transaction(running, keeping):
    case = running.engine.start("p")
    running.engine.erase(case, "order 12")
    assert keeping.asked == [case]


def test_what_an_incident_quotes_is_erased(run, url):
    nodes = {"s": "start", "w": "timer PT1H", "g": "xor default g_e", "a": "user", "e": "end"}
    running = run(definition(nodes, "s -> w", "w -> g", "g -> a if name", "g -> e", "a -> e"))
    case = running.engine.start("p", {"name": SECRET})
    running.clock.move_to(BEGIN + HOUR)
    running.engine.wake()
    assert SECRET in running.engine.incidents()[0].reason
    running.engine.erase(case, "order 12")
    assert running.engine.incidents()[0].reason == "ConditionValueError"
    assert SECRET.encode() not in _files(url)


def test_what_the_incident_of_a_job_quotes_is_erased(run, url):
    class Quoting:
        @hookimpl
        def services(self):
            return {"ask": lambda call: int(call.variables["name"] + "?")}

    running = run(definition(*SERVED), plugins=(Quoting(),))
    case = running.engine.start("p", {"name": SECRET})
    for _ in range(len(PAUSES) + 1):
        running.engine.run_jobs()
        running.clock.move_to(running.clock.now() + HOUR)
    assert SECRET in running.engine.incidents()[0].reason
    running.engine.erase(case, "order 12")
    assert running.engine.incidents()[0].reason == "ValueError"
    assert SECRET.encode() not in _files(url)


def test_a_package_that_fails_at_it_is_named_and_the_others_erase(run, keeping):
    class Failing:
        @hookimpl
        def case_erased(self, case):
            raise ZeroDivisionError(case)

    running = run(definition(*LIMITED), plugins=(Failing(), keeping))
    case = running.engine.start("p", {"name": SECRET})
    erased = running.engine.erase(case, "order 12")
    assert keeping.asked == [case]
    assert erased.remaining == (
        "a printed report",
        f"What plugin Failing keeps of the case was not erased: ZeroDivisionError: {case}",
    )
    assert running.engine.case(case).variables["name"] is None


@pytest.mark.parametrize(("case", "order", "error"), [("p/k", " ", ErasureOrderError), ("p/x", "o", UnknownCaseError)])
def test_an_erasure_needs_a_case_and_an_order(running, case, order, error):
    running.engine.start("p", {"name": SECRET}, key="k")
    before = running.dump()
    with pytest.raises(error):
        running.engine.erase(case, order)
    assert running.dump() == before


def test_what_is_remembered_for_compensation_is_erased_too(url):
    nodes = {
        "s": start(),
        "a": task(),
        "b": boundary(1, Compensation(), handler=3),
        "u": task(for_compensation=True),
        "w": task(),
        "c": throw(Compensation()),
        "e": end(),
    }
    made = Made(url)
    made.put(program(nodes, "s -> a", "a -> w", "w -> c", "c -> e"))
    case = made.engine.start("p", {"name": SECRET})
    made.engine.complete(made.open_task(case))
    with made.store.writing() as work:
        assert SECRET.encode() in (find_case(work, case).state or b"")
    made.engine.erase(case, "order 12")
    assert SECRET.encode() not in _files(url)
    made.engine.complete(made.open_task(case))
    assert made.engine.tasks(case=case)[0].element == "u"
    made.close()
