"""Where the machine and SpiffWorkflow's runtime part, they part exactly as the table in the documentation says."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from random_models import FLAT, SCOPES, Dice, Sketch
from small_models import SMALL
from token_game import TokenGame
from walks import Move, Parting, Standing, Walk, complete, fire, ramble, retrace

from ironcage import spiff
from ironcage.machine import Status
from ironcage.program import Error, Escalation, Kind, Terminate
from ironcage.spiff.reference import NotComparedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ironcage.program import Program
    from ironcage.values import Value

TABLE = Path(__file__).parents[3] / "docs/reference/reference-interpreter.md"


@dataclass(frozen=True)
class Difference:
    model: str
    moves: tuple[Move, ...]
    machine: Standing
    spiff: Standing | None
    """None where it fails."""
    data: Mapping[str, Value] = field(default_factory=dict)


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
    "ghost-after-terminate-in-a-sub-process": Difference(
        "terminate at once in a sub-process",
        (complete("a"),),
        machine=standing(after=1),
        spiff=standing(after=1, b=1),
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
    "early-inclusive-join-after-a-choice": Difference(
        "a choice on the way to an inclusive join",
        (complete("a", ok=False),),
        machine=standing(c=1),
        spiff=standing(c=1, d=1),
        data={"x": Decimal(2)},
    ),
    "sub-process-lost-after-an-inclusive-join": Difference(
        "a sub-process after an inclusive join",
        (complete("a"), complete("b")),
        machine=standing(d=1),
        spiff=None,
        data={"x": Decimal(2)},
    ),
    "excess-token-at-an-inclusive-join": Difference(
        "two tokens by one way",
        tuple(complete(task) for task in "abc"),
        machine=standing(d=2),
        spiff=standing(d=1),
    ),
    "failure-of-many-after-a-boundary-event": Difference(
        "many after a boundary event",
        (fire("l"),),
        machine=standing(m=2),
        spiff=None,
    ),
    "escalation-heard-beside": Difference(
        "the same escalation beside",
        (complete("xt"),),
        machine=standing(xh=1, yt=1),
        spiff=standing(xh=1, yh=1),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_known_difference_is_what_the_table_says(name):
    known = DIFFERENCES[name]
    program = spiff.compile(SMALL[known.model], known.model, {}, None)
    walk = retrace(SMALL[known.model], program, known.data, known.moves)
    assert walk.parting == Parting(known.moves, known.machine, known.spiff)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_model_with_a_known_difference_has_no_other(name):
    source = SMALL[DIFFERENCES[name].model]
    program = spiff.compile(source, name, {}, None)
    for seed in range(20):
        walk = ramble(Dice(seed), Walk(source, program, TokenGame(program)))
        assert_known(walk, *EXPLANATIONS)


Explanation = Callable[[Walk], bool]


def assert_known(walk: Walk, *explanations: Explanation) -> None:
    """Check that a walk does not part, or in a known way; the judge has seen to it that the machine is right."""
    assert walk.parting is None or any(map(operator.call, explanations, repeat(walk))), walk.parting


def walk_through(seeds: range, blocks: Sequence[str], looped_joins: bool, *explanations: Explanation) -> int:
    """Walk three times through the model of each seed; return how many walks were compared."""
    compared = 0
    for seed in seeds:
        source = Sketch(Dice(seed), blocks, looped_joins).process()
        program = spiff.compile(source, f"{seed}.bpmn", {}, None)
        for number in range(3):
            try:
                walk = Walk(source, program, TokenGame(program))
            except NotComparedError:
                break
            try:
                assert_known(ramble(Dice(seed * 3 + number), walk), *explanations)
            except AssertionError as error:
                error.add_note(f"on walk {number} through the model of seed {seed}")
                raise
            compared += 1
    return compared


def test_random_processes_without_joins_in_loops_part_only_after_a_terminate_or_early_at_an_inclusive_join():
    assert walk_through(range(250), FLAT, False, is_ghost_walk, is_early_inclusive) == 750


def test_random_processes_with_joins_in_loops_part_only_in_the_known_ways():
    assert walk_through(range(100), FLAT, True, is_known, is_inclusive) == 300


def test_random_processes_with_scopes_events_and_many_instances_part_only_in_the_known_ways():
    assert walk_through(range(250), FLAT + SCOPES, True, *EXPLANATIONS) > 600


@pytest.mark.long
def test_ten_thousand_random_walks_part_only_in_the_known_ways(beginning):
    walk_through(range(beginning, beginning + 1_250), FLAT, False, is_ghost_walk, is_early_inclusive)
    walk_through(range(beginning, beginning + 2_250), FLAT + SCOPES, True, *EXPLANATIONS)


def test_a_case_that_an_early_inclusive_join_has_ended_is_known_and_one_that_ended_without_is_not():
    source = SMALL["a choice on the way to an inclusive join"]
    program = spiff.compile(source, "choice.bpmn", {}, None)
    early = retrace(source, program, {"x": Decimal(2)}, [complete("a", ok=True)])
    assert early.parting == Parting(tuple(early.taken), standing(c=1), standing(Status.TERMINATED))
    assert is_early_inclusive(early)
    late = retrace(source, program, {"x": Decimal(2)}, [])
    late.parting = Parting((), standing(a=1, c=1), standing(Status.TERMINATED))
    assert not is_early_inclusive(late)


@pytest.mark.parametrize("name", ["failure-of-many-after-a-boundary-event", "sub-process-lost-after-an-inclusive-join"])
def test_a_failure_is_known_by_what_spiffworkflow_says(name):
    known = DIFFERENCES[name]
    program = spiff.compile(SMALL[known.model], known.model, {}, None)
    walk = retrace(SMALL[known.model], program, known.data, known.moves)
    assert_known(walk, *EXPLANATIONS)
    walk.failure = "something else"
    with pytest.raises(AssertionError):
        assert_known(walk, *EXPLANATIONS)


def test_the_table_lists_every_known_difference_and_no_other():
    rows = re.findall(r"^\| `([a-z-]+)` \|", TABLE.read_text("utf-8"), re.MULTILINE)
    assert rows == list(DIFFERENCES)


def is_known(walk: Walk) -> bool:
    return is_early_join(walk) or is_ghost_walk(walk) or is_inner_ghost(walk) or is_heard_beside(walk)


def is_heard_beside(walk: Walk) -> bool:
    """Say whether all that SpiffWorkflow lacks was in a sub-process that an escalation or an error would end."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    ended = [
        node.host
        for node in program.nodes
        if node.host is not None and any(isinstance(event, Escalation | Error) for event in node.events)
    ]
    lacking = parting.machine.waits - parting.spiff.waits
    return bool(lacking) and lacking.keys() <= behind(program, ended)


