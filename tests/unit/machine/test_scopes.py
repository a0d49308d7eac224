"""What the machine promises of sub-processes, event sub-processes and the data in them."""

from __future__ import annotations

from decimal import Decimal

from ironcage import feel
from ironcage.machine import Ended, Status, WaitKind
from ironcage.program import (
    AdHoc,
    Conditional,
    Error,
    Escalation,
    Message,
    Setting,
    Signal,
    Terminate,
    Timer,
    TimerKind,
)

ONE, TWO, THREE = Decimal(1), Decimal(2), Decimal(3)
HOUR = Timer(TimerKind.DURATION, feel.compile('duration("PT1H")'))


def happened(walk):
    """Return what the last step completed (``id``), began (``+id``) or withdrew (``-id``), in order."""
    marks = {"complete": "", "withdraw": "-", "start": "+", "pi_abort": "!"}
    return [
        marks[str(e.transition)] + (walk.program.nodes[e.element].id if e.element >= 0 else "case")
        for e in walk.last.records
        if str(e.transition) in marks
    ]


IN_SUB = ("start sub1", "sub1.start sub1.a", "sub1.a sub1.end", "sub1 b", "b end")


def test_a_sub_process_ends_with_its_last_token_and_the_case_goes_on_after_it(walk):
    case = walk(*IN_SUB).start()
    assert case.open() == ["sub1.a"]
    assert happened(case) == ["+case", "start", "+sub1", "sub1.start"]
    case.done("sub1.a")
    assert case.open() == ["b"]
    assert happened(case) == ["sub1.a", "sub1.end", "sub1"]
    assert case.done("b").state.status is Status.COMPLETED


def test_an_empty_sub_process_is_over_at_once(walk):
    assert walk("start sub1", "sub1 b", "b end").start().open() == ["b"]


def test_a_sub_process_without_start_events_begins_at_all_that_nothing_leads_to(walk):
    case = walk("start sub1", "sub1.a", "sub1.b", "sub1 c", "c end").start()
    assert case.open() == ["sub1.a", "sub1.b"]
    assert case.done("sub1.b").done("sub1.a").open() == ["c"]


def test_terminate_ends_its_own_scope_and_what_is_around_goes_on(walk):
    case = walk(
        "start sub1", "sub1.start sub1.and1", "sub1.and1 sub1.a", "sub1.and1 sub1.b", "sub1.b sub1.stop", "sub1 c"
    ).start()  # fmt: skip
    case.done("sub1.b")
    assert case.open() == ["c"]
    assert happened(case) == ["sub1.b", "sub1.stop", "-sub1.a", "sub1"]


def test_a_boundary_timer_ends_all_that_goes_on_inside(walk):
    case = walk(*IN_SUB, "late_sub1 c", "c end").start()
    case.fire("late_sub1")
    assert case.open() == ["c"]
    assert happened(case) == ["-sub1.a", "-sub1", "late_sub1"]
    assert case.done("c").state.status is Status.COMPLETED


def test_what_does_not_interrupt_leaves_its_host_as_it_is(walk):
    case = walk(*IN_SUB, "late_sub1 c", "c end", late_sub1={"interrupting": False}).start()
    case.fire("late_sub1")
    assert case.open() == ["c", "sub1.a"]
    assert case.open(WaitKind.TIMER) == []
    assert case.done("c").done("sub1.a").done("b").state.status is Status.COMPLETED


def test_an_error_is_caught_by_the_nearest_that_knows_its_code(walk):
    program = (
        "start sub1", "sub1.start sub1.sub2", "sub1.sub2.start sub1.sub2.end", "sub1 b", "b end",
        "sub1.on_sub2 sub1.c", "sub1.c sub1.end", "on_sub1 d", "d end",
    )  # fmt: skip
    changes = {"sub1.sub2.end": {"events": (Error("X"),)}, "sub1.on_sub2": {"events": (Error("Y"),)}}
    case = walk(*program, **changes, on_sub1={"events": (Error("X"),)}).start()
    assert case.open() == ["d"]
    assert happened(case)[-4:] == ["sub1.sub2.end", "-sub1.sub2", "-sub1", "on_sub1"]
    case = walk(*program, **changes, on_sub1={"events": (Error(),)}).start()
    assert case.open() == ["d"]


