"""Bounded exploration of what a scope may do: every answer of every condition, until the budget ends.

Of the tokens that can move, the earliest alone is moved. Tokens do not stand in each other's way, so this finds every
state in which tokens wait in vain; and as a token moves only when none before it can, two that can be at one node at
the same time are seen there together.

The budget counts moves, not time: the same model always gives the same answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.net import Net, Spot

    Marking = tuple[int, ...]

BUDGET = 20_000
"""How many moves are made at most in all scopes of a process together."""


@dataclass(slots=True)
class Finding:
    """A node where tokens wait in vain or meet, and the choices on the way there, as node indices."""

    node: int
    path: list[int]
    missing: list[int] = field(default_factory=list)
    """The flows by which no token has come."""


@dataclass(slots=True)
class Explored:
    """What came of exploring one scope."""

    starved: dict[int, Finding] = field(default_factory=dict)
    """Nodes at which tokens may wait for ever, by node."""
    met: dict[int, Finding] = field(default_factory=dict)
    """Nodes at which several tokens may be at once, though none waits for another there, by node."""
    moves: int = 0
    unfinished: int | None = None
    """The first node still to be looked at when the budget ended."""


class _Exploration:
    def __init__(self, net: Net, budget: int) -> None:
        self.net = net
        self.budget = budget
        self.found = Explored()
        self.ways: dict[int, list[int]] = {}
        self.came: dict[Marking, tuple[Marking, int] | None] = {}
        """From which marking, by moving which node, each was first reached."""

    def run(self) -> Explored:
        """Explore from every beginning."""
        waiting: list[Marking] = []
        for beginning in self.net.beginnings:
            marking = tuple(sorted(self.net.place_at(index) for index in beginning))
            self.came.setdefault(marking, None)
            waiting.append(marking)
        while waiting:
            marking = waiting.pop()
            spot = self._movable(marking)
            if spot is None:
                self._note_starved(marking)
                continue
            if self.found.moves >= self.budget:
                self.found.unfinished = spot.node
                break
            for following in self._moved(marking, spot):
                self.found.moves += 1
                if following not in self.came:
                    self.came[following] = (marking, spot.node)
                    waiting.append(following)
        return self.found

    def _movable(self, marking: Marking) -> Spot | None:
        """Return the earliest node at which a token can move."""
        held = Counter(marking)
        for place in sorted(held):
            spot = self.net.spot_of[place]
            if spot.waits_for_all:
                if all(held[each] for each in spot.places):
                    return spot
            elif spot.waits_for_any:
                if self._is_activated(spot, held):
                    return spot
            elif held[place] >= spot.needed:
                return spot
        return None

    def _moved(self, marking: Marking, spot: Spot) -> Iterator[Marking]:
        left = Counter(marking)
        for place in spot.places:
            left[place] -= min(left[place], spot.needed)
        for outcome in spot.outcomes:
            if outcome.ends:
                yield ()
                continue
            after = left + Counter(outcome.places)
            for place in outcome.places:
                target = self.net.spot_of[place]
                # A flow on which tokens pile up before a join is told of where they come from.
                most = 2 if target.is_join else target.needed
                if after[place] > most:
                    if not target.is_join:
                        self._note_met(target.node, marking, spot.node)
                    after[place] = most
            yield tuple(sorted(after.elements()))

    def _is_activated(self, spot: Spot, held: Counter[int]) -> bool:
        """Return whether no token elsewhere can come to an empty place of an inclusive join, and to no filled one.

        Source: BPMN 2.0.2, 13.4.3.
        """
        ways = self.ways.get(spot.node) or self.ways.setdefault(spot.node, self._ways(spot))
        filled = sum(1 << bit for bit, place in enumerate(spot.places) if held[place])
        others = (place for place in held if place not in spot.places)
        return all(not (way := ways[place]) or way & filled for place in others)

    def _ways(self, spot: Spot) -> list[int]:
        """Return, for each place, by which flows a token there can come to *spot*, a bit a flow."""
        before: dict[int, list[int]] = {}
        own = {each.node: each.places for each in self.net.spots}
        for each in self.net.spots:
            for target in {place for outcome in each.outcomes for place in outcome.places}:
                before.setdefault(target, []).append(each.node)
        leads_to: dict[int, int] = {}
        for bit, entrance in enumerate(spot.places):
            waiting = list(before.get(entrance, ()))
            while waiting:
                index = waiting.pop()
                if index == spot.node or leads_to.get(index, 0) >> bit & 1:
                    continue
                leads_to[index] = leads_to.get(index, 0) | 1 << bit
                waiting += [earlier for place in own[index] for earlier in before.get(place, ())]
        return [leads_to.get(each.node, 0) for each in self.net.spot_of]

    def _note_starved(self, marking: Marking) -> None:
        for spot in {self.net.spot_of[place].node: self.net.spot_of[place] for place in marking}.values():
            if spot.node not in self.found.starved:
                flows = self.net.program.nodes[spot.node].incoming
                missing = [flow for flow, place in zip(flows, spot.places, strict=False) if place not in marking]
                self.found.starved[spot.node] = Finding(spot.node, self._path(marking), missing)

    def _note_met(self, node: int, marking: Marking, last: int) -> None:
        if node not in self.found.met and self.net.program.nodes[node].kind is not Kind.END_EVENT:
            self.found.met[node] = Finding(node, [*self._path(marking), last])

    def _path(self, marking: Marking) -> list[int]:
        """Return the nodes moved on the way to *marking*, in order."""
        path: list[int] = []
        step = self.came[marking]
        while step is not None:
            marking, node = step
            path.append(node)
            step = self.came[marking]
        return path[::-1]


def explore(net: Net, budget: int = BUDGET) -> Explored:
    """Return what may happen in a scope, explored in *budget* moves at most."""
    return _Exploration(net, budget).run()
