"""What becomes of messages that nobody waits for when they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from made import Made, catch, end, message, program, start, task, throw
from running import BEGIN, HOUR

from ironcage.engine import NotAwaitedError, NothingToDismissError

WAITING = program({"s": start(), "m": catch(message("paid")), "t": task(), "e": end()}, "s -> m", "m -> t", "t -> e")
BY_NUMBER = program(
    {"s": start(), "m": catch(message("paid", "number", "x")), "t": task(), "e": end()}, "s -> m", "m -> t", "t -> e"
)
"""Waits for the message whose ``number`` is its ``x``."""
BEGUN = program({"s": start(message("filed")), "t": task(), "e": end()}, "s -> t", "t -> e")


def _sender(name: str, **given: str):
    return program({"s": start(), "m": throw(message(name), **given), "e": end()}, "s -> m", "m -> e")


def _on_its_way(made):
    """Return what is on its way now; what a kept message leaves to look again later is not."""
    return [row for row in made.dump()["outbox"] if row[10] is None or row[10] <= made.clock.now()]


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def _is_waiting(made, case):
    return [wait.kind for wait in made.engine.case(case).waits] == ["message"]


def test_a_message_nobody_waits_for_is_refused_unless_it_is_to_be_kept(made):
    made.put(WAITING)
    case = made.engine.start("p", key="k")
    made.engine.message("paid", to=case)
    with pytest.raises(NotAwaitedError):
        made.engine.message("paid", to=case)
    receipt = made.engine.message("paid", to=case, ttl=timedelta(hours=1))
    assert (receipt.outcome, receipt.case) == ("kept", None)
    assert made.engine.case("p/k").status == "open"


def test_a_kept_message_is_delivered_as_soon_as_it_is_waited_for_the_oldest_first(made):
    made.put(WAITING)
    for number in (1, 2):
        made.engine.message("paid", {"x": number}, ttl=timedelta(hours=1))
    first, second, third = (made.engine.start("p") for _ in range(3))
    assert [made.engine.case(case).variables for case in (first, second)] == [{"x": 1}, {"x": 2}]
    assert _is_waiting(made, third)
    assert made.dump()["messages"] == _on_its_way(made) == []


def test_a_kept_message_waits_for_its_key(made):
    made.put(BY_NUMBER)
    made.engine.message("paid", {"number": 7}, ttl=timedelta(hours=1))
    made.engine.message("paid", key=[8], ttl=timedelta(hours=1))
    cases = [made.engine.start("p", {"x": number}) for number in (6, 8, 7)]
    assert [_is_waiting(made, case) for case in cases] == [True, False, False]


def test_a_kept_message_for_another_case_is_left_alone(made):
    made.put(WAITING)
    over = made.engine.start("p", key="a")
    made.engine.message("paid", to=over)
    made.engine.message("paid", to=over, ttl=timedelta(hours=1))
    assert _is_waiting(made, made.engine.start("p"))
    assert len(made.dump()["messages"]) == 1


def test_a_kept_message_is_given_up_when_its_time_is_over(made):
    made.put(WAITING)
    made.engine.message("paid", {"name": "王"}, ttl=timedelta(hours=1))
    made.clock.move_to(BEGIN + HOUR)
    assert _is_waiting(made, made.engine.start("p"))
    made.engine.wake()
    assert made.dump()["messages"] == []


def test_a_message_that_was_kept_in_vain_is_an_incident_until_somebody_gives_it_up(made):
    made.put(BY_NUMBER)
    made.engine.message("paid", {"number": 7}, ttl=timedelta(hours=1))
    made.clock.move_to(BEGIN + HOUR)
    assert made.engine.wake().expired == 1
    (incident,) = made.engine.incidents()
    assert (incident.case, incident.kind) == ("paid", "ExpiredMessageError")
    assert "2011-03-13 08:06:40+00:00" in incident.reason
    assert made.engine.wake().expired == 0
    with pytest.raises(NothingToDismissError):
        made.engine.dismiss("other")
    assert made.engine.dismiss("paid") == 1
    assert made.engine.incidents() == _on_its_way(made) == []


def test_what_a_case_sent_in_vain_is_its_incident_and_can_be_sent_again(made):
    made.put(BY_NUMBER)
    made.put(_sender("paid", number="8"), key="q")
    sender = made.engine.start("q", key="1")
    made.engine.start("q", key="2")
    made.clock.move_to(BEGIN + 24 * HOUR)
    assert made.engine.wake().expired == 2
    assert sorted(each.case for each in made.engine.incidents()) == [sender, "q/2"]
    waiting = made.engine.start("p", {"x": 8})
    assert _is_waiting(made, waiting)
    made.engine.retry(sender)
    assert made.open_task(waiting)
    made.engine.retry("q/2")
    assert made.engine.incidents() == []
    made.clock.move_to(BEGIN + 48 * HOUR)
    assert made.engine.wake().expired == 1
    assert made.engine.dismiss("q/2") == 1


def test_what_was_kept_for_one_case_goes_to_no_other_when_it_is_sent_again(made):
    made.put(WAITING)
    over = made.engine.start("p", key="a")
    made.engine.message("paid", to=over)
    made.engine.message("paid", to=over, ttl=timedelta(hours=1))
    made.clock.move_to(BEGIN + HOUR)
    made.engine.wake()
    other = made.engine.start("p", key="b")
    assert [each.case for each in made.engine.incidents()] == [over]
    made.engine.retry(over)
    assert _is_waiting(made, other)
    assert [(each.case, each.kind) for each in made.engine.incidents()] == [(over, "UndeliveredMessageError")]
    made.engine.dismiss(over)


def test_a_message_of_nobody_that_is_sent_again_in_vain_is_stopped_again(made):
    made.put(WAITING)
    made.engine.message("paid", ttl=timedelta(hours=1))
    made.clock.move_to(BEGIN + HOUR)
    made.engine.wake()
    made.engine.retry("paid")
    assert [each.kind for each in made.engine.incidents()] == ["UndeliveredMessageError"]
    waiting = made.engine.start("p")
    made.engine.retry("paid")
    assert made.open_task(waiting)
    assert made.engine.incidents() == []


def test_a_kept_message_starts_its_case_once_there_is_a_process_that_it_starts(made):
    for number in (1, 2):
        made.engine.message("filed", {"x": number}, ttl=timedelta(hours=1))
    made.put(BEGUN)
    cases = [made.engine.case(task.case) for task in made.engine.tasks()]
    assert sorted(case.variables["x"] for case in cases) == [1, 2]
    assert made.dump()["messages"] == _on_its_way(made) == []


def test_what_a_case_sends_is_kept_as_long_as_its_process_says(made):
    made.put(WAITING)
    made.put(_sender("paid"), key="q", messages_kept_for=timedelta(hours=2))
    made.engine.start("q")
    made.clock.move_to(BEGIN + 2 * HOUR - 1)
    assert not _is_waiting(made, made.engine.start("p"))
    made.engine.start("q")
    made.clock.move_to(made.clock.now() + 2 * HOUR)
    assert _is_waiting(made, made.engine.start("p"))


def test_a_process_that_keeps_nothing_keeps_nothing(made):
    made.put(_sender("paid"), key="q", messages_kept_for=timedelta())
    made.engine.start("q")
    assert made.dump()["messages"] == _on_its_way(made) == []
