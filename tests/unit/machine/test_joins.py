"""What an inclusive gateway waits for, and what it does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ironcage.machine import NoFlowError, Status

SOME = ("start or1", "or1 a if x >= 2", "or1 b if x >= 3", "or1 c default", "a or2", "b or2", "c or2", "or2 d", "d end")


@pytest.mark.parametrize(("x", "taken"), [(1, "c"), (2, "a"), (3, "ab")])
def test_an_inclusive_gateway_takes_what_holds_and_its_join_waits_for_what_was_taken(walk, x, taken):
    case = walk(*SOME).start(x=Decimal(x))
    for task in taken:
        assert "d" not in case.open()
        case.done(task)
    assert case.open() == ["d"]
    assert case.done("d").state.status is Status.COMPLETED


def test_an_inclusive_gateway_without_a_way_out_refuses_the_step(walk):
    case = walk("start or1", "or1 a if x > 2", "or1 b if x > 3", "a end", "b end")
    with pytest.raises(NoFlowError, match="or1"):
        case.start(x=Decimal(1))


def test_an_inclusive_join_in_a_loop_fires_once_a_round(walk):
    edges = ("start xor1", "xor1 or1", "or1 a if x >= 1", "or1 b if x >= 2", "or1 or2 default", "a or2", "b or2")
    case = walk(*edges, "or2 c", "c xor2", "xor2 xor1 if again", "xor2 end default").start(again=True, x=Decimal(1))
    for x, taken in ((1, ["a"]), (2, ["a", "b"]), (0, []), (2, ["a", "b"])):
        assert case.open() == (taken or ["c"])
        for task in taken:
            assert "c" not in case.open()
            case.done(task)
        following = {1: 2, 2: 0, 0: 2}[x]
        case.done("c", {"x": Decimal(following)})
    assert len(case.state.scopes[1].arrivals) == 0


def test_an_inclusive_join_waits_for_a_token_that_a_boundary_event_can_bring(walk):
    case = walk("start and1", "and1 a", "and1 b", "a end", "late_a c", "c or1", "b or1", "or1 d", "d end").start()
    assert case.done("b").open() == ["a"]
    assert case.fire("late_a").open() == ["c"]
    assert case.done("c").open() == ["d"]


def test_an_inclusive_join_goes_on_when_the_last_token_it_waits_for_goes_another_way(walk):
    case = walk("start and1", "and1 a", "and1 b", "a end", "late_a or1", "b or1", "or1 d", "d end").start()
    assert case.done("b").open() == ["a"]
    assert case.done("a").open() == ["d"]


def test_an_inclusive_join_waits_not_for_a_token_that_would_come_where_one_is(walk):
    case = walk("start and1", "and1 xor1", "and1 a", "xor1 b", "a xor2", "b or1", "xor2 xor1 if ok", "xor2 or1 default",
                "or1 d", "d end").start(ok=True)  # fmt: skip
    assert case.done("b").open() == ["a", "d"]


def test_a_token_left_over_opens_an_inclusive_join_once_more(walk):
    case = walk("start and1", "and1 a", "and1 b", "and1 c", "a xor1", "b xor1", "xor1 or1", "c or1", "or1 d", "d end")
    case.start().done("a").done("b")
    assert case.open() == ["c"]
    assert case.done("c").open() == ["d", "d"]
    assert case.done("d").done("d").state.status is Status.COMPLETED


def test_inclusive_joins_that_wait_for_each_other_hold_their_tokens(walk):
    case = walk("start and1", "and1 a", "and1 b", "a or1", "b or2", "or1 xor1", "or2 xor2", "xor1 or2 if ok",
                "xor1 end default", "xor2 or1 if ok", "xor2 end default").start()  # fmt: skip
    case.done("a").done("b")
    assert (case.open(), case.state.status) == ([], Status.OPEN)
    assert sum(case.state.scopes[1].arrivals.values()) == case.state.scopes[1].live == 2


def test_what_leads_to_a_join_is_found_out_once_and_no_part_of_the_state(walk):
    case = walk(*SOME).start(x=Decimal(3)).done("a")
    kept = dict(case.program.kept["ways"])
    assert len(kept) == 1
    case.done("b").done("d")
    assert {number: id(ways) for number, ways in case.program.kept["ways"].items()} == {
        n: id(w) for n, w in kept.items()
    }
    assert case.program == walk(*SOME).program
