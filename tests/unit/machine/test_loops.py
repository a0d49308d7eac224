"""What the machine promises of loops, multi-instance activities and token quantities."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ironcage import feel
from ironcage.machine import (
    CardinalityError,
    CollectionError,
    Complete,
    EndlessStepError,
    Status,
    WaitKind,
    seen_by_wait,
)
from ironcage.program import Behavior, ComplexBehavior, MultiInstance, Setting, Signal, StandardLoop

ONE, TWO, THREE = Decimal(1), Decimal(2), Decimal(3)
A_B = ("start a", "a b", "b end")


def many(**fields: object) -> dict[str, object]:
    return {"loop": MultiInstance(**fields)}  # type: ignore[arg-type]  # test factory


def values(walk, name):
    """Return what each open task sees as *name*."""
    return [seen_by_wait(walk.state, n).get(name) for n, w in walk.state.waits.items() if w.kind is WaitKind.TASK]


def test_parallel_instances_are_there_together_and_the_last_goes_on(walk):
    case = walk(*A_B, a=many(cardinality=feel.compile("n"))).start(n=THREE)
    assert case.open() == ["a", "a", "a"]
    assert values(case, "loopCounter") == [ONE, TWO, THREE]
    assert case.done("a").done("a").open() == ["a"]
    assert case.done("a").open() == ["b"]


def test_sequential_instances_follow_one_another(walk):
    case = walk(*A_B, a=many(sequential=True, cardinality=feel.compile("2"))).start()
    assert case.open() == ["a"]
    assert case.done("a").open() == ["a"]
    assert values(case, "loopCounter") == [TWO]
    assert case.done("a").open() == ["b"]


@pytest.mark.parametrize("sequential", [True, False])
def test_no_instances_are_done_at_once(walk, sequential):
    assert walk(*A_B, a=many(sequential=sequential, cardinality=feel.compile("0"))).start().open() == ["b"]


def test_each_instance_has_its_item_and_what_they_yield_is_gathered_in_their_order(walk):
    loop = many(
        items=feel.compile("names"), item="name", output="answers", output_item=feel.compile('name + "-" + answer')
    )
    case = walk(*A_B, a=loop).start(names=["p", "q"])
    assert values(case, "name") == ["p", "q"]
    second = [n for n, w in case.state.waits.items() if w.kind is WaitKind.TASK][1]
    case.step(Complete(second, {"answer": "late"}))
    case.done("a", {"answer": "soon"})
    assert case.variables["answers"] == ["p-soon", "q-late"]
    assert "name" not in case.variables


def test_the_completion_condition_cancels_the_others(walk):
    loop = many(cardinality=feel.compile("3"), completion=feel.compile("numberOfCompletedInstances >= 2"))
    case = walk(*A_B, a=loop).start()
    case.done("a").done("a")
    assert case.open() == ["b"]
    assert [str(e.transition) for e in case.last.records[:2]] == ["complete", "withdraw"]


def test_what_is_no_number_or_list_refuses_the_step(walk):
    with pytest.raises(CardinalityError):
        walk(*A_B, a=many(cardinality=feel.compile("n"))).start(n=Decimal("1.5"))
    with pytest.raises(CollectionError, match="null"):
        walk(*A_B, a=many(items=feel.compile("n"))).start(n=None)


def test_a_boundary_event_ends_all_instances_at_once(walk):
    case = walk(*A_B, "late_a c", "c end", a=many(cardinality=feel.compile("3"))).start()
    assert case.open(WaitKind.TIMER) == ["late_a"]
    assert case.fire("late_a").open() == ["c"]


@pytest.mark.parametrize(("behavior", "times"), [(Behavior.NONE, 3), (Behavior.ONE, 1), (Behavior.ALL, 0)])
def test_the_behavior_says_how_often_an_event_is_thrown_to_the_boundary(walk, behavior, times):
    loop = many(cardinality=feel.compile("3"), behavior=behavior, event=Signal("s"))
    on = {"events": (Signal("s"),), "interrupting": False}
    case = walk(*A_B, "on_a c", "c end", a=loop, on_a=on).start()
    case.done("a").done("a").done("a")
    assert case.open() == ["b"] + ["c"] * times


def test_complex_behavior_throws_when_its_condition_holds(walk):
    complex_ = (ComplexBehavior(feel.compile("numberOfCompletedInstances = 2"), Signal("s")),)
    loop = many(cardinality=feel.compile("3"), behavior=Behavior.COMPLEX, complex=complex_)
    case = walk(*A_B, "on_a c", "c end", a=loop, on_a={"events": (Signal("s"),)}).start()
    assert case.done("a").open() == ["a", "a"]
    assert case.done("a").open() == ["c"]


def test_instances_of_a_sub_process_have_their_own_data(walk):
    edges = ("start sub1", "sub1.start sub1.a", "sub1.a sub1.end", "sub1 b", "b end")
    loop = many(items=feel.compile("names"), item="name", output="out", output_item=feel.compile("mine"))
    case = walk(*edges, sub1={**loop, "locals": ("mine",)}).start(names=["p", "q"])
    assert case.open() == ["sub1.a", "sub1.a"]
    case.done("sub1.a", {"mine": ONE}).done("sub1.a", {"mine": TWO})
    assert case.variables == {"names": ["p", "q"], "out": [ONE, TWO]}


def test_a_loop_is_done_again_while_its_condition_holds(walk):
    loop = {"loop": StandardLoop(feel.compile("x < 3"))}
    case = walk(*A_B, a=loop).start(x=THREE)
    assert case.open() == ["a"]
    assert case.done("a", {"x": TWO}).open() == ["a"]
    assert case.done("a", {"x": THREE}).open() == ["b"]


def test_a_loop_that_tests_before_may_not_be_done_at_all(walk):
    assert walk(*A_B, a={"loop": StandardLoop(feel.compile("false"), before=True)}).start().open() == ["b"]


def test_a_loop_is_done_no_more_often_than_its_maximum(walk):
    case = walk(*A_B, a={"loop": StandardLoop(feel.compile("true"), maximum=2)}).start()
    assert case.done("a").open() == ["a"]
    assert case.done("a").open() == ["b"]


def test_a_loop_that_never_waits_and_never_ends_is_stopped(walk):
    with pytest.raises(EndlessStepError):
        walk("start plain1", "plain1 end", plain1={"loop": StandardLoop(feel.compile("true"))}).start()


def test_a_long_loop_of_plain_tasks_neither_recurses_nor_grows(walk):
    step = (Setting("x", feel.compile("x + 1")),)
    loop = {"loop": StandardLoop(feel.compile("x < 5000")), "settings": step}
    case = walk("start plain1", "plain1 b", "b end", plain1=loop).start(x=Decimal(0))
    assert case.variables == {"x": Decimal(5000)}


def test_an_activity_takes_and_gives_as_many_tokens_as_it_says(walk):
    case = walk("start a", "a b", "b c", "c end", a={"completion_quantity": 2}, c={"start_quantity": 2}).start()
    case.done("a")
    assert case.open() == ["b", "b"]
    assert case.done("b").open() == ["b"]
    assert case.done("b").open() == ["c"]
    assert case.done("c").state.status is Status.COMPLETED
