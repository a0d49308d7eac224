"""One scope of a model, a process or a sub-process: its nodes by index, and what leads where."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    Activity,
    CompensateDefinition,
    DefinitionReference,
    Event,
    Gateway,
    LinkDefinition,
    SubProcess,
)
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ironcage.bpmn.model import EventDefinition, FlowNode, Process, SequenceFlow

    Scope = Process | SubProcess


class Room:
    """A scope; nodes and flows are named by their index in document order.

    A reference that leads nowhere in the scope is None; of several elements with one id, the first has it.
    """

    def __init__(
        self, scope: Scope, process: Process, outer: Room | None, roots: Mapping[str, EventDefinition]
    ) -> None:
        """Take *roots* for the event definitions of the file that events may refer to, by id."""
        self.scope = scope
        self.roots = roots
        self.process = process
        """The process it belongs to."""
        self.outer = outer
        """The scope around it; None for a process."""
        self.nodes = scope.nodes
        self.flows = scope.flows
        self.index = {node.id: index for index, node in reversed(list(enumerate(scope.nodes))) if node.id}
        self.sources = [self.index.get(flow.source) for flow in scope.flows]
        self.targets = [self.index.get(flow.target) for flow in scope.flows]
        self.incoming: list[list[int]] = [[] for _ in scope.nodes]
        """Flow indices, by node."""
        self.outgoing: list[list[int]] = [[] for _ in scope.nodes]
        for flow, (source, target) in enumerate(zip(self.sources, self.targets, strict=True)):
            if source is not None:
                self.outgoing[source].append(flow)
            if target is not None:
                self.incoming[target].append(flow)
        self.hosts = [self.index.get(node.attached_to) if isinstance(node, Event) else None for node in scope.nodes]
        self.boundaries: list[list[int]] = [[] for _ in scope.nodes]
        """Indices of the boundary events on a node, by node."""
        for index, host in enumerate(self.hosts):
            if host is not None:
                self.boundaries[host].append(index)

    @property
    def by_event(self) -> bool:
        """Whether it is an event sub-process."""
        return isinstance(self.scope, SubProcess) and self.scope.by_event

    @property
    def is_ad_hoc(self) -> bool:
        """Whether it is an ad-hoc sub-process."""
        return isinstance(self.scope, SubProcess) and self.scope.kind is Kind.AD_HOC_SUB_PROCESS

    @cached_property
    def starts(self) -> list[Event]:
        """The start events."""
        return [node for node in self.nodes if isinstance(node, Event) and node.kind is Kind.START_EVENT]

    @cached_property
    def ends(self) -> list[Event]:
        """The end events."""
        return [node for node in self.nodes if isinstance(node, Event) and node.kind is Kind.END_EVENT]

    @cached_property
    def beginners(self) -> frozenset[int]:
        """Receive tasks and event-based gateways that begin a case."""
        return frozenset(
            index
            for index, node in enumerate(self.nodes)
            if isinstance(node, Activity | Gateway) and node.instantiate and not self.incoming[index]
        )

    def defined(self, event: Event) -> list[EventDefinition]:
        """Return the definitions of an event, those it refers to in their place."""
        found = (
            self.roots.get(each.definition) if isinstance(each, DefinitionReference) else each
            for each in event.definitions
        )
        return [each for each in found if each is not None]

    def links(self, node: FlowNode) -> list[LinkDefinition]:
        """Return the link definitions of a node."""
        return (
            [each for each in self.defined(node) if isinstance(each, LinkDefinition)] if isinstance(node, Event) else []
        )

    def compensates(self, node: FlowNode) -> bool:
        """Return whether a node is a compensation event on a boundary, which an association leads on from."""
        if not isinstance(node, Event) or node.kind is not Kind.BOUNDARY_EVENT:
            return False
        return any(isinstance(each, CompensateDefinition) for each in self.defined(node))

    def stands_alone(self, index: int) -> bool:
        """Return whether no flow has to lead to a node: a handler, a boundary event, a link's target, a beginning."""
        node = self.nodes[index]
        alone = node.kind in (Kind.START_EVENT, Kind.BOUNDARY_EVENT) or is_handler(node) or index in self.beginners
        return alone or (node.kind is Kind.INTERMEDIATE_CATCH_EVENT and bool(self.links(node)))

    def linked(self, node: FlowNode) -> Iterator[int]:
        """Yield the catching link events that a throwing one leads to, by its name."""
        if node.kind is Kind.INTERMEDIATE_THROW_EVENT:
            for name in {link.name for link in self.links(node)}:
                yield from self._arrivals.get(name, ())

    @cached_property
    def _arrivals(self) -> dict[str, list[int]]:
        """The catching link events, by name."""
        found: dict[str, list[int]] = {}
        for index, node in enumerate(self.nodes):
            if node.kind is Kind.INTERMEDIATE_CATCH_EVENT:
                for link in self.links(node):
                    found.setdefault(link.name, []).append(index)
        return found

    def successors(self, index: int) -> Iterator[int]:
        """Yield where a token can go from a node: along its flows, to the events on its boundary, by a link."""
        yield from (target for flow in self.outgoing[index] if (target := self.targets[flow]) is not None)
        yield from self.boundaries[index]
        yield from self.linked(self.nodes[index])

    def leaving(self, index: int) -> list[SequenceFlow]:
        """Return the flows that leave a node."""
        return [self.flows[flow] for flow in self.outgoing[index]]


def rooms_of(process: Process, roots: Mapping[str, EventDefinition] = MappingProxyType({})) -> Iterator[Room]:
    """Yield the scopes of a process, each before those inside it; for *roots* see ``Room``."""
    waiting = [Room(process, process, None, roots)]
    while waiting:
        room = waiting.pop()
        yield room
        waiting += reversed([Room(node, process, room, roots) for node in room.nodes if isinstance(node, SubProcess)])


def is_handler(node: FlowNode) -> bool:
    """Return whether a node is begun by an event and not by a flow."""
    return isinstance(node, Activity) and (node.for_compensation or (isinstance(node, SubProcess) and node.by_event))
