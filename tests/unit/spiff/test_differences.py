"""Where the machine and SpiffWorkflow's runtime part, they part exactly as the table in the documentation says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_models import CASE_DATA, block_models
from small_models import SMALL
from walks import Move, Parting, Standing, Walk, complete, retrace, wander

from ironcage import spiff
from ironcage.machine import Status
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.program import Program

TABLE = Path(__file__).parents[3] / "docs/reference/reference-interpreter.md"


@dataclass(frozen=True)
class Difference:
    model: str
    moves: tuple[Move, ...]
    machine: Standing
    spiff: Standing


def standing(status: Status = Status.OPEN, **waits: int) -> Standing:
    return Standing(Counter(waits), status)


DIFFERENCES = {
    "early-join-in-a-loop": Difference(
        "parallel in a loop",
        tuple(complete(task, ok=True) for task in "baca"),
        machine=standing(b=1),
        spiff=standing(b=1, c=1),
    ),
    "excess-token-at-a-join": Difference(
        "a join that gets too many",
        tuple(complete(task) for task in "bcda"),
        machine=standing(),
        spiff=standing(d=1),
    ),
    "ghost-after-terminate": Difference(
        "terminate at once",
        (complete("a"),),
        machine=standing(Status.TERMINATED),
        spiff=standing(Status.TERMINATED, b=1),
    ),
    "needless-wait-at-an-inclusive-join": Difference(
        "a way across to another branch",
        (complete("b", ok=False),),
        machine=standing(a=1, d=1),
        spiff=standing(a=1),
    ),
    "early-inclusive-join": Difference(
        "inclusive joins that wait for each other",
        (complete("a", ok=False),),
        machine=standing(b=1),
        spiff=standing(b=1, c=1),
    ),
    "excess-token-at-an-inclusive-join": Difference(
        "two tokens by one way",
        tuple(complete(task) for task in "abc"),
        machine=standing(d=2),
        spiff=standing(d=1),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_known_difference_is_what_the_table_says(name):
    known = DIFFERENCES[name]
    program = spiff.compile(SMALL[known.model], known.model, {}, None)
    walk = retrace(SMALL[known.model], program, {}, known.moves)
    assert walk.parting == Parting(known.moves, known.machine, known.spiff)


@pytest.mark.parametrize("name", DIFFERENCES)
@settings(max_examples=60, deadline=None)
@given(drawn=st.data())
def test_a_model_with_a_known_difference_has_no_other(name, drawn):
    source = SMALL[DIFFERENCES[name].model]
    walk = wander(drawn, source, spiff.compile(source, name, {}, None), CASE_DATA)
    assert walk.parting is None or is_known(walk) or is_inclusive(walk)


RANDOM = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(RANDOM, max_examples=1000)
@given(source=block_models(), drawn=st.data())
def test_random_processes_without_joins_in_loops_part_only_after_a_terminate_or_early_at_an_inclusive_join(
    source, drawn
):
    walk = wander(drawn, source, spiff.compile(source, "random.bpmn", {}, None), CASE_DATA)
    assert walk.parting is None or is_ghost(walk.parting) or is_early_inclusive(walk)


@pytest.mark.long
@settings(RANDOM, max_examples=10_000)
@given(source=block_models(), drawn=st.data())
def test_ten_thousand_random_walks_part_only_after_a_terminate_or_early_at_an_inclusive_join(source, drawn):
    walk = wander(drawn, source, spiff.compile(source, "random.bpmn", {}, None), CASE_DATA)
    assert walk.parting is None or is_ghost(walk.parting) or is_early_inclusive(walk)


@RANDOM
@given(source=block_models(looped_joins=True), drawn=st.data())
def test_random_processes_with_joins_in_loops_part_only_in_the_known_ways(source, drawn):
    walk = wander(drawn, source, spiff.compile(source, "random.bpmn", {}, None), CASE_DATA)
    assert walk.parting is None or is_known(walk) or is_inclusive(walk)


def test_the_table_lists_every_known_difference_and_no_other():
    rows = re.findall(r"^\| `([a-z-]+)` \|", TABLE.read_text("utf-8"), re.MULTILINE)
    assert rows == list(DIFFERENCES)


def is_known(walk: Walk) -> bool:
    return is_early_join(walk) or is_ghost(walk.parting)


def is_ghost(parting: Parting | None) -> bool:
    """Say whether both have ended by a terminate event and SpiffWorkflow still offers something."""
    ended = Status.TERMINATED
    return bool(
        parting
        and parting.machine == standing(ended)
        and parting.spiff
        and parting.spiff.status is ended
        and parting.spiff.waits
    )


def is_inclusive(walk: Walk) -> bool:
    """Say whether what one of the two has beyond the other lies behind an inclusive join."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    joins = [
        n for n, node in enumerate(program.nodes) if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1
    ]
    differing = (parting.machine.waits - parting.spiff.waits) + (parting.spiff.waits - parting.machine.waits)
    return differing.keys() <= behind(program, joins)


def is_early_inclusive(walk: Walk) -> bool:
    """Say whether SpiffWorkflow offers more than the machine, all of it behind an inclusive join."""
    parting = walk.parting
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    return not parting.machine.waits - parting.spiff.waits and is_inclusive(walk)


def behind(program: Program, joins: Iterable[int]) -> set[str]:
    """Return the ids of the nodes that some way leads to from one of *joins*."""
    flows = nx.DiGraph((flow.source, flow.target) for flow in program.flows)
    return {program.nodes[node].id for join in joins for node in nx.descendants(flows, join)}


def is_early_join(walk: Walk) -> bool:
    """Say whether all that SpiffWorkflow has beyond the machine lies behind a join where the machine holds a token."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    held = {program.flows[f].target for scope in walk.machine.state.scopes.values() for f in scope.arrivals}
    surplus = parting.spiff.waits - parting.machine.waits
    lacking = parting.machine.waits - parting.spiff.waits
    return bool(held) and not lacking and surplus.keys() <= behind(program, held)
