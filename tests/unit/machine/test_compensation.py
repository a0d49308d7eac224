"""What the machine promises of compensation, transactions, links and complex gateways."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.machine import Status, seen_by_wait
from ironcage.program import Cancel, Compensation, Link

ONE, TWO, THREE = Decimal(1), Decimal(2), Decimal(3)
THROW = {"events": (Compensation(),)}
CAUGHT = {"events": (Compensation(),), "interrupting": True}


@pytest.fixture
def compensable(walk):
    """Return a function that draws a process in which ``undo_x`` is the handler of each ``x`` it is given."""

    def undo(name):
        inside, _, short = name.rpartition(".")
        return f"{inside}.undo_{short}" if inside else f"undo_{short}"

    def on(name):
        inside, _, short = name.rpartition(".")
        return f"{inside}.on_{short}" if inside else f"on_{short}"

    def draw(*edges, of=(), **changes):
        nodes = [name for each in of for name in (on(each), undo(each))]
        drawn = walk(*edges, *nodes).program
        for each in of:
            changes[on(each)] = {**CAUGHT, "handler": drawn.index(undo(each))}
            changes[undo(each)] = {"for_compensation": True}
        return walk(*edges, *nodes, **changes)

    return draw


A_B = ("start a", "a b", "b throw1", "throw1 c", "c end")


def test_handlers_run_one_after_the_other_the_last_completed_first_and_then_the_case_goes_on(compensable):
    case = compensable(*A_B, of=("a", "b"), throw1=THROW).start()
    assert case.done("a").done("b").open() == ["undo_b"]
    assert case.done("undo_b").open() == ["undo_a"]
    assert case.done("undo_a").open() == ["c"]
    assert case.done("c").state.status is Status.COMPLETED


def test_a_handler_sees_the_data_of_the_time_and_what_it_brings_is_of_now(compensable):
    case = compensable(*A_B, of=("a",), throw1=THROW).start(x=ONE)
    case.done("a", {"x": TWO}).done("b", {"x": THREE})
    assert seen_by_wait(case.state, case.wait("undo_a"))["x"] == TWO
    case.done("undo_a", {"y": ONE})
    assert case.variables == {"x": THREE, "y": ONE}


def test_what_was_not_completed_is_not_compensated(compensable):
    case = compensable("start and1", "and1 a", "and1 b", "b throw1", "throw1 c", of=("a",), throw1=THROW).start()
    assert case.done("b").open() == ["a", "c"]


def test_each_is_compensated_once(compensable):
    edges = ("start a", "a throw1", "throw1 throw2", "throw2 c")
    case = compensable(*edges, of=("a",), throw1=THROW, throw2=THROW).start()
    assert case.done("a").done("undo_a").open() == ["c"]


def test_one_activity_alone_is_compensated_where_it_is_named(compensable):
    case = compensable(*A_B, of=("a", "b"), throw1={"events": (Compensation(1),)}).start()
    assert case.program.nodes[1].id == "a"
    assert case.done("a").done("b").open() == ["undo_a"]
    assert case.done("undo_a").open() == ["c"]


def test_nobody_waits_for_compensation_that_is_not_to_be_waited_for(compensable):
    case = compensable(*A_B, of=("a",), throw1={"events": (Compensation(wait=False),)}).start()
    assert case.done("a").done("b").open() == ["c", "undo_a"]
    assert case.done("c").state.status is Status.OPEN
    assert case.done("undo_a").state.status is Status.COMPLETED


def test_what_was_completed_inside_a_sub_process_is_compensated_with_it(compensable):
    case = compensable(
        "start sub1", "sub1.start sub1.a", "sub1.a sub1.b", "sub1.b sub1.end", "sub1 d", "d throw1", "throw1 c",
        of=("sub1.a", "sub1.b", "d"), throw1=THROW,
    ).start()  # fmt: skip
    case.done("sub1.a").done("sub1.b").done("d")
    assert case.open() == ["undo_d"]
    assert case.done("undo_d").open() == ["sub1.undo_b"]
    assert case.done("sub1.undo_b").open() == ["sub1.undo_a"]
    assert case.done("sub1.undo_a").open() == ["c"]


def test_a_compensation_event_sub_process_stands_for_what_is_inside_and_may_compensate_it(compensable):
    case = compensable(
        "start sub1", "sub1.start sub1.a", "sub1.a sub1.end", "sub1 throw1", "throw1 c",
        "sub1.handler1.start sub1.handler1.h", "sub1.handler1.h sub1.handler1.throw2",
        of=("sub1.a",), throw1=THROW,
        **{"sub1.handler1.start": {"events": (Compensation(),)}, "sub1.handler1.throw2": THROW},
    ).start()  # fmt: skip
    case.done("sub1.a")
    assert case.open() == ["sub1.handler1.h"]
    assert case.done("sub1.handler1.h").open() == ["sub1.undo_a"]
    assert case.done("sub1.undo_a").open() == ["c"]


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event(compensable):
    case = compensable(
        "start tx1", "tx1.start tx1.and1", "tx1.and1 tx1.a", "tx1.and1 tx1.b", "tx1.a tx1.end", "tx1 c", "on_tx1 d",
        of=("tx1.a",), on_tx1={"events": (Cancel(),)}, **{"tx1.end": {"events": (Cancel(),)}},
    ).start()  # fmt: skip
    case.done("tx1.a")
    assert case.open() == ["tx1.undo_a"]
    assert case.done("tx1.undo_a").open() == ["d"]
    assert case.done("d").state.status is Status.COMPLETED


def test_nothing_is_remembered_where_nobody_compensates(compensable):
    case = compensable("start a", "a b", "b end", of=("a",)).start()
    case.done("a")
    assert all(not scope.done for scope in case.state.scopes.values())


def test_a_link_goes_on_at_its_other_end(walk):
    link = {"events": (Link("l"),)}
    case = walk("start throw1", "catch1 a", "a end", throw1=link, catch1=link).start()
    assert case.open() == ["a"]
    assert case.done("a").state.status is Status.COMPLETED


COMPLEX = ("start and1", "and1 a", "and1 b", "and1 c", "a complex1", "b complex1", "c complex1", "complex1 d", "d end")


def test_a_complex_gateway_goes_on_once_its_condition_holds_and_takes_in_the_rest(walk):
    case = walk(*COMPLEX, complex1={"activation": feel.compile("activationCount >= 2")}).start()
    assert case.done("a").open() == ["b", "c"]
    assert case.done("b").open() == ["c", "d"]
    assert case.done("d").state.status is Status.OPEN
    assert case.done("c").state.status is Status.COMPLETED


def test_tokens_of_the_next_round_wait_for_the_reset_of_a_complex_gateway_and_activate_it_then(walk):
    edges = ("start and1", "and1 a", "and1 b", "a complex1", "b complex1", "complex1 d", "d end")
    twice = {"completion_quantity": 2}
    case = walk(*edges, a=twice, b=twice, complex1={"activation": feel.compile("activationCount >= 1")}).start()
    assert case.done("a").open() == ["b", "d"]
    assert case.done("b").open() == ["d", "d"]
    assert case.done("d").done("d").state.status is Status.COMPLETED


def test_a_complex_gateway_is_ready_again_when_nothing_more_can_come(walk):
    edges = ("start xor0", "xor0 and1", *COMPLEX[1:-1], "d xor1", "xor1 xor0 if again", "xor1 end default")
    case = walk(*edges, complex1={"activation": feel.compile("activationCount >= 2")}).start(again=True)
    case.done("a").done("b").done("c")
    assert case.open() == ["d"]
    case.done("d").done("c")
    assert case.open() == ["a", "b"]
    assert case.done("a", {"again": False}).open() == ["b", "d"]
    assert case.done("d").done("b").state.status is Status.COMPLETED
