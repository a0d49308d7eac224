"""Where the tokens of a case are, and whether the new version leads there the way the case has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.machine.joins import ways_to
from ironcage.machine.plan import CASE, plan_of
from ironcage.migration import remarks
from ironcage.migration.remarks import remark
from ironcage.migration.ways import ahead_of, is_mere_merge, members, passed_before, takes_all
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.machine import Scope, State
    from ironcage.migration.correspondence import Correspondence
    from ironcage.migration.remarks import Remark
    from ironcage.program import Program


class Place(NamedTuple):
    """Where a token is."""

    scope: int
    node: int
    """By its index in the old version."""
    is_left: bool = False
    """Whether it has left the node and waits at a join after it."""

    def passed(self, program: Program, index: int) -> int:
        """Return what the token has surely passed, if the place has *index* in *program*: one bit a node."""
        return passed_before(program)[index] | (1 << index if self.is_left else 0)


def places(program: Program, state: State) -> Iterator[Place]:
    """Yield where the tokens of a case at rest are; what only listens has none."""
    for activity in state.activities.values():
        if program.nodes[activity.node].kind is not Kind.START_EVENT:
            yield Place(activity.scope, activity.node)
    for number, scope in state.scopes.items():
        for flow in scope.arrivals:
            yield Place(number, program.flows[flow].source, is_left=True)
        for index in (*scope.pending, *scope.resets):
            yield Place(number, index)


def skipped(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield what the new version does before a place of the case, and the case has not done."""
    everything = 0
    for place in places(pair.old, state):
        at = pair.nodes.get(place.node)
        if at is not None:
            passed = place.passed(pair.new, at)
            everything |= passed
            yield from _before(pair, state, place, passed, pair.new.nodes[at].id)
    yield from _new_branches(pair, everything)


def _before(pair: Correspondence, state: State, place: Place, passed: int, at: str) -> Iterator[Remark]:
    known = place.passed(pair.old, place.node)
    for index in members(passed):
        origin, node = pair.origins.get(index), pair.new.nodes[index]
        if (origin is not None and known >> origin & 1) or node.kind is Kind.START_EVENT or is_mere_merge(node):
            continue
        if origin is None:
            yield remark(pair.new, index, remarks.INSERTED, at=at)
        elif not _has_done(pair.old, state, origin, place):
            yield remark(pair.new, index, remarks.REORDERED, at=at)


def _has_done(old: Program, state: State, index: int, place: Place) -> bool:
    """Return whether the case has done the element on its way to the place: in this round of the scope, and to its end.

    Gateways are not counted, so nobody knows of them.
    """
    scope = state.scopes[place.scope].node
    if scope != CASE and state.executions.get(scope, 0) > 1:
        return False
    active = sum(activity.node == index and activity.execution > 0 for activity in state.activities.values())
    return state.executions.get(index, 0) > active and place.node in ahead_of(old, [index])


def _new_branches(pair: Correspondence, passed: int) -> Iterator[Remark]:
    """Yield the branches that the new version always begins too where the case has passed."""
    new, known = pair.new, set(pair.flows.values())
    for index in members(passed):
        origin = pair.origins.get(index)
        if origin is None:
            continue
        heads = {pair.nodes.get(pair.old.flows[flow].target) for flow in pair.old.nodes[origin].outgoing}
        for flow in takes_all(new, new.nodes[index]):
            head = _head(pair, flow)
            if flow not in known and head not in heads and not passed >> head & 1:
                yield remark(new, index, remarks.NEW_BRANCH, branch=new.nodes[head].id)


def _head(pair: Correspondence, flow: int) -> int:
    """Return the first element a flow of the new version leads to that is more than a new merge."""
    seen: set[int] = set()
    index = pair.new.flows[flow].target
    while index not in pair.origins and index not in seen and is_mere_merge(pair.new.nodes[index]):
        seen.add(index)
        outgoing = pair.new.nodes[index].outgoing
        if not outgoing:
            break
        index = pair.new.flows[outgoing[0]].target
    return index


def starved(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield the parallel joins that could not be fed any more, and could be in the old version.

    A join that a token can come to must have, or be able to get, one by every flow into it.
    """
    new = pair.new
    for number, scope in state.scopes.items():
        within = pair.nodes.get(scope.node)
        at = [pair.nodes.get(each) for each in _standing(pair.old, state, number, scope)]
        arrived = {pair.flows[flow] for flow in scope.arrivals if flow in pair.flows}
        for join, node in enumerate(new.nodes):
            if (CASE if node.parent is None else node.parent) != within or not _joins(new, join):
                continue
            missing = _missing(new, join, {each for each in at if each is not None}, arrived)
            origin = pair.origins.get(join)
            if missing is None or (origin is not None and _was_missing(pair.old, state, number, scope, origin)):
                continue
            yield remark(new, join, remarks.STARVED, source=new.nodes[new.flows[missing].source].id)


def _standing(program: Program, state: State, number: int, scope: Scope) -> list[int]:
    found = [activity.node for activity in state.activities.values() if activity.scope == number]
    return [*found, *scope.pending, *(program.flows[flow].target for flow in scope.arrivals)]


def _joins(program: Program, index: int) -> bool:
    return program.nodes[index].kind is Kind.PARALLEL_GATEWAY and len(program.nodes[index].incoming) > 1


def _missing(program: Program, join: int, at: set[int], arrived: set[int]) -> int | None:
    """Return a flow into the join by which no token can come, where one can by another."""
    incoming, ways = program.nodes[join].incoming, ways_to(program, join)
    fed = sum(1 << place for place, flow in enumerate(incoming) if flow in arrived)
    for index in at:
        fed |= ways.get(index, 0)
    if not fed:
        return None
    return next((flow for place, flow in enumerate(incoming) if not fed >> place & 1), None)


def _was_missing(old: Program, state: State, number: int, scope: Scope, join: int) -> bool:
    if not _joins(old, join):
        return False
    return _missing(old, join, set(_standing(old, state, number, scope)), set(scope.arrivals)) is not None


def beginnings(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield the scopes at work that begin at more elements in the new version; of ad-hoc ones, at others."""
    before, after = plan_of(pair.old), plan_of(pair.new)
    for scope in state.scopes.values():
        within = pair.nodes.get(scope.node)
        if within is None:
            continue
        here, there = before.entries.get(scope.node, []), after.entries.get(within, [])
        if scope.node != CASE and pair.old.nodes[scope.node].kind is Kind.AD_HOC_SUB_PROCESS:
            if [pair.nodes.get(each) for each in here] != there:
                yield remark(pair.new, within, remarks.OTHER_SELECTION)
        elif len(there) > len(here):
            extra = next((each for each in there if each not in pair.origins), there[-1])
            yield remark(pair.new, within, remarks.NEW_BRANCH, branch=pair.new.nodes[extra].id)
