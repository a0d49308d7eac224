"""The exploration moves one token at a time, the earliest; moving them in every order finds nothing more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bpmn_model import model
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from ironcage import bpmn
from ironcage.bpmn.check.exploration import explore
from ironcage.bpmn.check.net import Net
from ironcage.program import Kind

if TYPE_CHECKING:
    from ironcage.bpmn.check.net import Spot
    from ironcage.program import Program

KINDS = ("user", "xor", "and", "user", "and")


@st.composite
def programs(draw: st.DrawFn, *, turning: bool) -> Program:
    """Draw a process whose nodes follow one another by chance; *turning* lets flows lead back."""
    count = draw(st.integers(2, 6))
    names = [f"n{number}" for number in range(count)]
    nodes = {"s": "start"} | {name: draw(st.sampled_from(KINDS)) for name in names} | {"e": "end"}
    order = ["s", *names, "e"]
    flows: set[tuple[str, str]] = set()
    for place, name in enumerate(order[1:], 1):
        flows.add((order[draw(st.integers(0, place - 1))], name))
    for _ in range(draw(st.integers(0, 4))):
        first, second = sorted(draw(st.tuples(st.integers(0, count), st.integers(1, count + 1))))
        if first < second:
            flows.add((order[first], order[second]))
    if turning:
        first, second = sorted((draw(st.integers(1, count)), draw(st.integers(1, count))))
        flows.add((order[second], order[first]))
    for name in order[:-1]:
        if not any(source == name for source, _ in flows):
            flows.add((name, "e"))
    return compiled(nodes, flows)


def compiled(nodes: dict[str, str], flows: set[tuple[str, str]]) -> Program:
    lines = [f"{a} -> {b}" + (" if x" if nodes[a] == "xor" else "") for a, b in sorted(flows)]
    return bpmn.compile(bpmn.read(model(nodes, *lines), "m.bpmn"), {}, None)


def in_every_order(net: Net, most: int = 4_000) -> tuple[set[int], set[int]] | None:
    """Return the nodes that starve and those that tokens meet at, None where there is too much to look at."""
    starved: set[int] = set()
    met: set[int] = set()
    seen: set[tuple[int, ...]] = set()
    waiting = [tuple(sorted(net.place_at(index) for index in beginning)) for beginning in net.beginnings]
    while waiting:
        marking = waiting.pop()
        if marking in seen:
            continue
        seen.add(marking)
        if len(seen) > most:
            return None
        held = Counter(marking)
        movable = [spot for spot in net.spots if is_movable(spot, held)]
        if not movable:
            starved |= {net.spot_of[place].node for place in marking}
        for spot in movable:
            for outcome in spot.outcomes:
                after = Counter(held)
                after.subtract({place: min(held[place], 1) for place in spot.places})
                after.update(outcome.places)
                for place in outcome.places:
                    target = net.spot_of[place]
                    most_there = 2 if target.is_join else 1
                    if after[place] > most_there:
                        if not target.is_join and net.program.nodes[target.node].kind is not Kind.END_EVENT:
                            met.add(target.node)
                        after[place] = most_there
                waiting.append(tuple(sorted((+after).elements())))
    return starved, met


def is_movable(spot: Spot, held: Counter[int]) -> bool:
    return all(held[place] for place in spot.places)


@examples(150)
@given(program=programs(turning=False))
def test_the_earliest_token_alone_shows_what_every_order_shows(program: Program) -> None:
    net = Net(program, None)
    every = in_every_order(net)
    if every is None:
        return
    explored = explore(net)
    assert set(explored.met) <= every[1]
    assert bool(explored.met) == bool(every[1])
    # Where tokens meet they are taken for one, in every order at another place.
    if not every[1]:
        assert set(explored.starved) == every[0]


@examples(150)
@given(program=programs(turning=True))
def test_where_flows_lead_back_nothing_is_named_that_no_order_shows(program: Program) -> None:
    net = Net(program, None)
    every = in_every_order(net)
    if every is None:
        return
    for reverse in (False, True):
        explored = explore(Net(program, None, reverse=reverse))
        assert set(explored.met) <= every[1]
        if not every[1]:
            assert set(explored.starved) == every[0]
