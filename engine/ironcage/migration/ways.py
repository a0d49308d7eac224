"""Questions about the graph of a program: what a token at a node has surely passed, and what lies ahead of it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

from ironcage.program import Kind, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.program import Node, Program

FORKING = (Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY, Kind.COMPLEX_GATEWAY, Kind.INCLUSIVE_GATEWAY)
"""The gateways of which not every way out is taken."""


def passed_before(program: Program) -> tuple[int, ...]:
    """Return for each node, one bit a node, which others of its scope a token that comes to it has surely passed.

    They lie on every way from the beginning of the scope: the dominators of the node, and what lies on every way to one
    of the flows into a parallel join. What can be reached by no way has all bits. The answer is kept with the program.
    """
    known = program.kept.get("passed before")
    if known is None:
        known = program.kept["passed before"] = _passed_before(program)
    return cast("tuple[int, ...]", known)


def _passed_before(program: Program) -> tuple[int, ...]:
    nodes = program.nodes
    before = [sources_of(program, index) for index in range(len(nodes))]
    after: list[list[int]] = [[] for _ in nodes]
    for index, sources in enumerate(before):
        for source in sources:
            after[source].append(index)
    begins = begins_at(program)
    everything = (1 << len(nodes)) - 1
    # The greatest solution: all begin with everything, and only lose.
    passed = [0 if index in begins or not before[index] else everything for index in range(len(nodes))]
    waiting = deque(index for index, known in enumerate(passed) if known)
    queued = set(waiting)
    while waiting:
        index = waiting.popleft()
        queued.discard(index)
        found = _passed(program, index, before[index], passed)
        if found != passed[index]:
            passed[index] = found
            again = [each for each in after[index] if each not in queued and each not in begins]
            waiting.extend(again)
            queued.update(again)
    return tuple(passed)


def _passed(program: Program, index: int, sources: list[int], passed: list[int]) -> int:
    ways = [passed[source] | 1 << source for source in sources]
    node = program.nodes[index]
    found = ways[0]
    for way in ways[1:]:
        found = found | way if node.kind is Kind.PARALLEL_GATEWAY else found & way
    return found


def begins_at(program: Program) -> frozenset[int]:
    """Return the nodes at which a token can begin: start events, and what begins a case in their stead."""
    found: set[int] = set()
    for index, node in enumerate(program.nodes):
        if node.kind is Kind.START_EVENT:
            found.add(index)
        elif node.instantiate:
            found.add(index)
            if node.kind is Kind.EVENT_BASED_GATEWAY:
                found.update(program.flows[flow].target for flow in node.outgoing)
    return frozenset(found)


def sources_of(program: Program, index: int) -> list[int]:
    """Return the nodes from which a token comes to the node: by flows, by a link, from the activity it sits on."""
    node = program.nodes[index]
    found = [program.flows[flow].source for flow in node.incoming]
    if node.host is not None:
        found.append(node.host)
    if node.kind is Kind.INTERMEDIATE_CATCH_EVENT:
        found += _linked(program, node, Kind.INTERMEDIATE_THROW_EVENT)
    return found


def targets_of(program: Program, index: int) -> list[int]:
    """Return the nodes to which a token goes from the node: by flows, by a link, by the events on its boundary."""
    node = program.nodes[index]
    found = [program.flows[flow].target for flow in node.outgoing]
    found += node.boundaries
    if node.kind is Kind.INTERMEDIATE_THROW_EVENT:
        found += _linked(program, node, Kind.INTERMEDIATE_CATCH_EVENT)
    return found


def _linked(program: Program, node: Node, kind: Kind) -> Iterator[int]:
    names = {event.name for event in node.events if isinstance(event, Link)}
    for index, other in enumerate(program.nodes) if names else ():
        links = (event for event in other.events if isinstance(event, Link))
        if other.kind is kind and other.parent == node.parent and any(event.name in names for event in links):
            yield index


def ahead_of(program: Program, places: Iterable[int]) -> frozenset[int]:
    """Return the nodes that tokens can come to from *places*; with a sub-process, all that is inside it."""
    inside: dict[int, list[int]] = {}
    for index, node in enumerate(program.nodes):
        if node.parent is not None:
            inside.setdefault(node.parent, []).append(index)
    found: set[int] = set()
    waiting = [target for place in places for target in targets_of(program, place)]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += targets_of(program, index)
            waiting += inside.get(index, [])
    return frozenset(found)


def members(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def is_mere_merge(node: Node) -> bool:
    """Return whether ways only come together at the node, each token by itself: to pass it means nothing."""
    return node.kind is Kind.EXCLUSIVE_GATEWAY and len(node.outgoing) <= 1


def takes_all(program: Program, node: Node) -> list[int]:
    """Return the flows that are taken whenever the node is left, if there are several ways out of it."""
    if len(node.outgoing) < 2 or node.kind in FORKING:
        return []
    return [flow for flow in node.outgoing if flow != node.default and program.flows[flow].condition is None]
