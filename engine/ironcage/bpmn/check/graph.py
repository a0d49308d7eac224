"""The process as a graph of nodes, in which a boundary event follows its activity."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx

from ironcage.bpmn.model import Event, TerminateDefinition
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.model import FlowNode
    from ironcage.bpmn.wiring import Wiring

ROOT = -1
"""Stands before every node a case begins at."""

AUTOMATIC = frozenset(
    {
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.INCLUSIVE_GATEWAY,
        Kind.TASK,
        Kind.BUSINESS_RULE_TASK,
        Kind.INTERMEDIATE_THROW_EVENT,
    }
)
"""What is done in the instant it begins."""

BUDGET = 2_000_000
"""How many nodes are visited at most in search of joins that some path cannot feed."""


class Graph:
    """Questions about what can be reached. Nodes are named by their index."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.nodes = wiring.nodes
        self.graph: nx.DiGraph[int] = nx.DiGraph()
        self.graph.add_nodes_from(range(ROOT, len(self.nodes)))
        for index in range(len(self.nodes)):
            self.graph.add_edges_from((index, target) for target in wiring.successors(index))
            if not wiring.incoming[index] and wiring.hosts[index] is None:
                self.graph.add_edge(ROOT, index)
        self._visits = 0

    @cached_property
    def reached(self) -> set[int]:
        """The nodes a case can come to."""
        return nx.descendants(self.graph, ROOT)

    @cached_property
    def ending(self) -> set[int]:
        """The nodes from which some path ends, by an end event or without one."""
        return self._before(index for index in range(len(self.nodes)) if not self.graph.out_degree(index))

    @cached_property
    def stopping(self) -> set[int]:
        """The nodes from which every path ends by a terminate event."""
        stops = {index for index, node in enumerate(self.nodes) if _is_terminate(node)}
        ends = (index for index in range(len(self.nodes)) if not self.graph.out_degree(index) and index not in stops)
        return self._before(stops) - self._before(ends)

    @cached_property
    def dominators(self) -> dict[int, int]:
        """The last node that every way to a node passes, by node that can be reached."""
        return nx.immediate_dominators(self.graph, ROOT)

    @cached_property
    def _intervals(self) -> dict[int, tuple[int, int]]:
        """When a walk through the tree of dominators comes to a node, and when it leaves what is under it."""
        below: dict[int, list[int]] = {index: [] for index in (ROOT, *self.dominators)}
        for index, above in self.dominators.items():
            if index != above:
                below[above].append(index)
        came: dict[int, int] = {}
        left: dict[int, tuple[int, int]] = {}
        waiting = [ROOT]
        while waiting:
            index = waiting.pop()
            if index in came:
                left[index] = (came[index], len(came))
            else:
                came[index] = len(came)
                waiting += [index, *below[index]]
        return left

    def dominates(self, first: int, index: int) -> bool:
        """Return whether every way to *index* passes *first*; both can be reached."""
        begin, end = self._intervals[first]
        return begin <= self._intervals[index][0] < end

    def entries(self, index: int) -> int:
        """Return how many flows lead to a node that do not come back from it."""
        sources = (self.wiring.sources[flow] for flow in self.wiring.incoming[index])
        return sum(
            source in self.reached and not self.dominates(index, source) for source in sources if source is not None
        )

    def loops(self) -> Iterator[list[int]]:
        """Yield the circles in which nothing waits, as far as they hang together, in document order."""
        automatic = self.graph.subgraph(index for index, node in enumerate(self.nodes) if node.kind in AUTOMATIC)
        found = (sorted(each) for each in nx.strongly_connected_components(automatic))
        yield from sorted(each for each in found if len(each) > 1 or automatic.has_edge(each[0], each[0]))

    @cached_property
    def first_unexamined_join(self) -> int | None:
        """The first join for which the budget did not suffice."""
        return min((each[1] for each in (self._examined, self._waiting) if each[1] is not None), default=None)

    @cached_property
    def joins_in_circles(self) -> list[list[int]]:
        """The inclusive joins that may wait for each other, each circle in document order."""
        return self._waiting[0]

    @cached_property
    def starved_joins(self) -> list[int]:
        """The parallel joins that may wait in vain, of those for which the budget sufficed."""
        return self._examined[0]

    @cached_property
    def _examined(self) -> tuple[list[int], int | None]:
        starved: list[int] = []
        for index, node in enumerate(self.nodes):
            if node.kind is Kind.PARALLEL_GATEWAY and len(self.wiring.incoming[index]) > 1 and index in self.reached:
                if self._visits > BUDGET:
                    return starved, index
                if self.is_starved(index):
                    starved.append(index)
        return starved, None

    @cached_property
    def _waiting(self) -> tuple[list[list[int]], int | None]:
        """Return the circles of joins, and the first join that was not examined.

        One join waits for another if a token there can come to it by some of its flows but not by all: then it may
        hold one on a flow of the rest.
        """
        inclusive = (index for index, node in enumerate(self.nodes) if node.kind is Kind.INCLUSIVE_GATEWAY)
        joins = [index for index in inclusive if len(self.wiring.incoming[index]) > 1 and index in self.reached]
        waits: nx.DiGraph[int] = nx.DiGraph()
        for join in joins:
            if self._visits > BUDGET:
                return [], join
            leads_to: dict[int, int] = {}
            flows = self.wiring.incoming[join]
            for place, flow in enumerate(flows):
                self._lead(self.wiring.sources[flow], 1 << place, {join}, join, leads_to)
            every = (1 << len(flows)) - 1
            waits.add_edges_from((join, other) for other in joins if 0 < leads_to.get(other, 0) < every)
        circles = (sorted(each) for each in nx.strongly_connected_components(waits))
        return sorted(each for each in circles if len(each) > 1), None

    def is_starved(self, join: int) -> bool:
        """Return whether a token may come to *join* and wait there in vain, as far as the graph tells.

        All ways to it part after its dominator. A flow that no way from there leads to, but through the join itself,
        starves it; and so does a choice on the way of which different answers lead to different flows of the join.
        """
        dominator = self.dominators[join]
        leads_to: dict[int, int] = {}
        flow_bits = {flow: 1 << place for place, flow in enumerate(self.wiring.incoming[join])}
        for flow, bit in flow_bits.items():
            if not self._lead(self.wiring.sources[flow], bit, {join, dominator}, dominator, leads_to):
                return True
        return any(self._parts(index, index == dominator, leads_to, flow_bits) for index in [dominator, *leads_to])

    def _lead(self, source: int | None, bit: int, closed: set[int], dominator: int, leads_to: dict[int, int]) -> bool:
        """Mark every node that leads to *source* with *bit*; return whether the dominator does."""
        is_fed = source == dominator
        waiting = [source] if source is not None and source not in closed else []
        while waiting:
            index = waiting.pop()
            if leads_to.get(index, 0) & bit:
                continue
            self._visits += 1
            leads_to[index] = leads_to.get(index, 0) | bit
            for earlier in self.graph.predecessors(index):
                is_fed = is_fed or earlier == dominator
                if earlier not in closed and earlier in self.reached:
                    waiting.append(earlier)
        return is_fed

    def _parts(self, index: int, is_dominator: bool, leads_to: dict[int, int], flow_bits: dict[int, int]) -> bool:
        """Return whether the choice at a node decides to which flows of the join a token can come."""
        answers = set()
        for branch in self._choice(index):
            targets = [(flow, self.wiring.targets[flow]) for flow in branch]
            if targets and all(target in self.stopping for _, target in targets):
                continue
            bits = 0
            for flow, target in targets:
                bits |= flow_bits.get(flow, 0) or (leads_to.get(target, 0) if target is not None else 0)
            # Before the ways part, a branch that leads past the join altogether sends it nothing to wait with.
            if bits or not is_dominator:
                answers.add(bits)
        return len(answers) > 1

    def _choice(self, index: int) -> list[list[int]]:
        """Return the branches of which a token takes one, each as flows; none where there is no choice."""
        if index == ROOT:
            return []
        flows = self.wiring.outgoing
        branches = self.wiring.parting(index).branches()
        if self.wiring.boundaries[index]:
            branches = branches or [flows[index]]
        return branches + [flows[boundary] for boundary in self.wiring.boundaries[index]]

    def meet(self, index: int) -> int | None:
        """Return the node at which ways part that are taken together and lead to *index* without a join, or None."""
        fork = self.dominators[index]
        if fork == ROOT or self.entries(index) < 2:
            return None
        branches = len(self.wiring.outgoing[fork]) + len(self.wiring.boundaries[fork])
        for flows in self.wiring.parting(fork).together():
            if len(flows) > 1 and (len(flows) == branches or self._is_met_twice(index, fork, flows)):
                return fork
        return None

    def _is_met_twice(self, index: int, fork: int, flows: list[int]) -> bool:
        """Return whether two ways that begin with *flows* out of *fork* come to *index* apart from each other."""
        leading = self._before([index], end=fork)
        ways: nx.DiGraph[int] = nx.DiGraph(self.graph.subgraph(leading - {index}))
        ways.add_edges_from((each, index) for each in self.graph.predecessors(index) if each in ways)
        targets = self.wiring.targets
        ways.add_edges_from((fork, target) for flow in flows if (target := targets[flow]) in leading)
        reached = nx.descendants(ways, fork) if fork in ways else set[int]()
        sources = self.wiring.sources
        entering = [flow for flow in self.wiring.incoming[index] if sources[flow] in reached - {index} or flow in flows]
        return len(entering) > 1 and nx.immediate_dominators(ways, fork)[index] == fork

    def _before(self, indices: Iterable[int], end: int = ROOT) -> set[int]:
        """Return *indices* and every node that leads to one of them; *end* itself is left out."""
        found = set(indices)
        waiting = list(found)
        while waiting:
            for earlier in self.graph.predecessors(waiting.pop()):
                if earlier not in found and earlier != end:
                    found.add(earlier)
                    waiting.append(earlier)
        return found


def _is_terminate(node: FlowNode) -> bool:
    return isinstance(node, Event) and any(isinstance(each, TerminateDefinition) for each in node.definitions)