def test_an_error_that_nobody_catches_fails_the_case(walk):
    case = walk("start and1", "and1 a", "and1 b", "b end", end={"events": (Error("X"),)}).start()
    case.done("b")
    assert case.state.status is Status.FAILED
    assert case.last.effects[-1] == Ended(Status.FAILED, {}, "X")
    assert case.last.records[-1].payload == {"error": "X"}
    assert case.state.waits == case.state.activities == case.state.scopes == {}


def test_an_event_sub_process_that_catches_an_error_takes_the_place_of_what_failed(walk):
    case = walk(
        *IN_SUB, "sub1.handler1.start sub1.handler1.h", "sub1.handler1.h sub1.handler1.end",
        **{"sub1.end": {"events": (Error("X"),)}, "sub1.handler1.start": {"events": (Error("X"),)}},
    ).start()  # fmt: skip
    case.done("sub1.a")
    assert case.open() == ["sub1.handler1.h"]
    assert case.done("sub1.handler1.h").open() == ["b"]
    assert happened(case) == ["sub1.handler1.h", "sub1.handler1.end", "sub1.handler1", "sub1"]


def test_what_an_event_sub_process_throws_is_not_for_the_one_itself(walk):
    case = walk(
        *IN_SUB, "sub1.handler1.start sub1.handler1.end", "on_sub1 c", "c end",
        **{
            "sub1.end": {"events": (Error("X"),)},
            "sub1.handler1.start": {"events": (Error("X"),)},
            "sub1.handler1.end": {"events": (Error("X"),)},
        },
        on_sub1={"events": (Error("X"),)},
    ).start()  # fmt: skip
    assert case.done("sub1.a").open() == ["c"]


def test_an_escalation_that_does_not_interrupt_lets_its_thrower_go_on(walk):
    case = walk(
        "start sub1", "sub1.start sub1.throw1", "sub1.throw1 sub1.a", "sub1.a sub1.end", "sub1 b", "on_sub1 c",
        **{"sub1.throw1": {"events": (Escalation("E"),)}},
        on_sub1={"events": (Escalation("E"),), "interrupting": False},
    ).start()  # fmt: skip
    assert case.open() == ["c", "sub1.a"]


def test_an_escalation_that_interrupts_ends_its_thrower(walk):
    case = walk(
        "start sub1", "sub1.start sub1.throw1", "sub1.throw1 sub1.a", "sub1.a sub1.end", "sub1 b", "on_sub1 c",
        **{"sub1.throw1": {"events": (Escalation("E"),)}}, on_sub1={"events": (Escalation(),)},
    ).start()  # fmt: skip
    assert case.open() == ["c"]


WITH_HANDLER = (
    *IN_SUB, "sub1.handler1.start sub1.handler1.h", "sub1.handler1.h sub1.handler1.end"
)  # fmt: skip


def test_an_interrupting_event_sub_process_ends_what_goes_on_beside_it(walk):
    case = walk(*WITH_HANDLER, **{"sub1.handler1.start": {"events": (Signal("s"),)}}).start()
    case.receive("sub1.handler1.start")
    assert case.open() == ["sub1.handler1.h"]
    assert happened(case) == ["-sub1.a", "+sub1.handler1", "sub1.handler1.start"]
    assert case.done("sub1.handler1.h").open() == ["b"]


def test_one_that_does_not_interrupt_runs_beside_as_often_as_it_is_triggered(walk):
    start = {"events": (Message("m"),), "interrupting": False}
    case = walk(*WITH_HANDLER, **{"sub1.handler1.start": start}).start()
    case.receive("sub1.handler1.start").receive("sub1.handler1.start")
    assert case.open() == ["sub1.a", "sub1.handler1.h", "sub1.handler1.h"]
    case.done("sub1.a").done("sub1.handler1.h")
    assert case.open() == ["sub1.handler1.h"]
    case.done("sub1.handler1.h")
    assert case.open() == ["b"]
    assert case.open(WaitKind.MESSAGE) == []


