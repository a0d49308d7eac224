"""Which nodes of a process may be at work after others were: what these bring, those may see.

Whoever may be at work beside them may see it, too. A node has a beginning and an end, and what follows from what is a
graph of these; where ways part that are walked at once, what lies on one may come after what lies on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.plan import CASE, plan_of
from ironcage.program import Cancel, Compensation, Kind, Link, MultiInstance, Timer, TimerKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ironcage.program import Node, Program

_ONE_WAY = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY})
_THROWING = frozenset({Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT})


def afterwards(program: Program, nodes: Collection[int]) -> frozenset[int]:
    """Return the indices of the nodes that may still be at work when one of *nodes* is done, these included."""
    if not nodes:
        return frozenset()
    order = _Order(program)
    sources = {_end(node) for node in nodes}
    before = _reached(order.back, sources)
    for ways in order.forks:
        leading = [number for number, way in enumerate(ways) if not before.isdisjoint(way)]
        if leading:
            others = (way for number, way in enumerate(ways) if len(leading) > 1 or number != leading[0])
            sources.update(step for way in others for step in way)
    found = _reached(order.on, sources)
    return frozenset(node for node in range(len(program.nodes)) if _end(node) in found)


def _begin(node: int) -> int:
    return 2 * node


def _end(node: int) -> int:
    return 2 * node + 1


def _reached(steps: dict[int, list[int]], sources: Iterable[int]) -> set[int]:
    found = set(sources)
    waiting = list(found)
    while waiting:
        for step in steps.get(waiting.pop(), ()):
            if step not in found:
                found.add(step)
                waiting.append(step)
    return found


class _Order:
    """What follows from what in a program, and where ways part that are walked at once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plan = plan_of(program)
        self.on: dict[int, list[int]] = {}
        self.back: dict[int, list[int]] = {}
        self.forks: list[list[list[int]]] = []
        """Each a list of ways, each way a list of where it begins."""
        for index, node in enumerate(program.nodes):
            self._node(index, node)
            self._on_boundary(index, node)
        for scope in {CASE, *(CASE if node.parent is None else node.parent for node in program.nodes)}:
            self._scope(scope)
        self._compensation()

    def _lead(self, source: int, target: int) -> None:
        self.on.setdefault(source, []).append(target)
        self.back.setdefault(target, []).append(source)

    def _node(self, index: int, node: Node) -> None:
        parent = CASE if node.parent is None else node.parent
        self._lead(_begin(index), _end(index))
        self._lead(_end(index), _end(parent))
        if node.loop is not None:
            self._lead(_end(index), _begin(index))
        ways = [[_begin(self.program.flows[flow].target)] for flow in node.outgoing]
        if node.kind in _THROWING:
            names = (event.name for event in node.events if isinstance(event, Link))
            ways += [[_begin(self.plan.links[parent, name])] for name in names]
        for way in ways:
            self._lead(_end(index), way[0])
        if node.kind not in _ONE_WAY or node.parallel:
            self.forks.append(ways * 2 if _multiplies(node) else ways)
        if isinstance(node.loop, MultiInstance) and not node.loop.sequential:
            self.forks.append([[_begin(index)]] * 2)

    def _on_boundary(self, index: int, node: Node) -> None:
        for boundary in node.boundaries:
            event = self.program.nodes[boundary]
            self._lead(_begin(index), _begin(boundary))
            if index in self.plan.entries:
                self._lead(_end(index), _begin(boundary))
            if event.handler is not None:
                self._lead(_end(boundary), _begin(event.handler))
            if not event.interrupting:
                inside = self.plan.entries.get(index, ())
                self.forks.append([[_begin(boundary)], [_end(index), *map(_begin, inside)], [_begin(boundary)]])

    def _scope(self, scope: int) -> None:
        entries, handlers = self.plan.entries.get(scope, []), self.plan.handlers.get(scope, [])
        inside = [_begin(index) for index in entries]
        for index in [*entries, *self.plan.starts.get(scope, []), *handlers]:
            self._lead(_begin(scope), _begin(index))
        self.forks.append([[entry] for entry in inside])
        for handler in handlers:
            self._lead(_end(scope), _begin(handler))
            if not self.program.nodes[self.plan.start_of(handler)].interrupting:
                others = [_begin(index) for index in self.plan.starts.get(scope, [])]
                self.forks.append([[_begin(handler)], [*inside, *others], [_begin(handler)]])

    def _compensation(self) -> None:
        for index, node in enumerate(self.program.nodes):
            if node.kind in _THROWING and any(isinstance(event, Compensation | Cancel) for event in node.events):
                for handler in self.plan.compensators.values():
                    self._lead(_begin(index), _begin(handler))
                    self._lead(_end(handler), _end(index))


def _multiplies(node: Node) -> bool:
    """Return whether more than one token may go on where one came: copies, or a cycle that comes again."""
    cycles = any(isinstance(event, Timer) and event.kind is TimerKind.CYCLE for event in node.events)
    return node.completion_quantity > 1 or cycles