def is_ghost_walk(walk: Walk) -> bool:
    return is_ghost(walk.parting)


def is_failure_after_a_boundary(walk: Walk) -> bool:
    """Say whether SpiffWorkflow fails at an event on a boundary behind which an activity is done many times."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or "non-predicted child" not in walk.failure:
        return False
    fired = {program.index(move.element) for move in parting.taken}
    boundaries = [each for each in fired if program.nodes[each].kind is Kind.BOUNDARY_EVENT]
    repeated = {node.id for node in program.nodes if node.loop}
    return bool(behind(program, boundaries) & repeated)


def is_lost_after_an_inclusive_join(walk: Walk) -> bool:
    """Say whether SpiffWorkflow fails for a sub-process that is gone, and one lies behind an inclusive join."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or "was not found" not in walk.failure:
        return False
    scopes = {node.id for node in program.nodes if node.kind is Kind.SUB_PROCESS}
    return bool(behind(program, inclusive_joins(program)) & scopes)


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


def is_inner_ghost(walk: Walk) -> bool:
    """Say whether all that SpiffWorkflow has beyond the machine is in sub-processes that a terminate event can end, and
    in which the machine has nothing.
    """
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    scopes = {program.nodes[program.index(stop)].parent for stop in stops(program)} - {None}
    ghosts = parting.spiff.waits - parting.machine.waits
    within = {node.id for n, node in enumerate(program.nodes) if any(each in scopes for each in around(program, n))}
    real = Standing(parting.spiff.waits - ghosts, parting.spiff.status)
    return parting.machine == real and ghosts.keys() <= within - real.waits.keys()


