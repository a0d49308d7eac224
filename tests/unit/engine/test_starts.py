from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from made import Made, end, message, program, start, task, timer
from running import BEGIN, HOUR

from ironcage.clock import instant
from ironcage.engine import NoIncidentError, UnknownStartError
from ironcage.machine import NoneStartError
from ironcage.program import Kind, TimerKind

MINUTE = HOUR // 60


def _begun(*events, **more):
    return program({"s": start(*events), "t": task(), "e": end()}, "s -> t", "t -> e")


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def _opened(made):
    return sorted((view.opened_at.timestamp() * 1_000_000 - BEGIN) / MINUTE for view in _cases(made))


def _cases(made):
    return [made.engine.case(task.case) for task in made.engine.tasks()]


def test_a_cycle_begins_a_case_each_time_counted_from_the_time_before(made):
    made.put(_begun(timer(TimerKind.CYCLE, "R3/PT10M")))
    assert made.engine.next_wake() == BEGIN + 10 * MINUTE
    made.clock.move_to(BEGIN + 11 * MINUTE)
    assert made.engine.wake().steps == 1
    assert made.engine.wake().steps == 0
    assert made.engine.next_wake() == BEGIN + 20 * MINUTE
    made.engine.wake_until(BEGIN + 9 * HOUR, made.clock)
    assert _opened(made) == [11, 20, 30]
    assert made.engine.next_wake() is None


def test_what_a_worker_missed_is_begun_late_and_not_left_out(made):
    made.put(_begun(timer(TimerKind.CYCLE, "R2/PT10M")))
    made.clock.move_to(BEGIN + HOUR)
    assert made.engine.wake().steps == 2
    assert len(made.engine.tasks()) == 2


def test_cron_goes_by_the_clock_of_the_process(made):
    zoned = replace(_begun(timer(TimerKind.CYCLE, "0 9 * * MON-FRI")), zone=ZoneInfo("Asia/Shanghai"))
    made.put(zoned)
    at = instant(made.engine.next_wake()).astimezone(ZoneInfo("Asia/Shanghai"))
    assert at.isoformat() == "2011-03-14T09:00:00+08:00"
    made.engine.wake_until(made.engine.next_wake(), made.clock)
    (case,) = _cases(made)
    assert case.key == "s/2011-03-14T09:00:00+08:00"


def test_a_duration_runs_from_the_deployment_and_a_date_is_an_instant(made):
    made.put(_begun(timer(TimerKind.DURATION, 'duration("PT2H")')), key="p")
    made.put(_begun(timer(TimerKind.DATE, 'date and time("2011-03-13T08:06:40Z")')), key="q")
    made.engine.wake_until(BEGIN + 9 * HOUR, made.clock)
    assert _opened(made) == [60, 120]


def test_a_date_begins_one_case_however_often_the_process_is_deployed(made):
    date = timer(TimerKind.DATE, 'date and time("2011-03-13T08:00:00Z")')
    made.put(_begun(date))
    made.engine.wake_until(BEGIN + HOUR, made.clock)
    changed = program({"s": start(date), "u": task(), "e": end()}, "s -> u", "u -> e")
    assert made.put(changed) == 2
    made.engine.wake()
    assert len(made.engine.tasks()) == 1
    assert made.engine.next_wake() is None


def test_a_new_version_replaces_the_timers_of_the_one_before(made):
    made.put(_begun(timer(TimerKind.CYCLE, "R/PT1H")))
    made.put(_begun(timer(TimerKind.CYCLE, "R/PT2H")))
    made.engine.wake_until(BEGIN + 2 * HOUR, made.clock)
    assert [case.version for case in _cases(made)] == [2]
    made.put(_begun())
    assert made.engine.next_wake() is None


def test_a_case_that_cannot_begin_stops_its_timer_and_no_other(made):
    stuck = program(
        {"s": start(timer(TimerKind.CYCLE, "R/PT1H")), "g": task(Kind.EXCLUSIVE_GATEWAY), "e": end()},
        "s -> g", "g -> e if x = 1",
    )  # fmt: skip
    made.put(stuck, key="p")
    made.put(_begun(timer(TimerKind.CYCLE, "R/PT1H")), key="q")
    made.clock.move_to(BEGIN + HOUR)
    woken = made.engine.wake()
    assert (woken.steps, woken.incidents) == (1, ("p",))
    (incident,) = made.engine.incidents()
    assert (incident.case, incident.element) == ("p", "s")
    made.engine.retry("p")
    assert made.engine.wake().incidents == ("p",)
    with pytest.raises(NoIncidentError):
        made.engine.retry("q")


def test_a_case_can_be_begun_by_hand_at_what_begins_it(made):
    made.put(_begun(message("filed")))
    with pytest.raises(NoneStartError):
        made.engine.start("p")
    with pytest.raises(UnknownStartError) as refused:
        made.engine.start("p", at="t")
    assert refused.value.fields["known"] == "s"
    assert "Name nothing" in str(refused.value)
    assert made.open_task(made.engine.start("p", {"x": 1}, at="s"))
