"""Whether a trace keeps the order that the model fixes: a suite that compares multisets does not ask for it.

Two things are fixed. Where every way to B leads out of A, the first mark of A comes before the first of B. Where B
directly follows A and nothing else, B has never been done more often than A.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from ironcage.program import SUB_PROCESSES, Kind, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ironcage.program import Node, Program

_ROOT = (-1, "in")
_Place = tuple[int, str]
"""Where a token can be: before a node (``in``) or behind it (``out``)."""


class Disorder(NamedTuple):
    """Two elements in an order the model does not allow."""

    earlier: str
    later: str


def disorder(programs: Iterable[Program], elements: Sequence[str]) -> Disorder | None:
    """Return the first breach of order in a trace of *elements*, or None."""
    for program in programs:
        index = {node.id: number for number, node in enumerate(program.nodes)}
        trace = [index[element] for element in elements if element in index]
        for pair in (*_dominated(program, trace), *_ahead(program, trace)):
            return Disorder(program.nodes[pair[0]].id, program.nodes[pair[1]].id)
    return None


def _dominated(program: Program, trace: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which the second was done before the first, out of which every way to it leads."""
    first = {node: place for place, node in reversed(list(enumerate(trace)))}
    parents: dict[_Place, _Place] = nx.immediate_dominators(graph(program), _ROOT)
    for later, place in first.items():
        at = (later, "in")
        while at in parents and at != _ROOT and parents[at] != at:
            at = parents[at]
            earlier, side = at
            if side == "out" and first.get(earlier, place) > place and not _repeats(program, earlier):
                yield earlier, later


def _ahead(program: Program, trace: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which the second, which directly follows the first, was done more often than it."""
    counts = dict.fromkeys(trace, 0)
    before = {node: found for node in counts if (found := _only_before(program, node)) in counts}
    for node in trace:
        counts[node] += 1
        earlier = before.get(node)
        if earlier is not None and counts[node] > counts[earlier]:
            yield earlier, node


def _only_before(program: Program, index: int) -> int | None:
    node = program.nodes[index]
    if len(node.incoming) != 1 or _repeats(program, index):
        return None
    before = program.flows[node.incoming[0]].source
    source = program.nodes[before]
    plain = source.loop is None and source.completion_quantity == 1 and source.host is None
    return before if plain else None


def _repeats(program: Program, index: int) -> bool:
    """Return whether a loop lets the node be done several times, or not at all, each time a token comes."""
    at: int | None = index
    while at is not None:
        if program.nodes[at].loop is not None:
            return True
        at = program.nodes[at].parent
    return False


def graph(program: Program) -> nx.DiGraph[_Place]:
    """Return by which ways tokens can go, from the root to every node and out of it."""
    graph: nx.DiGraph[_Place] = nx.DiGraph()
    graph.add_node(_ROOT)
    for flow in program.flows:
        graph.add_edge((flow.source, "out"), (flow.target, "in"))
    for index, node in enumerate(program.nodes):
        if node.kind not in SUB_PROCESSES:
            graph.add_edge((index, "in"), (index, "out"))
        if node.host is not None:
            graph.add_edge((node.host, "in"), (index, "in"))
            if node.handler is not None:
                graph.add_edge((index, "out"), (node.handler, "in"))
        elif _is_entry(node):
            graph.add_edge((node.parent, "in") if node.parent is not None else _ROOT, (index, "in"))
        if node.parent is not None and not node.outgoing:
            graph.add_edge((index, "out"), (node.parent, "out"))
    graph.add_edges_from(_links(program))
    return graph


def _is_entry(node: Node) -> bool:
    return not node.incoming and not node.for_compensation


def _links(program: Program) -> Iterator[tuple[_Place, _Place]]:
    for index, node in enumerate(program.nodes):
        for link in (event for event in node.events if isinstance(event, Link)):
            if node.kind is Kind.INTERMEDIATE_THROW_EVENT:
                for target, other in enumerate(program.nodes):
                    if other.kind is Kind.INTERMEDIATE_CATCH_EVENT and link in other.events:
                        yield (index, "out"), (target, "in")
