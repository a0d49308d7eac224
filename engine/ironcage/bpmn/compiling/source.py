"""What every part of the compilation asks: the nodes and flows of all scopes by index, the ids, the expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ironcage import feel
from ironcage.bpmn.compiling.variables import variables, words
from ironcage.bpmn.model import (
    Association,
    DataObject,
    Error,
    Escalation,
    Event,
    FlowNode,
    Message,
    Property,
    Scope,
    SequenceFlow,
    Signal,
    SubProcess,
)
from ironcage.bpmn.timers import cycle_value, timer_value
from ironcage.program import Due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.bpmn.model import Deadline, Element, Formula, Model, Process

_E = TypeVar("_E", bound="Element")


class Source:
    """One process on its way to a program; a node is known by its index in document order.

    Of several elements with one id, the first has it.
    """

    def __init__(self, model: Model, process: Process) -> None:
        self.model = model
        self.process = process
        self.nodes: list[FlowNode] = []
        self.parents: list[int | None] = []
        """The index of the sub-process around a node, by node."""
        self._enter(process, None)
        self.flows = process.every(SequenceFlow)
        self.index = {each.id: index for index, each in reversed(list(enumerate(self.nodes)))}
        self.incoming: list[list[int]] = [[] for _ in self.nodes]
        """Flow indices, by node."""
        self.outgoing: list[list[int]] = [[] for _ in self.nodes]
        for index, flow in enumerate(self.flows):
            self.incoming[self.index[flow.target]].append(index)
            self.outgoing[self.index[flow.source]].append(index)
        self.boundaries: list[list[int]] = [[] for _ in self.nodes]
        """Indices of the boundary events on a node, by node."""
        for index, each in enumerate(self.nodes):
            if (host := self.host(each)) is not None:
                self.boundaries[host].append(index)
        self.lanes = self._innermost_lanes()
        """The id of the innermost lane of a node, by node."""
        self.definitions = {each.id: each for each in reversed(model.definitions)}
        """The event definitions at the root of the file."""
        self.variables = variables(model)
        """The variable of a data element, by id."""
        self.words = words(self.variables.values())
        """The names of data that an expression has to be told of."""
        self.messages = _by_id(model.of(Message))
        self.signals = _by_id(model.of(Signal))
        self.errors = _by_id(model.of(Error))
        self.escalations = _by_id(model.of(Escalation))
        self._expressions: dict[tuple[object, str], feel.Expression] = {}

    def _enter(self, scope: Process | SubProcess, parent: int | None) -> None:
        for each in scope.nodes:
            self.nodes.append(each)
            self.parents.append(parent)
            if isinstance(each, SubProcess):
                self._enter(each, len(self.nodes) - 1)

    def _innermost_lanes(self) -> list[str | None]:
        # A lane comes before those inside it, so the innermost is the last to say so.
        said = {member.id: lane.id for lane in self.process.all_lanes() for member in lane.members}
        found: list[str | None] = []
        for each, parent in zip(self.nodes, self.parents, strict=True):
            found.append(said.get(each.id, None if parent is None else found[parent]))
        return found

    def host(self, node: FlowNode) -> int | None:
        """Return the index of the activity a boundary event sits on."""
        return self.index.get(node.attached_to) if isinstance(node, Event) and node.attached_to else None

    def associated(self, event: str) -> Iterator[int]:
        """Yield the nodes that an association leads to from the event with the id *event*."""
        holders: tuple[tuple[Association, ...], ...] = (
            self.process.every(Association),
            *(collaboration.associations for collaboration in self.model.collaborations),
        )
        for association in (each for holder in holders for each in holder):
            if association.source == event and association.target in self.index:
                yield self.index[association.target]

    def locals(self, scope: Scope) -> tuple[str, ...]:
        """Return the variables that live in *scope*: its data objects and properties."""
        return tuple(self.variables[each.id] for each in scope.elements if isinstance(each, DataObject | Property))

    def expression(self, formula: Formula) -> feel.Expression:
        """Return a FEEL expression."""
        return self._once(feel.compile, formula.text)

    def optional(self, formula: Formula | None) -> feel.Expression | None:
        """Return a FEEL expression, None for None."""
        return None if formula is None else self.expression(formula)

    def moment(self, formula: Formula | None) -> feel.Expression | None:
        """Return what a timer or a deadline says."""
        return None if formula is None else self._once(timer_value, formula.text)

    def cycle(self, formula: Formula) -> feel.Expression:
        """Return what a timer that comes again says."""
        return self._once(cycle_value, formula.text)

    def due(self, deadline: Deadline | None) -> Due | None:
        """Return when something must be done."""
        return None if deadline is None else Due(self.moment(deadline.at), self.moment(deadline.within))

    def _once(self, read: Callable[[str, tuple[str, ...]], feel.Expression], text: str) -> feel.Expression:
        known = self._expressions.get((read, text))
        if known is None:
            known = self._expressions[read, text] = read(text, self.words)
        return known


def _by_id(elements: tuple[_E, ...]) -> dict[str, _E]:
    return {each.id: each for each in reversed(elements)}


def named(element: Element | None, reference: str) -> str:
    """Return the name of what *reference* leads to, else its id."""
    return (element.name if element else "") or reference
