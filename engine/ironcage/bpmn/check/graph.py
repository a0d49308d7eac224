"""A scope as a graph of nodes, in which a boundary event follows its activity, and a link leads on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx

from ironcage.bpmn import scripts
from ironcage.bpmn.check.room import is_handler
from ironcage.bpmn.model import Activity, SubProcess
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.model import FlowNode

ROOT = -1
"""Stands before every node a scope begins at."""

_AUTOMATIC = frozenset(
    {
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.INCLUSIVE_GATEWAY,
        Kind.COMPLEX_GATEWAY,
        Kind.TASK,
        Kind.INTERMEDIATE_THROW_EVENT,
    }
)
"""What is done in the instant it begins; of other kinds some are."""


class Graph:
    """Questions about what can be reached in a scope. Nodes are named by their index."""

    def __init__(self, room: Room, inside: dict[str, Graph]) -> None:
        """Take *inside* for the graphs of its sub-processes, by their ids."""
        self.room = room
        self.nodes = room.nodes
        self.inside = inside
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        self.graph.add_nodes_from(range(ROOT, len(self.nodes)))
        for index in range(len(self.nodes)):
            self.graph.add_edges_from((index, target) for target in room.successors(index))
        self.graph.add_edges_from((ROOT, index) for index in self._beginnings())

    def _beginnings(self) -> Iterator[int]:
        """Yield where a token can be without having come from a node of the scope."""
        for index, node in enumerate(self.nodes):
            free = not self.room.incoming[index] and self.room.hosts[index] is None
            catches = node.kind is Kind.INTERMEDIATE_CATCH_EVENT and bool(self.room.links(node))
            if is_handler(node) or (free and not catches):
                yield index

    @cached_property
    def reached(self) -> set[int]:
        """The nodes a case can come to."""
        return nx.descendants(self.graph, ROOT)

    @cached_property
    def ending(self) -> set[int]:
        """The nodes from which some path ends, by an end event or without one."""
        return self._before(index for index in range(len(self.nodes)) if not self.graph.out_degree(index))

    @cached_property
    def passes_at_once(self) -> bool:
        """Whether a case can come through the scope without waiting."""
        at_once = [index for index, node in enumerate(self.nodes) if self.is_automatic(node) or _begins_or_ends(node)]
        ways = self.graph.subgraph([ROOT, *at_once])
        return not self.nodes or any(not self.graph.out_degree(index) for index in nx.descendants(ways, ROOT))

    def is_automatic(self, node: FlowNode) -> bool:
        """Return whether a node is done in the instant it begins."""
        if node.kind in _AUTOMATIC:
            return node.service is None or node.kind is not Kind.INTERMEDIATE_THROW_EVENT
        if node.kind is Kind.INTERMEDIATE_CATCH_EVENT:
            return bool(self.room.links(node))
        if not isinstance(node, Activity):
            return False
        if isinstance(node, SubProcess):
            return not is_handler(node) and self.inside[node.id].passes_at_once
        if node.kind is Kind.SCRIPT_TASK:
            return node.script is not None and scripts.language(node.script.format) == scripts.FEEL
        return node.kind in (Kind.SEND_TASK, Kind.BUSINESS_RULE_TASK) and node.service is None

    def loops(self) -> Iterator[list[int]]:
        """Yield the circles in which nothing waits, as far as they hang together, in document order."""
        automatic = self.graph.subgraph(index for index, node in enumerate(self.nodes) if self.is_automatic(node))
        found = (sorted(each) for each in nx.strongly_connected_components(automatic))
        yield from sorted(each for each in found if len(each) > 1 or automatic.has_edge(each[0], each[0]))

    def changes_data(self, index: int) -> bool:
        """Return whether what is done at a node, or inside it, changes what conditions ask."""
        node = self.nodes[index]
        if not isinstance(node, Activity):
            return bool(node.outputs or node.data_outputs)
        says = node.settings or node.decision or node.script or node.outputs or node.data_outputs or node.loop
        inner = self.inside.get(node.id) if isinstance(node, SubProcess) else None
        return bool(says) or (inner is not None and any(map(inner.changes_data, range(len(inner.nodes)))))

    def _before(self, indices: Iterable[int]) -> set[int]:
        """Return *indices* and every node that leads to one of them."""
        found = set(indices)
        waiting = list(found)
        while waiting:
            for earlier in self.graph.predecessors(waiting.pop()):
                if earlier not in found:
                    found.add(earlier)
                    waiting.append(earlier)
        return found


def _begins_or_ends(node: FlowNode) -> bool:
    return node.kind in (Kind.START_EVENT, Kind.END_EVENT)