def test_event_sub_processes_of_the_case_end_with_it(walk):
    start = {"events": (HOUR,), "interrupting": False}
    case = walk("start a", "a end", "handler1.start handler1.h", **{"handler1.start": start}).start()
    assert case.open(WaitKind.TIMER) == ["handler1.start"]
    case.fire("handler1.start")
    assert case.open() == ["a", "handler1.h"]
    assert case.open(WaitKind.TIMER) == []
    case.done("a")
    assert case.state.status is Status.OPEN
    assert case.done("handler1.h").state.status is Status.COMPLETED


def test_a_condition_is_heard_when_it_becomes_true_and_again_after_it_was_false(walk):
    start = {"events": (Conditional(feel.compile("x > 1")),), "interrupting": False}
    case = walk("start and1", "and1 a", "and1 b", "and1 c", "handler1.start handler1.h", **{"handler1.start": start})
    case.start(x=ONE)
    assert case.done("a", {"x": TWO}).open() == ["b", "c", "handler1.h"]
    assert case.done("b", {"x": THREE}).open() == ["c", "handler1.h"]
    case.done("handler1.h", {"x": ONE}).done("c", {"x": TWO})
    assert case.open() == ["handler1.h"]


def test_a_condition_that_holds_already_interrupts_before_anything_is_done(walk):
    event = {"events": (Conditional(feel.compile("x > 1")),)}
    case = walk(*IN_SUB, "on_sub1 c", "c end", on_sub1=event).start(x=TWO)
    assert case.open() == ["c"]


def test_variables_of_a_sub_process_live_and_die_with_it(walk):
    case = walk(*IN_SUB, sub1={"locals": ("mine",)}).start(x=ONE)
    case.done("sub1.a", {"mine": TWO, "x": THREE, "new": ONE})
    assert case.variables == {"x": THREE, "new": ONE}


def test_inputs_are_seen_inside_alone_and_outputs_are_all_that_leaves(walk):
    mapped = {
        "inputs": (Setting("mine", feel.compile("x + 1")),),
        "outputs": (Setting("y", feel.compile("mine * answer")),),
        "passes": False,
    }
    case = walk("start a", "a b", "b end", a=mapped).start(x=ONE)
    case.done("a", {"answer": THREE})
    assert case.variables == {"x": ONE, "y": Decimal(6)}
    assert case.last.records[0].payload == {"y": Decimal(6)}


def test_ad_hoc_activities_are_all_done_in_parallel(walk):
    case = walk("start adhoc1", "adhoc1.a", "adhoc1.b", "adhoc1 c", "c end").start()
    assert case.open() == ["adhoc1.a", "adhoc1.b"]
    assert case.done("adhoc1.b").done("adhoc1.a").open() == ["c"]


def test_ad_hoc_activities_in_sequence_until_the_condition_holds(walk):
    how = AdHoc(sequential=True, completion=feel.compile("x > 1"))
    case = walk("start adhoc1", "adhoc1.a", "adhoc1.b", "adhoc1.d", "adhoc1 c", "c end", adhoc1={"ad_hoc": how}).start(
        x=ONE
    )
    assert case.open() == ["adhoc1.a"]
    assert case.done("adhoc1.a").open() == ["adhoc1.b"]
    assert case.done("adhoc1.b", {"x": TWO}).open() == ["c"]


def test_the_completion_condition_of_an_ad_hoc_sub_process_cancels_what_remains_or_awaits_it(walk):
    def draw(cancel):
        how = AdHoc(completion=feel.compile("x > 1"), cancel_remaining=cancel)
        return walk("start adhoc1", "adhoc1.a", "adhoc1.b", "adhoc1 c", "c end", adhoc1={"ad_hoc": how}).start(x=ONE)

    assert draw(True).done("adhoc1.a", {"x": TWO}).open() == ["c"]
    assert draw(False).done("adhoc1.a", {"x": TWO}).open() == ["adhoc1.b"]
    assert draw(False).done("adhoc1.a", {"x": TWO}).done("adhoc1.b").open() == ["c"]


def test_a_terminate_in_an_event_sub_process_ends_that_alone(walk):
    start = {"events": (Signal("s"),), "interrupting": False}
    stop = {"events": (Terminate(),)}
    case = walk(*WITH_HANDLER, **{"sub1.handler1.start": start, "sub1.handler1.end": stop}).start()
    case.receive("sub1.handler1.start").done("sub1.handler1.h")
    assert case.open() == ["sub1.a"]
