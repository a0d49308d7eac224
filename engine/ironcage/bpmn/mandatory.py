"""Which activities no case can do without: what skipping is measured against."""

from __future__ import annotations

from collections import deque
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from ironcage.program import (
    SUB_PROCESSES,
    Cancel,
    Compensation,
    Error,
    Kind,
    Link,
    MultiInstance,
    StandardLoop,
    Terminate,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.program import Node, Program

_ACTIVITIES = SUB_PROCESSES | {
    Kind.TASK,
    Kind.USER_TASK,
    Kind.MANUAL_TASK,
    Kind.SERVICE_TASK,
    Kind.BUSINESS_RULE_TASK,
    Kind.SCRIPT_TASK,
    Kind.SEND_TASK,
    Kind.RECEIVE_TASK,
    Kind.CALL_ACTIVITY,
}
_ONE_OF = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY})


def mandatory(program: Program) -> frozenset[str]:
    """Return the ids of the activities that every case has completed that came to its end in the normal way.

    A case that a terminate event, an error or a cancellation ended did not. An activity left by an interrupting
    boundary event was not completed; one that is done for each item of a list, or as long as a condition holds that is
    asked before, may never have been begun. Of the branches of an exclusive or event-based gateway one is taken; of
    those of any other node all that have no condition, and of the others one if there is a default or nothing else.
    Where no case comes to such an end, no activity is mandatory.
    """
    return _Search(program).found()


