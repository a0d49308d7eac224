from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from made import Made, catch, end, message, program, start, task, throw
from running import BEGIN

from ironcage.engine import (
    AmbiguousMessageError,
    AmbiguousStartError,
    CaseOverError,
    NotAwaitedError,
    UnknownCaseError,
)
from ironcage.hooks import hookimpl
from ironcage.program import Kind
from ironcage.values import NotPackableError

WAITING = program({"s": start(), "m": catch(message("paid")), "t": task(), "e": end()}, "s -> m", "m -> t", "t -> e")
BY_NUMBER = program(
    {"s": start(), "m": catch(message("paid", "number", "x")), "t": task(), "e": end()}, "s -> m", "m -> t", "t -> e"
)
"""Waits for the message whose ``number`` is its ``x``."""
BEGUN = program({"s": start(message("filed")), "t": task(), "e": end()}, "s -> t", "t -> e")


def _sender(name: str, **given: str):
    return program({"s": start(), "m": throw(message(name), **given), "e": end()}, "s -> m", "m -> e")


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def _is_waiting(made, case):
    return [wait.kind for wait in made.engine.case(case).waits] == ["message"]


def test_a_message_goes_to_the_case_it_is_addressed_to(made):
    made.put(WAITING)
    first, second = made.engine.start("p", key="1"), made.engine.start("p", key="2")
    receipt = made.engine.message("paid", {"name": "王"}, to=second, actor="bank")
    assert (receipt.outcome, receipt.case) == ("received", second)
    assert _is_waiting(made, first)
    assert made.engine.case(second).variables == {"name": "王"}
    assert [event.actor for event in made.engine.case(second).events if event.element == "m"] == ["bank"]
    assert made.engine.verify().whole


def test_a_message_goes_to_the_case_whose_key_it_carries(made):
    made.put(BY_NUMBER)
    cases = [made.engine.start("p", {"x": number}) for number in (1, 2, 3)]
    receipt = made.engine.message("paid", {"number": Decimal("2.0")})
    assert receipt.case == cases[1]
    assert [_is_waiting(made, case) for case in cases] == [True, False, True]
    assert made.engine.message("paid", key=[3]).case == cases[2]
    with pytest.raises(NotAwaitedError, match="its key does not fit"):
        made.engine.message("paid", {"number": 2})


def test_a_case_whose_key_is_null_takes_no_message_of_others(made):
    made.put(BY_NUMBER)
    made.put(_sender("paid"), key="q")
    case = made.engine.start("p", key="k")
    with pytest.raises(NotAwaitedError):
        made.engine.message("paid", {"number": 1})
    with pytest.raises(NotAwaitedError):
        made.engine.message("paid")
    made.engine.message("paid", {"number": 7}, ttl=timedelta(hours=1))
    made.engine.start("q")
    made.engine.wake()
    later = made.engine.start("p")
    made.engine.wake()
    assert _is_waiting(made, case)
    assert _is_waiting(made, later)
    assert made.engine.message("paid", to=case).case == case


def test_a_message_that_fits_several_cases_is_refused_and_says_how_many(made):
    made.put(WAITING)
    for _ in range(3):
        made.engine.start("p")
    before = made.dump()
    with pytest.raises(AmbiguousMessageError) as refused:
        made.engine.message("paid")
    assert refused.value.fields["count"] == 3
    assert made.dump() == before


def test_a_message_starts_a_case_where_nobody_waits(made):
    made.put(BEGUN)
    receipt = made.engine.message("filed", {"x": 1})
    assert receipt.outcome == "started"
    assert made.engine.case(receipt.case).variables == {"x": 1}
    assert made.engine.message("filed", to="p/2011-7").case == "p/2011-7"
    with pytest.raises(UnknownCaseError):
        made.engine.message("other", to="p/2011-8")


def test_a_receive_task_and_an_event_after_a_gateway_begin_cases(made):
    received = program(
        {"r": task(Kind.RECEIVE_TASK, events=(message("filed"),), instantiate=True), "t": task(), "e": end()},
        "r -> t",
        "t -> e",
    )
    gateway = program(
        {
            "g": task(Kind.EVENT_BASED_GATEWAY, instantiate=True),
            "a": catch(message("by post")),
            "b": catch(message("by hand")),
            "t": task(),
            "u": task(),
            "e": end(),
        },
        "g -> a", "g -> b", "a -> t", "b -> u", "t -> e", "u -> e",
    )  # fmt: skip
    made.put(received, key="p")
    made.put(gateway, key="q")
    for name, element in (("filed", "t"), ("by post", "t"), ("by hand", "u")):
        case = made.engine.message(name).case
        assert [each.element for each in made.engine.tasks(case=case)] == [element]


def test_a_message_that_starts_cases_of_two_processes_is_refused(made):
    made.put(BEGUN, key="p")
    made.put(BEGUN, key="q")
    with pytest.raises(AmbiguousStartError, match="p, q"):
        made.engine.message("filed")
    assert made.engine.message("filed", to="q/1").case == "q/1"


def test_a_new_version_begins_what_the_one_before_began(made):
    made.put(BEGUN)
    made.put(program({"s": start(message("renamed")), "t": task(), "e": end()}, "s -> t", "t -> e"))
    with pytest.raises(NotAwaitedError):
        made.engine.message("filed")
    assert made.engine.case(made.engine.message("renamed").case).version == 2


