"""When an inclusive gateway is activated: a question about what the tokens elsewhere can still bring to it.

Source: BPMN 2.0.2, 13.4.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ironcage.program import Kind, Link

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from ironcage.machine.state import State
    from ironcage.program import Node, Program


class OpenJoin(NamedTuple):
    """An inclusive gateway that is activated, and the flows by which a token has come to it."""

    scope: int
    gateway: int
    arrived: tuple[int, ...]


def open_joins(program: Program, state: State) -> Iterator[OpenJoin]:
    """Yield the gateways that wait for no other token in a case in which no token moves, in document order.

    An inclusive gateway is one if a token has come to it; a complex gateway, if it has gone on and waits for the rest.
    """
    nodes, flows = program.nodes, program.flows
    for number, scope in state.scopes.items():
        joins = sorted({flows[flow].target for flow in scope.arrivals} | scope.resets.keys())
        for gateway in joins:
            served = scope.resets.get(gateway, ())
            if nodes[gateway].kind is not Kind.INCLUSIVE_GATEWAY and gateway not in scope.resets:
                continue
            places = [each.node for each in state.activities.values() if each.scope == number]
            places += [join for join in joins if join != gateway]
            places += scope.pending
            incoming = nodes[gateway].incoming
            arrived = tuple(flow for flow in incoming if flow in scope.arrivals and flow not in served)
            if is_activated(program, gateway, {*arrived, *served}, places):
                yield OpenJoin(number, gateway, arrived)


def take(arrivals: dict[int, int], flows: Iterable[int]) -> None:
    """Take one of the tokens held off each of *flows*."""
    for flow in flows:
        arrivals[flow] -= 1
        if not arrivals[flow]:
            del arrivals[flow]


def is_activated(program: Program, gateway: int, arrived: Container[int], places: Iterable[int]) -> bool:
    """Return whether *gateway*, at which a token has come, waits for no other.

    It waits for a token that can come by a flow on which there is none yet, and by no flow on which there is one.

    Args:
        program: the process.
        gateway: the index of an inclusive gateway.
        arrived: the incoming flows by which a token has come.
        places: the nodes at which the other tokens of the scope are.
    """
    incoming = program.nodes[gateway].incoming
    filled = sum(1 << place for place, flow in enumerate(incoming) if flow in arrived)
    ways = ways_to(program, gateway)
    return all((way := ways.get(node, 0)) & filled or not way for node in places)


def ways_to(program: Program, gateway: int) -> Mapping[int, int]:
    """Return by which incoming flows of *gateway* a token that leaves a node can come to it, without passing it before.

    A bit stands for a flow, the lowest for the first; nodes from which no way leads are left out. A token in an
    activity can leave it by its boundary events, too. The answer is kept with the program.
    """
    kept = cast("dict[int, Mapping[int, int]]", program.kept.setdefault("ways", {}))
    known = kept.get(gateway)
    if known is None:
        known = kept[gateway] = _ways_to(program, gateway)
    return known


def _ways_to(program: Program, gateway: int) -> dict[int, int]:
    ways: dict[int, int] = {}
    for place, flow in enumerate(program.nodes[gateway].incoming):
        bit = 1 << place
        waiting = [program.flows[flow].source]
        while waiting:
            index = waiting.pop()
            if index == gateway or ways.get(index, 0) & bit:
                continue
            ways[index] = ways.get(index, 0) | bit
            node = program.nodes[index]
            waiting += [program.flows[earlier].source for earlier in node.incoming]
            if node.host is not None:
                waiting.append(node.host)
            waiting += _throwers(program, node)
    return ways


def _throwers(program: Program, node: Node) -> list[int]:
    """Return the link events that lead to *node*, if it is one that catches."""
    if node.kind is not Kind.INTERMEDIATE_CATCH_EVENT or not any(isinstance(event, Link) for event in node.events):
        return []
    return [
        index
        for index, other in enumerate(program.nodes)
        if other.parent == node.parent and other.kind is Kind.INTERMEDIATE_THROW_EVENT and other.events == node.events
    ]