class _Search:
    """What is surely completed from each node of a program on, to the end of its scope: one bit an activity."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.activities = [index for index, node in enumerate(program.nodes) if _is_done(node)]
        self.own = {index: 1 << place for place, index in enumerate(self.activities)}
        self.no_end = 1 << len(self.activities)
        """One bit more, that stays set where no end lies ahead."""
        self.everything = 2 * self.no_end - 1
        self.scopes: dict[int | None, list[int]] = {None: []}
        """The nodes of each scope, by the index of its sub-process."""
        for index, node in enumerate(program.nodes):
            self.scopes.setdefault(node.parent, []).append(index)
        self.inside: dict[int, int] = {}
        """What is surely completed inside a sub-process."""
        # The greatest solution: all begin with everything, and only lose.
        self.ahead = [self.everything] * len(program.nodes)

    def found(self) -> frozenset[str]:
        nodes = self.program.nodes
        # What is inside a sub-process stands after it.
        for index in reversed(range(len(nodes))):
            if nodes[index].kind in SUB_PROCESSES:
                self.inside[index] = self._of_scope(index)
        common = self._of_scope(None)
        if common & self.no_end:
            return frozenset()
        return frozenset(nodes[index].id for index in self.activities if common & self.own[index])

    def _of_scope(self, scope: int | None) -> int:
        """Return what every normal end of a scope has completed."""
        nodes = self.program.nodes
        members = self.scopes.get(scope, [])
        if not members:
            return 0
        self._settle(members)
        common = reduce(and_, self._beginnings(scope, members), self.everything)
        node = None if scope is None else nodes[scope]
        if node and node.ad_hoc and node.ad_hoc.completion:
            return 0
        if node and any(isinstance(event, Terminate) for index in members for event in nodes[index].events):
            return 0
        interrupting = (index for index in members if nodes[index].by_event and self._interrupts(index))
        return reduce(and_, (self.inside[index] for index in interrupting), common)

    def _settle(self, members: list[int]) -> None:
        before = self._before(members)
        waiting = deque(reversed(members))
        queued = set(members)
        while waiting:
            index = waiting.popleft()
            queued.discard(index)
            found = self._ahead(index)
            if found != self.ahead[index]:
                self.ahead[index] = found
                again = [earlier for earlier in before[index] if earlier not in queued]
                waiting.extend(again)
                queued.update(again)

    def _before(self, members: list[int]) -> dict[int, list[int]]:
        """Return, by node, whose answer depends on it."""
        before: dict[int, list[int]] = {index: [] for index in members}
        for index in members:
            for later in self._after(index):
                before[later].append(index)
        return before

    def _after(self, index: int) -> Iterator[int]:
        """Yield the nodes that the answer of a node depends on."""
        node = self.program.nodes[index]
        yield from (self.program.flows[flow].target for flow in node.outgoing)
        yield from self._leaving(node)
        yield from self._linked(node)

    def _leaving(self, node: Node) -> Iterator[int]:
        """Yield the boundary events that end the activity they sit on."""
        for index in node.boundaries:
            boundary = self.program.nodes[index]
            if boundary.interrupting and not any(isinstance(event, Compensation) for event in boundary.events):
                yield index

    def _linked(self, node: Node) -> Iterator[int]:
        """Yield where a throwing link event goes on."""
        if node.kind is not Kind.INTERMEDIATE_THROW_EVENT:
            return
        names = {event.name for event in node.events if isinstance(event, Link)}
        for index in self.scopes[node.parent] if names else ():
            other = self.program.nodes[index]
            if other.kind is Kind.INTERMEDIATE_CATCH_EVENT and any(
                isinstance(event, Link) and event.name in names for event in other.events
            ):
                yield index

    def _ahead(self, index: int) -> int:
        """Return what is completed from a node on, by what is known of the nodes after it."""
        node, flows = self.program.nodes[index], self.program.flows
        if node.kind is Kind.END_EVENT and any(isinstance(event, Terminate | Error | Cancel) for event in node.events):
            return self.everything
        choices = [flow for flow in node.outgoing if flow == node.default or flows[flow].condition is not None]
        if node.kind in _ONE_OF and not node.parallel:
            choices = list(node.outgoing)
        sure = [flow for flow in node.outgoing if flow not in choices]
        completed = self._all(self._itself(index), (flows[flow].target for flow in sure))
        completed = self._all(completed, self._linked(node))
        if choices and (not sure or node.default is not None):
            completed |= reduce(and_, (self.ahead[flows[flow].target] for flow in choices))
        if completed & self.no_end:
            completed = self.everything
        return reduce(and_, (self.ahead[boundary] for boundary in self._leaving(node)), completed)

    def _all(self, completed: int, targets: Iterable[int]) -> int:
        return reduce(or_, (self.ahead[target] for target in targets), completed)

    def _itself(self, index: int) -> int:
        """Return what the completion of a node alone says."""
        loop = self.program.nodes[index].loop
        if isinstance(loop, MultiInstance) or (isinstance(loop, StandardLoop) and loop.before):
            return 0
        return self.own.get(index, 0) | self.inside.get(index, 0)

    def _beginnings(self, scope: int | None, members: list[int]) -> Iterator[int]:
        """Yield, for each way a scope may begin, what is completed then."""
        nodes = self.program.nodes
        starts = [index for index in members if nodes[index].kind is Kind.START_EVENT]
        none = [index for index in starts if not nodes[index].events]
        begun_by_others = [index for index in starts if nodes[index].events]
        if scope is None:
            begun_by_others += [index for index in members if nodes[index].instantiate and not nodes[index].incoming]
        if not none and not begun_by_others:
            none = [index for index in members if _begins(nodes[index])]
        if none:
            yield self._all(0, none)
        yield from (self.ahead[index] for index in begun_by_others)

    def _interrupts(self, scope: int) -> bool:
        members = (self.program.nodes[index] for index in self.scopes.get(scope, []))
        return any(each.kind is Kind.START_EVENT and each.interrupting for each in members)


def _is_done(node: Node) -> bool:
    return node.kind in _ACTIVITIES and not node.by_event and not node.for_compensation


def _begins(node: Node) -> bool:
    """Return whether a node begins with a scope that has no start event."""
    is_link = node.kind is Kind.INTERMEDIATE_CATCH_EVENT and any(isinstance(event, Link) for event in node.events)
    return not (node.incoming or node.host is not None or node.by_event or node.for_compensation or is_link)
