"""Which activities no case can do without: what skipping is measured against."""

from __future__ import annotations

from collections import deque
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from ironcage.program import Kind, Terminate

if TYPE_CHECKING:
    from ironcage.program import Node, Program

_ACTIVITIES = frozenset({Kind.TASK, Kind.USER_TASK, Kind.MANUAL_TASK, Kind.SERVICE_TASK, Kind.BUSINESS_RULE_TASK})


def mandatory(program: Program) -> frozenset[str]:
    """Return the ids of the activities that every case has completed that came to its end without a terminate event.

    An activity left by a boundary event was not completed. Of the branches of an exclusive gateway one is taken; of
    those of any other node all that have no condition, and of the others one if there is a default or nothing else.
    Where no case comes to such an end, no activity is mandatory.
    """
    nodes = program.nodes
    activities = [index for index, node in enumerate(nodes) if node.kind in _ACTIVITIES]
    # One bit an activity, and one more that stays set where no end lies ahead.
    own = {index: 1 << place for place, index in enumerate(activities)}
    no_end = 1 << len(activities)
    # What lies ahead of each node: the greatest solution, so all begin with everything, and only lose.
    ahead = [2 * no_end - 1] * len(nodes)
    before = _before(program)
    waiting = deque(reversed(range(len(nodes))))
    queued = [True] * len(nodes)
    while waiting:
        index = waiting.popleft()
        queued[index] = False
        found = _ahead(program, nodes[index], own.get(index, 0), ahead, 2 * no_end - 1)
        if found != ahead[index]:
            ahead[index] = found
            again = [earlier for earlier in before[index] if not queued[earlier]]
            waiting.extend(again)
            for earlier in again:
                queued[earlier] = True
    entries = [ahead[index] for index, node in enumerate(nodes) if not node.incoming and node.host is None]
    common = reduce(or_, entries, 0)
    if common & no_end:
        return frozenset()
    return frozenset(nodes[index].id for index in activities if common & own[index])


def _before(program: Program) -> list[list[int]]:
    """Return, by node, whose answer depends on it: the sources of its flows, and the host of a boundary event."""
    return [
        sorted(
            {program.flows[flow].source for flow in node.incoming} | ({node.host} if node.host is not None else set())
        )
        for node in program.nodes
    ]


def _ahead(program: Program, node: Node, own: int, ahead: list[int], everything: int) -> int:
    """Return what every case completes from *node* on, by what is known of the nodes after it."""
    if any(isinstance(event, Terminate) for event in node.events):
        return everything
    flows = program.flows
    choices = [flow for flow in node.outgoing if flow == node.default or flows[flow].condition is not None]
    if node.kind is Kind.EXCLUSIVE_GATEWAY:
        choices = list(node.outgoing)
    sure = [flow for flow in node.outgoing if flow not in choices]
    completed = reduce(or_, (ahead[flows[flow].target] for flow in sure), own)
    if choices and (not sure or node.default is not None):
        completed |= reduce(and_, (ahead[flows[flow].target] for flow in choices))
    return reduce(and_, (ahead[boundary] for boundary in node.boundaries), completed)
