"""What the machine promises of messages, signals, timers that come again, event-based gateways and called cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.machine import (
    Called,
    CalledProcessError,
    CancelCase,
    Escalated,
    NoneStartError,
    Opened,
    Sent,
    Signalled,
    Start,
    Status,
    WaitKind,
)
from ironcage.program import (
    WHOLE,
    Binding,
    Call,
    Due,
    Error,
    Escalation,
    Message,
    Script,
    Setting,
    Signal,
    Timer,
    TimerKind,
)

ONE, TWO = Decimal(1), Decimal(2)
MINUTE = 60_000_000


def cycle(text):
    return Timer(TimerKind.CYCLE, feel.constant(text, text))


def opened(walk):
    return next(effect for effect in walk.last.effects if isinstance(effect, Opened))


def test_a_message_that_nothing_waits_for_leaves_the_case_with_its_payload_and_key(walk):
    sends = {
        "events": (Message("m", found=(feel.compile("x"),)),),
        "inputs": (Setting("greeting", feel.compile('"hello"')),),
    }
    case = walk("start throw1", "throw1 a", "a end", throw1=sends).start(x=ONE)
    assert case.last.effects[0] == Sent(case.program.index("throw1"), "m", {"greeting": "hello"}, (ONE,))
    assert case.open() == ["a"]


def test_a_send_task_sends_and_goes_on(walk):
    sends = {"events": (Message("m"),), "inputs": (Setting("greeting", feel.compile('"hello"')),)}
    case = walk("start send1", "send1 a", "a end", send1=sends).start()
    assert [type(effect) for effect in case.last.effects] == [Sent, Opened]
    assert case.last.effects[0].payload == {"greeting": "hello"}


@pytest.mark.parametrize("kind", ["throw1", "end1"])
def test_an_event_whose_message_a_service_sends_waits_for_it_and_sends_nothing_itself(walk, kind):
    sends = {"service": "mail", "inputs": (Setting("greeting", feel.compile('"hello"')),)}
    edges = ["start throw1", "throw1 a", "a end"] if kind == "throw1" else ["start a", "a end1"]
    case = walk(*edges, **{kind: sends}).start()
    if kind == "end1":
        case.done("a")
    assert [(effect.kind, effect.node) for effect in case.last.effects if isinstance(effect, Opened)] == [
        (WaitKind.JOB, case.program.index(kind))
    ]
    case.done(kind, kind=WaitKind.JOB)
    assert not any(isinstance(effect, Sent) for effect in case.last.effects)
    assert (case.open() == ["a"]) if kind == "throw1" else (case.state.status is Status.COMPLETED)


def test_a_message_goes_to_one_wait_of_the_case_itself_that_has_its_key(walk):
    case = walk(
        "start and1", "and1 catch1", "and1 catch2", "catch1 a", "catch2 b", "and1 c", "c throw1",
        catch1={"events": (Message("m", expected=(feel.compile("1"),)),)},
        catch2={"events": (Message("m", expected=(feel.compile("2"),)),)},
        throw1={"events": (Message("m", found=(feel.compile("x"),)),)},
    ).start(x=TWO)  # fmt: skip
    case.done("c")
    assert case.open() == ["b"]
    assert case.open(WaitKind.MESSAGE) == ["catch1"]
    assert not any(isinstance(effect, Sent) for effect in case.last.effects)


def test_a_key_of_null_fits_nothing_not_even_null(walk):
    case = walk(
        "start and1", "and1 catch1", "catch1 a", "and1 c", "c throw1",
        catch1={"events": (Message("m", expected=(feel.compile("y"),)),)},
        throw1={"events": (Message("m", found=(feel.compile("x"),)),)},
    ).start(x=None, y=None)  # fmt: skip
    case.done("c")
    assert case.open(WaitKind.MESSAGE) == ["catch1"]
    assert any(isinstance(effect, Sent) for effect in case.last.effects)


def test_a_conversation_does_not_begin_with_null(walk):
    message = Message("m", conversation="c", found=(feel.compile("number"),))
    case = walk("start catch1", "catch1 a", "a end", catch1={"events": (message,)}).start()
    case.receive("catch1", {}, (None,))
    assert case.state.conversations == {}


def test_a_receive_task_takes_in_the_payload(walk):
    case = walk("start receive1", "receive1 a", "a end", receive1={"events": (Message("m"),)}).start()
    assert opened(case).name == "m"
    case.receive("receive1", {"x": ONE})
    assert case.open() == ["a"]
    assert case.variables == {"x": ONE}


def test_outputs_say_what_of_a_payload_becomes_data(walk):
    takes = {"events": (Message("m"),), "passes": False, "outputs": (Setting("y", feel.compile("x + 1")),)}
    case = walk("start catch1", "catch1 a", "a end", catch1=takes).start()
    case.receive("catch1", {"x": ONE, "other": ONE})
    assert case.variables == {"y": TWO}


@pytest.mark.parametrize("kind", ["catch1", "receive1"])
def test_a_data_output_is_the_whole_item_unless_that_has_something_of_its_name(walk, kind):
    takes = {"events": (Message("m"),), "passes": False, "outputs": (Setting("y", feel.variable("paid")),)}

    def received(payload):
        case = walk(f"start {kind}", f"{kind} a", "a end", **{kind: {**takes, "whole": ("paid",)}})
        return case.start(paid="of old").receive(kind, payload).variables["y"]

    assert received({"x": ONE, "z": TWO}) == {"x": ONE, "z": TWO}
    assert received({"x": ONE, "paid": TWO}) == TWO
    assert received({}) is None


def test_all_that_was_brought_can_be_kept_in_one_variable(walk):
    takes = {
        "events": (Message("m"),),
        "passes": False,
        "whole": (WHOLE,),
        "outputs": (Setting("y", feel.variable(WHOLE)),),
    }
    case = walk("start catch1", "catch1 a", "a end", catch1=takes).start()
    assert case.receive("catch1", {"x": ONE, "y": TWO}).variables == {"y": {"x": ONE, "y": TWO}}


def test_the_first_message_of_a_conversation_says_what_the_next_must_match(walk):
    message = Message("m", conversation="c", found=(feel.compile("number"),))
    later = Message("later", conversation="c", found=(feel.compile("number"),))
    case = walk(
        "start and1", "and1 catch1", "and1 catch2", "catch1 a", "catch2 b", "a end", "b end",
        catch1={"events": (message,)}, catch2={"events": (later,)},
    ).start()  # fmt: skip
    case.receive("catch1", {"number": ONE}, (ONE,))
    assert case.state.conversations == {"c": (ONE,)}
    wait = next(wait for wait in case.state.waits.values() if wait.kind is WaitKind.MESSAGE)
    assert wait.key == (ONE,)
    assert [type(effect).__name__ for effect in case.last.effects[:2]] == ["Closed", "Opened"]


def test_a_signal_reaches_every_wait_of_the_case_and_then_the_world(walk):
    signal = {"events": (Signal("s"),)}
    case = walk(
        "start and1", "and1 catch1", "and1 catch2", "and1 throw1", "catch1 a", "catch2 b", "throw1 c",
        catch1=signal, catch2=signal, throw1=signal,
    ).start()  # fmt: skip
    assert case.open() == ["a", "b", "c"]
    assert [effect for effect in case.last.effects if isinstance(effect, Signalled)] == [Signalled("s", {})]


def test_a_signal_at_the_end_of_a_sub_process_can_interrupt_it(walk):
    signal = {"events": (Signal("s"),)}
    case = walk(
        "start sub1", "sub1.start sub1.end", "sub1 a", "on_sub1 b", on_sub1=signal, **{"sub1.end": signal}
    ).start()  # fmt: skip
    assert case.open() == ["b"]


def test_all_of_a_parallel_multiple_event_must_happen_and_one_of_a_multiple(walk):
    both = {"events": (Signal("s"), Message("m")), "parallel": True}
    case = walk("start catch1", "catch1 a", "a end", catch1=both).start()
    assert case.receive("catch1").open() == []
    assert case.receive("catch1").open() == ["a"]
    case = walk("start catch1", "catch1 a", "a end", catch1={**both, "parallel": False}).start()
    assert case.receive("catch1").open() == ["a"]
    assert case.open(WaitKind.MESSAGE) == []


def test_a_cycle_on_a_boundary_comes_as_often_as_it_says_from_instant_to_instant(walk):
    case = walk(
        "start a", "a end", "on_a b", "b end", on_a={"events": (cycle("R2/PT1M"),), "interrupting": False}
    ).start()
    case.now = 5 * MINUTE
    case.fire("on_a")
    assert next(w.at for w in case.state.waits.values() if w.kind is WaitKind.TIMER) == 2 * MINUTE
    case.fire("on_a")
    assert case.open() == ["a", "b", "b"]
    assert case.open(WaitKind.TIMER) == []


def test_a_cycle_in_the_flow_sends_a_token_each_time(walk):
    case = walk("start catch1", "catch1 a", "a end", catch1={"events": (cycle("R3/PT1M"),)}).start()
    assert case.fire("catch1").open() == ["a"]
    assert case.fire("catch1").fire("catch1").open() == ["a", "a", "a"]
    assert case.open(WaitKind.TIMER) == []
    assert case.done("a").done("a").done("a").state.status is Status.COMPLETED


def test_the_first_event_after_a_gateway_decides(walk):
    case = walk(
        "start await1", "await1 catch1", "await1 timer1", "catch1 a", "timer1 b", "a end", "b end",
        catch1={"events": (Message("m"),)},
    ).start()  # fmt: skip
    assert case.open(WaitKind.MESSAGE) == ["catch1"]
    assert case.open(WaitKind.TIMER) == ["timer1"]
    case.fire("timer1")
    assert case.open() == ["b"]
    assert case.open(WaitKind.MESSAGE) == []
    assert case.done("b").state.status is Status.COMPLETED


def test_a_case_begun_by_a_message_takes_in_its_payload(walk):
    case = walk("start a", "a end", start={"events": (Message("m"),)})
    with pytest.raises(NoneStartError, match="start"):
        case.start()
    case.step(Start({"x": ONE}, case.program.index("start"), {"y": TWO}))
    assert case.open() == ["a"]
    assert case.variables == {"x": ONE, "y": TWO}


def test_a_gateway_that_begins_a_case_waits_for_the_other_events_if_all_must_happen(walk):
    m, n = {"events": (Message("m"),)}, {"events": (Message("n"),)}
    edges = ("await1 catch1", "await1 catch2", "catch1 a", "catch2 b", "a end", "b end")
    case = walk(*edges, await1={"instantiate": True, "parallel": True}, catch1=m, catch2=n)
    case.step(Start({}, case.program.index("catch2")))
    assert case.open() == ["b"]
    assert case.open(WaitKind.MESSAGE) == ["catch1"]
    assert case.receive("catch1").open() == ["a", "b"]
    case = walk(*edges, await1={"instantiate": True}, catch1=m, catch2=n)
    case.step(Start({}, case.program.index("catch2")))
    assert case.open(WaitKind.MESSAGE) == []
    assert case.done("b").state.status is Status.COMPLETED


CALLS = ("start call1", "call1 a", "a end", "on_call1 b", "b end")


def test_a_called_case_gets_the_inputs_and_gives_the_outputs(walk):
    call = {
        "call": Call(feel.compile('"other"'), Binding.VERSION, 3),
        "inputs": (Setting("given", feel.compile("x + 1")),),
        "outputs": (
            Setting(
                "got",
                feel.compile("answer"),
            ),
        ),
    }
    case = walk(*CALLS, call1=call, on_call1={"events": (Error("X"),)}).start(x=ONE)
    assert opened(case).call == Called("other", Binding.VERSION, 3, {"given": TWO})
    case.done("call1", {"answer": ONE, "other": TWO}, WaitKind.CALL)
    assert case.variables == {"x": ONE, "got": ONE}
    assert case.open() == ["a"]


def test_everything_goes_in_and_comes_out_where_the_call_says_so(walk):
    call = {"call": Call(feel.compile('"other"'), all_in=True, all_out=True)}
    case = walk(*CALLS, call1=call, on_call1={"events": (Error("X"),)}).start(x=ONE)
    assert opened(case).call.data == {"x": ONE}
    assert case.done("call1", {"x": TWO, "y": ONE}, WaitKind.CALL).variables == {"x": TWO, "y": ONE}


def test_what_fails_in_a_called_case_is_caught_around_the_call(walk):
    call = {"call": Call(feel.compile('"other"'))}
    case = walk(*CALLS, call1=call, on_call1={"events": (Error("X"),)}).start()
    assert case.fail("call1", "X", WaitKind.CALL).open() == ["b"]
    case = walk(*CALLS, call1=call, on_call1={"events": (Error("Y"),)}).start()
    assert case.fail("call1", "X", WaitKind.CALL).state.status is Status.FAILED


def test_an_escalation_of_a_called_case_leaves_it_open_unless_something_interrupts(walk):
    call = {"call": Call(feel.compile('"other"'))}
    on = {"events": (Escalation("E"),), "interrupting": False}
    case = walk(*CALLS, call1=call, on_call1=on).start()
    assert case.fail("call1", "E", WaitKind.CALL, escalation=True).open() == ["b"]
    assert case.open(WaitKind.CALL) == ["call1"]
    case.fail("call1", "other", WaitKind.CALL, escalation=True)
    assert case.last.effects == (Escalated("other"),)


def test_a_call_of_nothing_refuses_the_step(walk):
    with pytest.raises(CalledProcessError):
        walk(*CALLS, call1={"call": Call(feel.compile("x"))}, on_call1={"events": (Error(),)}).start(x=ONE)


def test_a_script_is_waited_for(walk):
    case = walk("start script1", "script1 a", "a end", script1={"script": Script("starlark", "y = 1")}).start()
    assert opened(case).kind is WaitKind.SCRIPT
    assert case.done("script1", {"y": ONE}, WaitKind.SCRIPT).variables == {"y": ONE}


def test_a_service_that_reports_an_error_is_left_by_the_boundary(walk):
    on = {"events": (Error("X"),)}
    case = walk("start service1", "service1 a", "on_service1 b", "a end", "b end", on_service1=on).start()
    assert case.fail("service1", "X").open() == ["b"]


@pytest.mark.parametrize("by", ["message", "error", "cancellation"])
def test_what_ends_a_task_after_its_due_instant_finds_the_deadline_missed(walk, by):
    on = {"events": (Message("m"), Error("X"))}
    due = {"due": Due(within=feel.compile('duration("PT1M")'))}
    case = walk("start a", "a end", "on_a b", "b end", a=due, on_a=on).start()
    case.now = 2 * MINUTE
    if by == "message":
        case.receive("on_a")
    elif by == "error":
        case.fail("a", "X", WaitKind.TASK)
    else:
        case.step(CancelCase())
    first = case.last.records[0]
    assert (str(first.transition), first.happened) == ("missed", MINUTE)
