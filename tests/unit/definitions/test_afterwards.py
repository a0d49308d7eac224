"""What may be brought before an element reads it: only where that is certain is a variable unknown."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from made import boundary, catch, end, message, program, start, task, throw, timer
from random_models import BY_EVENT, FLAT, SCOPES, Dice, Sketch
from walks import Machine

from ironcage import bpmn
from ironcage.clock import VirtualClock
from ironcage.definitions.afterwards import afterwards
from ironcage.machine import StepError, Transition, advance
from ironcage.program import AdHoc, Compensation, Kind, Link, MultiInstance, Program, StandardLoop, TimerKind

MESSAGE = catch(message("m"))
XOR, AND = task(Kind.EXCLUSIVE_GATEWAY), task(Kind.PARALLEL_GATEWAY)

if TYPE_CHECKING:
    from ironcage.machine import Stimulus


def after(made: Program, node: str) -> str:
    """Return the ids of the nodes that may come after *node*, in the order of the file."""
    return "".join(made.nodes[index].id for index in sorted(afterwards(made, [made.index(node)])))


def test_in_a_row_what_comes_later_comes_after() -> None:
    row = program(
        {"s": start(), "a": task(), "m": MESSAGE, "b": task(), "e": end()}, "s -> a", "a -> m", "m -> b", "b -> e"
    )
    assert after(row, "m") == "mbe"
    assert afterwards(row, []) == frozenset()


def test_of_two_ways_one_is_taken_or_both() -> None:
    flows = ("s -> g", "g -> m", "g -> b", "m -> h", "b -> h", "h -> c", "c -> e")
    nodes = {"s": start(), "g": XOR, "m": MESSAGE, "b": task(), "h": XOR, "c": task(), "e": end()}
    assert after(program(nodes, *flows), "m") == "mhce"
    assert after(program({**nodes, "g": AND}, *flows), "m") == "mbhce"
    assert after(program({**nodes, "g": task()}, *flows), "m") == "mbhce"


def test_tokens_that_were_not_gathered_follow_each_other() -> None:
    nodes = {"s": start(), "g": AND, "h": XOR, "a": task(), "m": MESSAGE, "e": end()}
    made = program(nodes, "s -> g", "g -> h", "g -> h", "h -> a", "a -> m", "m -> e")
    assert after(made, "m") == "hame"
    copied = program({**nodes, "g": task(completion_quantity=2)}, "s -> g", "g -> h", "h -> a", "a -> m", "m -> e")
    assert after(copied, "m") == "hame"
    cycle = program({**nodes, "g": catch(timer(TimerKind.CYCLE, "R2/PT1H"))}, "s -> g", "g -> a", "a -> m", "m -> e")
    assert after(cycle, "m") == "ame"


def test_a_loop_comes_back() -> None:
    nodes = {"s": start(), "a": task(), "m": MESSAGE, "g": XOR, "e": end()}
    assert after(program(nodes, "s -> a", "a -> m", "m -> g", "g -> a", "g -> e"), "m") == "amge"


@pytest.mark.parametrize(
    ("loop", "found"),
    [
        (None, "pmbe"),
        (StandardLoop(), "pamb" + "e"),
        (MultiInstance(sequential=True), "pambe"),
        (MultiInstance(), "pambe"),
    ],
)
def test_inside_a_sub_process_it_is_the_same(loop: object, found: str) -> None:
    inside = {"a": task(parent=1), "m": catch(message("m"), parent=1)}
    nodes = {"s": start(), "p": task(Kind.SUB_PROCESS, loop=loop), **inside, "b": task(), "e": end()}
    assert after(program(nodes, "s -> p", "a -> m", "p -> b", "b -> e"), "m") == found


def test_activities_of_an_ad_hoc_sub_process_know_no_order() -> None:
    inside = {"a": task(parent=1), "m": task(Kind.RECEIVE_TASK, parent=1)}
    nodes = {"s": start(), "p": task(Kind.AD_HOC_SUB_PROCESS, ad_hoc=AdHoc(sequential=True)), **inside, "e": end()}
    assert after(program(nodes, "s -> p", "p -> e"), "m") == "pame"


def test_what_happens_on_a_boundary_comes_beside_its_activity_only_if_it_leaves_it_alone() -> None:
    nodes = {"s": start(), "a": task(), "m": boundary(1, message("m")), "b": task(), "c": task()}
    flows = ("s -> a", "a -> b", "m -> c")
    assert after(program(nodes, *flows), "m") == "mc"
    beside = {**nodes, "m": boundary(1, message("m"), interrupting=False)}
    assert after(program(beside, *flows), "m") == "ambc"


def test_an_event_sub_process_comes_beside_everything_unless_it_ends_it() -> None:
    def made(*, interrupting: bool) -> Program:
        inside = {"m": start(message("m"), parent=2, interrupting=interrupting), "c": task(parent=2)}
        nodes = {"s": start(), "a": task(), "p": task(Kind.SUB_PROCESS, by_event=True), **inside, "e": end()}
        return program(nodes, "s -> a", "a -> e", "m -> c")

    assert after(made(interrupting=False), "m") == "sapmce"
    assert after(made(interrupting=True), "m") == "pmc"


def test_what_was_brought_is_there_in_an_event_sub_process_that_comes_later() -> None:
    inside = {"t": start(timer(TimerKind.DURATION, '"PT1H"'), parent=3), "c": task(parent=3)}
    nodes = {"s": start(), "m": MESSAGE, "e": end(), "p": task(Kind.SUB_PROCESS, by_event=True), **inside}
    assert after(program(nodes, "s -> m", "m -> e", "t -> c"), "m") == "meptc"


def test_compensation_comes_when_it_is_thrown() -> None:
    handled = {"a": task(), "x": boundary(1, Compensation(), handler=3), "h": task(for_compensation=True)}
    nodes = {"s": start(), **handled, "m": MESSAGE, "t": throw(Compensation()), "e": end()}
    assert after(program(nodes, "s -> a", "a -> m", "m -> t", "t -> e"), "m") == "hmte"


def test_a_link_leads_on() -> None:
    nodes = {"s": start(), "m": MESSAGE, "t": throw(Link("l")), "l": catch(Link("l")), "b": task(), "e": end()}
    assert after(program(nodes, "s -> m", "m -> t", "l -> b", "b -> e"), "m") == "mtlbe"


class Following(Machine):
    """A machine that holds ``afterwards`` to account: whatever is at work when a node is done was foreseen."""

    def __init__(self, program: Program, clock: VirtualClock) -> None:
        super().__init__(program, clock)
        self.done: set[int] = set()
        self.foreseen = [afterwards(program, [index]) for index in range(len(program.nodes))]

    def _step(self, stimulus: Stimulus) -> None:
        step = advance(self.program, self.state, stimulus, self.clock.now())
        self.state = step.state
        for entry in step.records:
            if entry.element >= 0 and entry.transition is not Transition.WITHDRAW:
                self._meet(entry.element)
                if entry.transition is Transition.COMPLETE:
                    self.done.add(entry.element)
        for wait in self.state.waits.values():
            self._meet(wait.node)

    def _meet(self, node: int) -> None:
        ids = self.program.nodes
        missed = [ids[done].id for done in self.done if node >= 0 and node not in self.foreseen[done]]
        assert not missed, f"{ids[node].id} after {missed}"


def test_on_random_walks_nothing_is_at_work_after_a_node_that_was_not_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["ironcage.machine.advance"], "MOVES_PER_STEP", 1000)
    for seed in range(120):
        source = Sketch(Dice(seed), FLAT + SCOPES + BY_EVENT, looped_joins=True).process(sound=seed % 2 == 0)
        made = bpmn.compile(bpmn.read(source, f"{seed}.bpmn"), {}, None)
        for number in range(3):
            dice, machine = Dice(seed * 3 + number), Following(made, VirtualClock())
            with suppress(StepError):
                machine.start(dice.data())
                for _ in range(15):
                    elements = sorted(machine.waits())
                    if not elements or len(elements) > 40:
                        break
                    element = dice.one_of(elements)
                    machine.fire(element) if element in machine.events() else machine.complete(element, dice.data())