def around(program: Program, node: int) -> Iterator[int]:
    """Yield the sub-processes that *node* is in, the innermost first."""
    parent = program.nodes[node].parent
    while parent is not None:
        yield parent
        parent = program.nodes[parent].parent


def is_inclusive(walk: Walk) -> bool:
    """Say whether what one of the two has beyond the other lies behind an inclusive join."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    later = behind(program, inclusive_joins(program))
    if parting.spiff.status is Status.TERMINATED and parting.machine.status is Status.OPEN:
        return bool(stops(program) & later)
    differing = (parting.machine.waits - parting.spiff.waits) + (parting.spiff.waits - parting.machine.waits)
    return differing.keys() <= later


def inclusive_joins(program: Program) -> list[int]:
    nodes = enumerate(program.nodes)
    return [n for n, node in nodes if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1]


def is_early_inclusive(walk: Walk) -> bool:
    """Say whether all that SpiffWorkflow has beyond the machine, a terminated case it may be, lies behind an inclusive
    join where the machine holds a token.
    """
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    joins = [join for join in held(walk) if program.nodes[join].kind is Kind.INCLUSIVE_GATEWAY]
    later = behind(program, joins)
    if parting.spiff.status is Status.TERMINATED and parting.machine.status is Status.OPEN:
        return bool(stops(program) & later)
    surplus = parting.spiff.waits - parting.machine.waits
    return surplus.keys() <= later and parting.machine.waits < parting.spiff.waits


def held(walk: Walk) -> set[int]:
    """Return the joins where the machine holds a token."""
    flows = walk.machine.program.flows
    return {flows[flow].target for scope in walk.machine.state.scopes.values() for flow in scope.arrivals}


def stops(program: Program) -> set[str]:
    """Return the ids of the terminate events."""
    return {node.id for node in program.nodes if any(isinstance(event, Terminate) for event in node.events)}


def behind(program: Program, joins: Iterable[int]) -> set[str]:
    """Return the ids of the nodes that some way leads to from one of *joins*: events on what it leads to, and what is
    inside that, too.
    """
    ways = nx.DiGraph((flow.source, flow.target) for flow in program.flows)
    ways.add_edges_from((node.host, each) for each, node in enumerate(program.nodes) if node.host is not None)
    ways.add_edges_from((node.parent, each) for each, node in enumerate(program.nodes) if node.parent is not None)
    ways.add_nodes_from(range(len(program.nodes)))
    return {program.nodes[node].id for join in joins for node in nx.descendants(ways, join)}


def is_early_join(walk: Walk) -> bool:
    """Say whether all that SpiffWorkflow has beyond the machine lies behind a join where the machine holds a token."""
    parting, program = walk.parting, walk.machine.program
    if parting is None or parting.machine is None or parting.spiff is None:
        return False
    joins = held(walk)
    surplus = parting.spiff.waits - parting.machine.waits
    lacking = parting.machine.waits - parting.spiff.waits
    return bool(joins) and not lacking and surplus.keys() <= behind(program, joins)


EXPLANATIONS = (is_known, is_inclusive, is_failure_after_a_boundary, is_lost_after_an_inclusive_join)
"""Of what may differ where there are joins in loops, scopes, events and many instances."""