def test_a_case_sends_to_the_one_that_has_waited_longest(made):
    made.put(WAITING)
    made.put(_sender("paid", x="1 + 1"), key="q")
    first = made.engine.start("p")
    made.clock.move_to(BEGIN + 1)
    second = made.engine.start("p")
    made.engine.start("q")
    assert made.engine.case(first).variables == {"x": 2}
    assert _is_waiting(made, second)
    assert made.dump()["outbox"] == []
    assert made.engine.verify().whole


def test_an_event_whose_message_a_service_sends_is_over_when_the_service_has_sent_it(url):
    sent: list[object] = []

    class Mail:
        @hookimpl
        def services(self):
            return {"mail": lambda call: sent.append(call.variables.get("to", "archive"))}

    made = Made(url, Mail())
    nodes = {"s": start(), "m": throw(to="x"), "e": end(service="mail")}
    made.put(program({**nodes, "m": replace(nodes["m"], service="mail")}, "s -> m", "m -> e"))
    case = made.engine.start("p", {"x": 7})
    assert made.engine.case(case).status == "open"
    assert sum(made.engine.run_jobs() for _ in range(2)) == 2
    assert sent == [7, "archive"]
    assert made.engine.case(case).status == "completed"
    assert made.engine.verify().whole
    made.close()


def test_a_message_to_a_case_that_is_over_is_refused(made):
    made.put(WAITING)
    case = made.engine.start("p")
    made.engine.message("paid", to=case)
    made.engine.complete(made.open_task(case))
    with pytest.raises(CaseOverError):
        made.engine.message("paid", to=case)


def test_messages_and_all_they_cause_belong_to_the_callers_transaction(made):
    made.put(WAITING)
    made.put(_sender("paid"), key="q")
    case = made.engine.start("p")
    before = made.dump()

    def send_and_fail() -> None:
        with made.engine.batch():
            made.engine.start("q")
            assert not _is_waiting(made, case)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_and_fail()
    assert made.dump() == before


def test_a_receiver_whose_step_fails_stops_the_delivery_and_nothing_else(made):
    stuck = program(
        {"s": start(), "m": catch(message("paid")), "g": task(Kind.EXCLUSIVE_GATEWAY), "t": task(), "e": end()},
        "s -> m", "m -> g", "g -> t if x = 1", "t -> e",
    )  # fmt: skip
    made.put(stuck)
    made.put(_sender("paid", x="n"), key="q")
    case = made.engine.start("p")
    sender = made.engine.start("q", {"x": 5})
    assert made.engine.case(sender).status == "completed"
    assert _is_waiting(made, case)
    (incident,) = made.engine.incidents()
    assert (incident.case, incident.kind) == (sender, "NoFlowError")
    made.engine.message("paid", {"x": 1}, to=case)
    assert made.open_task(case)
    made.engine.retry(sender)
    assert made.engine.incidents() == []
    assert len(made.dump()["messages"]) == 1


def test_what_a_killed_process_had_not_delivered_is_delivered_by_the_next(made, monkeypatch):
    made.put(WAITING)
    made.put(_sender("paid"), key="q")
    case = made.engine.start("p")
    monkeypatch.setattr(type(made.engine), "_settle", lambda *_: 0)
    made.engine.start("q")
    monkeypatch.undo()
    assert _is_waiting(made, case)
    assert made.engine.wake().delivered == 1
    assert made.open_task(case)


def test_the_first_message_of_a_conversation_says_the_key_of_the_later_ones(made):
    talking = program(
        {
            "s": start(),
            "a": catch(message("first", "number", conversation="talk")),
            "b": catch(message("second", "reference", conversation="talk")),
            "t": task(),
            "e": end(),
        },
        "s -> a", "a -> b", "b -> t", "t -> e",
    )  # fmt: skip
    made.put(talking)
    cases = [made.engine.start("p", key=key) for key in ("k", "l")]
    for number, case in enumerate(cases):
        made.engine.message("first", {"number": number}, to=case)
    with pytest.raises(NotAwaitedError):
        made.engine.message("second", {"reference": 7})
    assert made.engine.message("second", {"reference": 1}).case == cases[1]
    assert _is_waiting(made, cases[0])


def test_a_case_begun_by_a_message_goes_on_with_its_key(made):
    begun = program(
        {
            "s": start(message("filed", "number", conversation="talk")),
            "b": catch(message("added", "number", conversation="talk")),
            "e": end(),
        },
        "s -> b", "b -> e",
    )  # fmt: skip
    made.put(begun)
    cases = [made.engine.message("filed", {"number": number}).case for number in (1, 2)]
    assert made.engine.message("added", {"number": 2}).case == cases[1]
    assert [made.engine.case(case).status for case in cases] == ["open", "completed"]


def test_two_processes_read_the_key_each_in_its_own_way(made):
    other = program(
        {"s": start(), "m": catch(message("paid", "reference", "x")), "t": task(), "e": end()}, "s -> m", "m -> t"
    )
    made.put(BY_NUMBER, key="p")
    made.put(other, key="q")
    first, second = made.engine.start("p", {"x": 1}), made.engine.start("q", {"x": 1})
    assert made.engine.message("paid", {"reference": 1}).case == second
    assert made.engine.message("paid", {"number": 1}).case == first


def test_what_cannot_be_sent_is_refused_before_anything_is_written(made):
    made.put(_sender("paid", x="number"))
    before = made.dump()
    with pytest.raises(NotPackableError), made.engine.batch():
        made.engine.start("p")
    assert made.dump() == before
