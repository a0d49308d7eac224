"""What the machine promises of tokens, joins, timers, deadlines and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.clock import micros
from ironcage.machine import (
    AssignmentValueError,
    Closed,
    Complete,
    ConditionValueError,
    DurationValueError,
    Ended,
    EndlessStepError,
    EntryKind,
    Fire,
    InstantValueError,
    NoFlowError,
    NotWaitingError,
    Opened,
    Start,
    State,
    Status,
    Transition,
    WaitKind,
    advance,
)
from ironcage.messages import speaking
from ironcage.program import Assignment, Due, Setting, Timer, TimerKind

HOUR = 3_600_000_000


def facts(walk):
    """Return what the last step recorded as (kind, transition, element id)."""
    nodes = walk.program.nodes
    return [
        (str(e.kind), str(e.transition), nodes[e.element].id if e.element >= 0 else "case") for e in walk.last.records
    ]


def test_a_case_begins_at_its_start_waits_at_a_task_and_ends_at_its_end(walk):
    case = walk("start a", "a end").start(x=Decimal(1))
    assert case.open() == ["a"]
    assert facts(case) == [
        ("case", "start", "case"),
        ("event", "complete", "start"),
        ("activity", "schedule", "a"),
    ]
    case.done("a", {"y": "z"})
    assert case.state.status is Status.COMPLETED
    assert case.state.waits == case.state.activities == case.state.scopes == {}
    assert facts(case) == [("activity", "complete", "a"), ("event", "complete", "end"), ("case", "complete", "case")]
    assert case.last.records[0].payload == {"y": "z"}


def test_the_state_given_is_never_changed(walk):
    case = walk("start a", "a end").start(x=Decimal(1))
    before = case.state.copy()
    advance(case.program, case.state, Complete(case.wait("a"), {"x": Decimal(2)}), 5)
    assert case.state == before


def test_the_same_stimulus_gives_the_same_step(walk):
    case = walk("start and1", "and1 a", "and1 b", "a and2", "b and2", "and2 end").start()
    stimulus = Complete(case.wait("a"))
    assert advance(case.program, case.state, stimulus, 7) == advance(case.program, case.state, stimulus, 7)


def test_the_first_flow_whose_condition_holds_is_taken(walk):
    edges = ("start xor1", "xor1 a if x > 2", "xor1 b if x > 1", "xor1 c default", "a end", "b end", "c end")
    assert walk(*edges).start(x=Decimal(3)).open() == ["a"]
    assert walk(*edges).start(x=Decimal(2)).open() == ["b"]
    assert walk(*edges).start(x=Decimal(0)).open() == ["c"]


def test_a_default_flow_that_stands_first_is_still_taken_last(walk):
    case = walk("start xor1", "xor1 c default", "xor1 a if x > 2", "a end", "c end").start(x=Decimal(3))
    assert case.open() == ["a"]


def test_a_condition_that_yields_null_does_not_hold(walk):
    case = walk("start xor1", "xor1 a if unknown > 2", "xor1 b default", "a end", "b end").start()
    assert case.open() == ["b"]


def test_a_gateway_without_a_way_out_refuses_the_step(walk):
    case = walk("start xor1", "xor1 a if x > 2", "xor1 b if x > 5", "a end", "b end")
    with pytest.raises(NoFlowError, match="xor1"):
        case.start(x=Decimal(1))


def test_a_condition_that_is_no_boolean_refuses_the_step(walk):
    with pytest.raises(ConditionValueError) as refused:
        walk("start xor1", "xor1 a if x", "xor1 b default", "a end", "b end").start(x="yes")
    with speaking("en"):
        assert str(refused.value).startswith('The condition of xor1-a, x, yields "yes" (a text) instead of')
    with speaking("zh"):
        assert str(refused.value).startswith('xor1-a 的条件 x 得到 "yes"（文本）')


def test_a_flow_without_an_id_is_told_by_its_ends(walk):
    program = walk("start xor1", "xor1 a if x", "xor1 b default", "a end", "b end").program
    nameless = replace(program, flows=tuple(replace(flow, id="") for flow in program.flows))
    with pytest.raises(ConditionValueError, match="xor1 -> a"):
        advance(nameless, State(), Start({"x": Decimal(1)}), 0)


def test_a_long_value_is_told_by_its_beginning(walk):
    with pytest.raises(ConditionValueError) as refused:
        walk("start xor1", "xor1 a if x", "xor1 b default", "a end", "b end").start(x="y" * 9_999)
    assert len(str(refused.value)) < 400


def test_all_flows_out_of_an_activity_or_an_event_are_taken(walk):
    case = walk("start a", "start timer1", "a b", "a c", "timer1 d", "timer1 end").start()
    assert case.done("a").open() == ["b", "c"]
    assert case.fire("timer1").open() == ["b", "c", "d"]


def test_of_the_flows_out_of_an_activity_those_are_taken_whose_condition_holds(walk):
    edges = ("start a", "a b if x > 1", "a c if x > 2", "a d default", "b end", "c end", "d end")
    assert walk(*edges).start().done("a", {"x": Decimal(3)}).open() == ["b", "c"]
    assert walk(*edges).start().done("a", {"x": Decimal(2)}).open() == ["b"]
    assert walk(*edges).start().done("a", {"x": Decimal(1)}).open() == ["d"]


def test_a_flow_without_a_condition_is_taken_beside_the_default(walk):
    edges = ("start a", "a b", "a c if x > 2", "a d default", "b end", "c end", "d end")
    assert walk(*edges).start().done("a", {"x": Decimal(3)}).open() == ["b", "c"]
    assert walk(*edges).start().done("a", {"x": Decimal(1)}).open() == ["b", "d"]


def test_an_activity_without_a_way_out_refuses_the_step_and_stays_open(walk):
    case = walk("start a", "a b if x > 2", "a c if x > 3", "b end", "c end").start()
    with pytest.raises(NoFlowError) as refused:
        case.done("a", {"x": Decimal(1)})
    assert refused.value.fields["element"] == "a"
    assert case.open() == ["a"]


def test_tokens_that_multiply_are_counted(walk):
    case = walk("start a", "a b", "a c", "b d", "c d", "d end").start().done("a").done("b").done("c")
    assert case.open() == ["d", "d"]
    assert case.done("d").state.status is Status.OPEN
    assert case.done("d").state.status is Status.COMPLETED


def test_a_join_fires_when_a_token_has_come_by_every_flow(walk):
    case = walk("start and1", "and1 a", "and1 b", "a and2", "b and2", "and2 c", "c end").start()
    assert case.open() == ["a", "b"]
    assert case.done("a").open() == ["b"]
    assert case.done("b").open() == ["c"]
    assert case.done("c").state.status is Status.COMPLETED


def test_a_join_in_a_loop_fires_once_a_round(walk):
    edges = ("start xor1", "xor1 and1", "and1 a", "and1 b", "a and2", "b and2", "and2 xor2", "xor2 xor1 if again")
    case = walk(*edges, "xor2 end default").start(again=True)
    for _ in range(5):
        assert case.open() == ["a", "b"]
        assert case.done("a").open() == ["b"]
        case.done("b")
    case.done("a", {"again": False}).done("b")
    assert case.state.status is Status.COMPLETED


def test_two_tokens_by_one_flow_do_not_make_a_join_fire(walk):
    case = walk(
        "start xor1",
        "xor1 and1",
        "and1 a",
        "and1 b",
        "a and2",
        "b xor2",
        "xor2 xor1 if again",
        "xor2 and2 default",
        "and2 end",
    )
    case.start(again=True).done("b")
    assert case.open() == ["a", "a", "b"]
    case.done("a").done("a")
    assert case.open() == ["b"]
    case.done("b", {"again": False})
    assert case.state.status is Status.OPEN
    assert sum(case.state.scopes[1].arrivals.values()) == 1


def test_a_terminate_end_withdraws_everything_else(walk):
    case = walk("start and1", "and1 a", "and1 b", "a stop", "b end").start()
    case.done("a")
    assert case.state.status is Status.TERMINATED
    assert case.state.waits == {}
    assert ("activity", "withdraw", "b") in facts(case)
    assert facts(case)[-1] == ("case", "pi_abort", "case")
    assert {effect.withdrawn for effect in case.last.effects if isinstance(effect, Closed)} == {True, False}


def test_a_task_without_outgoing_flow_consumes_its_token(walk):
    case = walk("start and1", "and1 a", "and1 b").start()
    assert case.done("a").state.status is Status.OPEN
    assert case.done("b").state.status is Status.COMPLETED


def test_an_intermediate_timer_waits_for_its_duration(walk):
    case = walk("start timer1", "timer1 end")
    case.now = 5
    case.start()
    assert case.state.wake_at() == HOUR + 5
    assert case.fire("timer1").state.status is Status.COMPLETED


def test_an_interrupting_timer_withdraws_its_task(walk):
    case = walk("start a", "a end", "late_a b", "b end").start()
    number = case.wait("a")
    case.fire("late_a")
    assert case.open() == ["b"]
    assert facts(case)[:2] == [("activity", "withdraw", "a"), ("event", "complete", "late_a")]
    with pytest.raises(NotWaitingError):
        case.step(Complete(number))


def test_completing_a_task_withdraws_its_timer(walk):
    case = walk("start a", "a end", "late_a b", "b end").start()
    timer = case.wait("late_a", WaitKind.TIMER)
    case.done("a")
    assert Closed(timer, WaitKind.TIMER, withdrawn=True) in case.last.effects
    with pytest.raises(NotWaitingError):
        case.step(Fire(timer))


def test_a_date_timer_takes_the_zone_of_the_process(walk):
    from zoneinfo import ZoneInfo

    timer = Timer(TimerKind.DATE, feel.compile('date and time("2026-11-23T09:00:00")'))
    case = walk("start timer1", "timer1 end", timer1={"events": (timer,)}, zone=ZoneInfo("Asia/Shanghai")).start()
    assert case.state.wake_at() == micros(datetime(2026, 11, 23, 1, tzinfo=UTC))


def test_a_timer_without_a_value_refuses_the_step(walk):
    timer = Timer(TimerKind.DATE, feel.compile("unknown"))
    with pytest.raises(InstantValueError, match="timer1"):
        walk("start timer1", "timer1 end", timer1={"events": (timer,)}).start()


def test_a_deadline_is_missed_once_and_the_task_stays_open(walk):
    case = walk("start a", "a end", a={"due": Due(within=feel.compile('duration("PT1H")'))}).start()
    opened = next(e for e in case.last.effects if isinstance(e, Opened) and e.kind is WaitKind.TASK)
    assert opened.due == HOUR
    assert case.state.wake_at() == HOUR + 1
    case.fire("a", WaitKind.DEADLINE)
    missed = case.last.records[0]
    assert (missed.kind, missed.transition, missed.happened) == (EntryKind.DEADLINE, Transition.MISSED, HOUR)
    assert case.open() == ["a"]
    assert case.state.wake_at() is None


def test_what_is_completed_late_has_missed_its_deadline_though_nobody_woke_the_case(walk):
    in_an_hour = Due(within=feel.compile('duration("PT1H")'))
    case = walk("start and1", "and1 a", "and1 b", "a end1", "b end2", a={"due": in_an_hour}, b={"due": in_an_hour})
    case.start().now = HOUR
    case.done("a")
    assert ("deadline", "missed", "a") not in facts(case)
    case.now = HOUR + 1
    case.done("b")
    assert facts(case)[:2] == [("deadline", "missed", "b"), ("activity", "complete", "b")]
    assert case.last.records[0].happened == HOUR


def test_a_deadline_that_is_past_when_the_task_is_offered_is_missed_at_once(walk):
    case = walk("start a", "a end", a={"due": Due(at=feel.compile("target"))})
    case.now = HOUR
    case.start(target=datetime(1970, 1, 1, tzinfo=UTC))
    assert ("deadline", "missed", "a") in facts(case)
    assert case.state.wake_at() is None


def test_a_task_whose_deadline_is_null_has_none(walk):
    case = walk("start a", "a end", a={"due": Due(at=feel.compile("target"))}).start(target=None)
    assert case.state.wake_at() is None


def test_a_whole_case_can_miss_its_deadline(walk):
    case = walk("start a", "a end", due=Due(within=feel.compile('duration("PT1H")'))).start()
    assert case.state.due == HOUR
    case.fire("case", WaitKind.DEADLINE)
    assert facts(case) == [("deadline", "missed", "case")]
    assert case.open() == ["a"]


def test_a_task_is_offered_to_whom_the_model_says(walk):
    offered = Assignment(unit=feel.compile("department"), role=feel.compile('"handler"'))
    case = walk("start a", "a end", a={"assignment": offered, "lane": "clerks"}).start(department="PWDx")
    opened = case.last.effects[0]
    assert (opened.role, opened.unit, opened.actor) == ("handler", "PWDx", None)


def test_a_task_is_offered_to_its_lane_where_the_model_says_nothing(walk):
    case = walk("start a", "a end", a={"lane": "clerks"}).start()
    assert case.last.effects[0].role == "clerks"


def test_an_assignment_that_is_no_text_refuses_the_step(walk):
    with pytest.raises(AssignmentValueError):
        walk("start a", "a end", a={"assignment": Assignment(unit=feel.compile("1"))}).start()


def test_settings_see_what_the_task_brought_and_are_recorded_with_it(walk):
    setting = Setting("total", feel.compile("amount + 1"))
    case = walk("start a", "a xor1", "xor1 end if total = 3", "xor1 b default", a={"settings": (setting,)}).start()
    case.done("a", {"amount": Decimal(2)})
    assert case.last.records[0].payload == {"amount": Decimal(2), "total": Decimal(3)}
    assert case.state.status is Status.COMPLETED


def test_a_service_waits_for_its_job(walk):
    case = walk("start service1", "service1 end").start()
    assert case.open(WaitKind.JOB) == ["service1"]
    assert case.done("service1", {"answer": True}, WaitKind.JOB).state.status is Status.COMPLETED


def test_a_plain_task_and_an_event_without_a_result_are_done_at_once_and_recorded(walk):
    setting = Setting("x", feel.compile("1"))
    case = walk("start plain1", "plain1 pass1", "pass1 end", plain1={"settings": (setting,)}).start()
    assert case.state.status is Status.COMPLETED
    assert facts(case)[2:4] == [("activity", "complete", "plain1"), ("event", "complete", "pass1")]
    assert case.last.records[2].payload == {"x": Decimal(1)}
    assert case.last.effects == (Ended(Status.COMPLETED, {"x": Decimal(1)}),)


def test_executions_are_numbered(walk):
    case = walk("start xor1", "xor1 a", "a xor2", "xor2 xor1 if again", "xor2 end default").start(again=True)
    for round_ in range(1, 4):
        assert case.last.effects[-1].execution == round_
        case.done("a")


def test_a_model_that_turns_in_a_circle_is_stopped(walk):
    with pytest.raises(EndlessStepError):
        walk("start xor1", "xor1 xor2", "xor2 xor1 if true", "xor2 end default").start()


def test_a_chain_of_ten_thousand_elements_does_not_recurse(walk):
    gateways = [f"xor{n}" for n in range(10_000)]
    edges = [f"{a} {b}" for a, b in zip(["start", *gateways], [*gateways, "end"], strict=True)]
    assert walk(*edges).start().state.status is Status.COMPLETED


def test_starting_needs_no_more_than_a_start(walk):
    step = advance(walk("start end").program, walk("start end").state, Start({}), 0)
    assert step.state.status is Status.COMPLETED


@pytest.mark.parametrize("text", ['duration("P3000000D")', 'duration("P9999Y")', 'duration("-PT1S")'])
def test_a_duration_that_leads_nowhere_refuses_the_step(walk, text):
    with pytest.raises(DurationValueError, match="timer1"):
        walk("start timer1", "timer1 end", timer1={"events": (Timer(TimerKind.DURATION, feel.compile(text)),)}).start()
