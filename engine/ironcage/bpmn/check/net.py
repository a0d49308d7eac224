"""One scope of a program as a token game: where tokens can be, and what each can do next if nothing is known of data.

A condition may hold or not, an event may happen or not, work may end well or by any event on its boundary. What stands
inside a sub-process is another scope: seen from here, a sub-process is work like any other.

Places are numbered so that the earlier ones lead to the later ones, but for flows that lead back. A join has a place
for each flow that leads to it; any other node has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

import networkx as nx

from ironcage.program import Cancel, Compensation, Error, Kind, Link, Terminate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ironcage.program import Node, Program

_JOINS = frozenset({Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY})
_EVENTS = frozenset(
    {
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.BOUNDARY_EVENT,
    }
)
_MOST_CONDITIONS = 4
"""Of how many conditions every combination is tried; of more, each alone, each two, and all together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a token may do at a node: the places it goes to; *ends* if every other token of the scope goes with it."""

    places: tuple[int, ...]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A node of the scope: its places, and what a token there may do."""

    node: int
    places: tuple[int, ...]
    """One a flow that leads to it for a join, else one."""
    needed: int
    """How many tokens a place must hold before anything happens."""
    waits_for_all: bool
    """Whether each place must hold a token."""
    waits_for_any: bool
    """Whether it waits as long as a token elsewhere can still come to an empty place."""
    outcomes: tuple[Outcome, ...]

    @property
    def is_join(self) -> bool:
        """Whether tokens wait here for each other."""
        return self.waits_for_all or self.waits_for_any


