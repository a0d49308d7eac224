"""Processes, collaborations, and the file that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ironcage.bpmn.model.elements import Annotation, Association, Element
from ironcage.bpmn.model.nodes import FlowNode, Lane, Scope, SequenceFlow
from ironcage.bpmn.model.roots import GlobalTask

if TYPE_CHECKING:
    from ironcage.bpmn.diagram import Diagram
    from ironcage.bpmn.model.data import IoSpecification
    from ironcage.bpmn.model.definitions import EventDefinition
    from ironcage.bpmn.model.elements import Reference
    from ironcage.bpmn.model.extensions import Deadline
    from ironcage.bpmn.model.nodes import ResourceRole
    from ironcage.bpmn.model.roots import CorrelationKey, CorrelationSubscription, IoBinding

_E = TypeVar("_E", bound=Element)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Element, Scope):
    """A process; one that is not executable is a drawing."""

    executable: bool
    type: str = ""
    """``None``, ``Public`` or ``Private``; empty where the file does not say."""
    closed: bool = False
    elements: tuple[Element, ...] = ()
    nodes: tuple[FlowNode, ...] = field(init=False, repr=False, compare=False)
    """Its flow nodes, without those of its sub-processes."""
    flows: tuple[SequenceFlow, ...] = field(init=False, repr=False, compare=False)
    deadline: Deadline | None = None
    io: IoSpecification | None = None
    resources: tuple[ResourceRole, ...] = ()
    subscriptions: tuple[CorrelationSubscription, ...] = ()
    interfaces: tuple[Reference, ...] = ()
    bindings: tuple[IoBinding, ...] = ()
    collaboration: str = ""
    """Its ``definitionalCollaborationRef``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", self.of(FlowNode))
        object.__setattr__(self, "flows", self.of(SequenceFlow))

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The outermost lanes, without those of its sub-processes."""
        return self.of(Lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Element):
    """A pool; *process* is empty for a black box."""

    process: str = ""
    interfaces: tuple[Reference, ...] = ()
    multiplicity: Multiplicity | None = None


@dataclass(frozen=True, slots=True)
class Multiplicity:
    """How many of a participant take part, as written; empty where the file does not say."""

    line: int
    minimum: str = ""
    maximum: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFlow(Element):
    """A message flow between pools or what they hold."""

    source: str
    target: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration(Element):
    """A collaboration: pools and the messages between them. Conversations and choreographies count as one, too."""

    kind: str = "collaboration"
    """Its local name."""
    closed: bool = False
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()
    keys: tuple[CorrelationKey, ...] = ()
    """Those inside its conversations included."""
    annotations: tuple[Annotation, ...] = ()
    associations: tuple[Association, ...] = ()
    drawn: tuple[Element, ...] = ()
    """What else is drawn on it: groups, conversations; of a choreography its nodes and flows."""

    @property
    def elements(self) -> tuple[Element, ...]:
        """Everything that may have a shape on its drawing."""
        return (*self.participants, *self.message_flows, *self.annotations, *self.associations, *self.drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Element):
    """A whole file."""

    file: str
    source: bytes = field(repr=False)
    namespace: str = ""
    """The target namespace."""
    processes: tuple[Process, ...] = ()
    collaborations: tuple[Collaboration, ...] = ()
    roots: tuple[Element, ...] = ()
    """Messages, signals, errors and whatever else stands at the root for others to refer to, in document order."""
    definitions: tuple[EventDefinition, ...] = ()
    """The event definitions at the root."""
    diagrams: tuple[Diagram, ...] = ()
    declared: tuple[Reference, ...] = ()
    """Every id of the file with the line it is given on, in document order, those of the drawing included."""
    refused: frozenset[str] = frozenset()
    """The ids inside elements that are not read."""

    @property
    def diagram(self) -> Diagram | None:
        """The first drawing, if there is one."""
        return self.diagrams[0] if self.diagrams else None

    @property
    def executables(self) -> tuple[Process, ...]:
        """What can be executed, in document order: the executable processes; global tasks, where there are any."""
        processes = tuple(each for each in self.processes if each.executable)
        return processes + tuple(map(_process, self.of(GlobalTask))) if processes else ()

    def process(self, id: str | None = None) -> Process | None:  # noqa: A002
        """Return the process or global task with *id*; without it, the first executable one, else the first one."""
        if id is None:
            return next((each for each in self.processes if each.executable), next(iter(self.processes), None))
        tasks = (_process(each) for each in self.of(GlobalTask) if each.id == id)
        return next((each for each in self.processes if each.id == id), next(tasks, None))

    def of(self, kind: type[_E]) -> tuple[_E, ...]:
        """Return the elements of *kind* at the root."""
        return tuple(each for each in self.roots if isinstance(each, kind))


def _process(task: GlobalTask) -> Process:
    """Return a global task as the process that a call of it begins: that one task."""
    return Process(
        id=task.id, line=task.line, name=task.name, labels=task.labels, executable=True, elements=(task.task,)
    )