class Net:
    """The scope *parent* of *program* (None: the process itself) as a token game."""

    def __init__(self, program: Program, parent: int | None, *, reverse: bool = False) -> None:
        """With *reverse*, ways that part are put in the reverse order."""
        self.program = program
        self._step = -1 if reverse else 1
        self.turns_back = False
        """Whether a flow leads back."""
        self.nodes = [i for i, node in enumerate(program.nodes) if node.parent == parent and _takes_part(node)]
        self._is_ad_hoc = parent is not None and program.nodes[parent].kind is Kind.AD_HOC_SUB_PROCESS
        catching = (i for i in self.nodes if program.nodes[i].kind is Kind.INTERMEDIATE_CATCH_EVENT)
        self._links = {event.name: i for i in catching for event in program.nodes[i].events if isinstance(event, Link)}
        self.beginnings = list(self._beginnings())
        """The sets of nodes a token may be put at when the scope begins, one set at a time."""
        self.order = self._in_order()
        self._place_of_flow: dict[int, int] = {}
        self._place_of_node: dict[int, int] = {}
        places = [self._number(index) for index in self.order]
        self.spots = [self._spot(index, own) for index, own in zip(self.order, places, strict=True)]
        self.spot_of = [spot for spot in self.spots for _ in spot.places]
        """The spot of each place."""

    def place_at(self, index: int) -> int:
        """Return the place of a token that stands at a node without having come by a flow."""
        return self._place_of_node[index]

    def successors(self, index: int) -> Iterator[int]:
        """Yield where a token can go from a node."""
        node = self.program.nodes[index]
        yield from (self.program.flows[flow].target for flow in node.outgoing)
        yield from (boundary for boundary in node.boundaries if _takes_part(self.program.nodes[boundary]))
        yield from self._linked(node)

    def fork_before(self, index: int) -> int:
        """Return the last node that every way to a node passes and at which ways part that are taken together."""
        root = -1
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_edges_from((root, first) for beginning in self.beginnings for first in beginning)
        graph.add_edges_from((each, target) for each in self.order for target in self.successors(each))
        above = nx.immediate_dominators(graph, root)
        forks = {spot.node for spot in self.spots if any(len(each.places) > 1 for each in spot.outcomes)}
        found = above[index]
        while found != root and found not in forks:
            found = above[found]
        return found if found != root else min(forks, default=index)

    def _linked(self, node: Node) -> list[int]:
        if node.kind is not Kind.INTERMEDIATE_THROW_EVENT:
            return []
        return [
            self._links[event.name] for event in node.events if isinstance(event, Link) and event.name in self._links
        ]

    def _beginnings(self) -> Iterator[list[int]]:
        nodes = self.program.nodes
        free = [i for i in self.nodes if not nodes[i].incoming and nodes[i].host is None]
        free = [i for i in free if i not in self._links.values()]
        starts = [i for i in free if nodes[i].kind is Kind.START_EVENT]
        instantiating = [i for i in free if nodes[i].instantiate]
        if starts or instantiating:
            yield from ([i] for i in starts + instantiating)
        elif free:
            yield free

    def _in_order(self) -> list[int]:
        """Return the nodes that can be reached, each before those it leads to, but for flows that lead back."""
        finished: dict[int, None] = {}
        seen: set[int] = set()
        for first in chain.from_iterable(self.beginnings):
            waiting = [(first, self._later(first))] if first not in seen else []
            seen.add(first)
            while waiting:
                index, later = waiting[-1]
                for following in later:
                    if following not in seen:
                        seen.add(following)
                        waiting.append((following, self._later(following)))
                        break
                    self.turns_back = self.turns_back or following not in finished
                else:
                    finished[index] = None
                    waiting.pop()
        return list(finished)[::-1]

    def _later(self, index: int) -> Iterator[int]:
        return iter(list(self.successors(index))[:: self._step])

    def _number(self, index: int) -> tuple[int, ...]:
        node = self.program.nodes[index]
        first = len(self._place_of_flow) + len(self._place_of_node)
        if node.kind in _JOINS and len(node.incoming) > 1:
            self._place_of_flow |= {flow: first + place for place, flow in enumerate(node.incoming)}
            return tuple(range(first, first + len(node.incoming)))
        self._place_of_node[index] = first
        return (first,)

    def _spot(self, index: int, places: tuple[int, ...]) -> Spot:
        node = self.program.nodes[index]
        outcomes = tuple(dict.fromkeys(self._outcomes(node)))
        waits_for_all = len(places) > 1 and node.kind is Kind.PARALLEL_GATEWAY
        waits_for_any = len(places) > 1 and not waits_for_all
        return Spot(index, places, max(node.start_quantity, 1), waits_for_all, waits_for_any, outcomes)

    def _outcomes(self, node: Node) -> Iterator[Outcome]:
        if node.kind is Kind.END_EVENT:
            yield Outcome((), any(isinstance(event, Terminate | Error | Cancel) for event in node.events))
            return
        for index in self._linked(node):
            yield Outcome((self._place_of_node[index],))
            return
        boundaries = [self.program.nodes[i] for i in node.boundaries if _takes_part(self.program.nodes[i])]
        leaving = [self._places(each.outgoing) for each in boundaries if each.interrupting]
        beside = [self._places(each.outgoing) for each in boundaries if not each.interrupting]
        done = [self._places(flows) * node.completion_quantity for flows in self._ways(node)]
        for places in done + leaving:
            for more in ((), *beside, tuple(chain.from_iterable(beside))):
                yield Outcome(tuple(sorted(places + more)))

    def _ways(self, node: Node) -> list[tuple[int, ...]]:
        """Return the sets of flows by which tokens may leave together."""
        if node.kind in (Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY) and not node.parallel:
            return [(flow,) for flow in node.outgoing]
        if node.kind in _EVENTS or node.kind is Kind.PARALLEL_GATEWAY:
            return [node.outgoing]
        flows = self.program.flows
        chosen = [i for i in node.outgoing if i != node.default and flows[i].condition is not None]
        sure = tuple(i for i in node.outgoing if i != node.default and flows[i].condition is None)
        otherwise = () if node.default is None else (node.default,)
        ways = [sure + some for some in _some(chosen)]
        if sure or otherwise or not chosen:
            ways.append(sure + otherwise)
        return ways

    def _places(self, flows: Iterable[int]) -> tuple[int, ...]:
        found = (self._place_of_flow.get(i, self._place_of_node.get(self.program.flows[i].target)) for i in flows)
        return tuple(place for place in found if place is not None)


def _takes_part(node: Node) -> bool:
    """Return whether tokens come to a node by flows: not to handlers of events and of compensation."""
    compensates = node.host is not None and any(isinstance(event, Compensation) for event in node.events)
    return not (node.by_event or node.for_compensation or compensates)


def _some(chosen: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield which of the flows with conditions may be taken together, at least one."""
    sizes: Iterable[int] = range(1, len(chosen) + 1)
    if len(chosen) > _MOST_CONDITIONS:
        sizes = (1, 2, len(chosen))
    for size in sizes:
        yield from combinations(chosen, size)
