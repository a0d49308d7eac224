"""A BPMN file as it is written: every element that means something, with its line, nothing resolved, nothing added.

References are the ids as written (a prefix for the target namespace taken off); whether they lead anywhere is for
``check`` to say. The bytes of the file stay with the model, for those who mend it in place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.diagram import Diagram
    from ironcage.program import Kind


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression as written, without surrounding white space."""

    text: str
    line: int
    language: str = ""
    """The language in force for it; empty where neither it nor the file names one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An id named by an element of its own."""

    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Label:
    """The name of an element in one more language."""

    lang: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What every element has; the id of one that needs none may be empty."""

    id: str
    line: int
    name: str = ""
    labels: tuple[Label, ...] = ()
    documentation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimerDefinition:
    """A timer event definition; a faulty file may give neither or both."""

    line: int
    date: Formula | None
    duration: Formula | None


@dataclass(frozen=True, slots=True)
class TerminateDefinition:
    """A terminate event definition."""

    line: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """``ironcage:assignment``."""

    line: int
    role: Formula | None
    unit: Formula | None
    actor: Formula | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """``ironcage:deadline``; a faulty file may give neither or both."""

    line: int
    at: Formula | None
    within: Formula | None


@dataclass(frozen=True, slots=True)
class Setting:
    """``ironcage:set``."""

    line: int
    variable: str
    value: Formula


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """``ironcage:decision``."""

    line: int
    decision: str
    result: str


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """``ironcage:service``."""

    line: int
    service: str
    result: str | None


@dataclass(frozen=True, slots=True)
class Separation:
    """``ironcage:separate``: who acted at *other* must not act here."""

    line: int
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode(Element):
    """What flows lead to and from. *incoming* and *outgoing* are its own lists, which may be left out."""

    kind: Kind
    incoming: tuple[Reference, ...] = ()
    outgoing: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(FlowNode):
    """A task."""

    default: str = ""
    assignment: Assignment | None = None
    deadline: Deadline | None = None
    settings: tuple[Setting, ...] = ()
    decision: DecisionCall | None = None
    service: ServiceCall | None = None
    separations: tuple[Separation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(FlowNode):
    """A gateway; *direction* is what the file claims of its flows."""

    direction: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(FlowNode):
    """An event, of the kind none without a *definition*."""

    definition: TimerDefinition | TerminateDefinition | None = None
    attached_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFlow(Element):
    """A sequence flow."""

    source: str
    target: str
    condition: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(Element):
    """A lane, what it holds, and the lanes inside it."""

    members: tuple[Reference, ...] = ()
    lanes: tuple[Lane, ...] = ()

    def walk(self) -> Iterator[Lane]:
        """Yield the lane, then the lanes inside it, in document order."""
        yield self
        for lane in self.lanes:
            yield from lane.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Element):
    """A text on the drawing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Association(Element):
    """A dotted line on the drawing."""

    source: str
    target: str
    direction: str = "None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Element):
    """A process; one that is not executable is a drawing."""

    executable: bool
    type: str = ""
    """``None``, ``Public`` or ``Private``; empty where the file does not say."""
    nodes: tuple[FlowNode, ...] = ()
    flows: tuple[SequenceFlow, ...] = ()
    lanes: tuple[Lane, ...] = ()
    """The outermost ones."""
    deadline: Deadline | None = None
    annotations: tuple[Annotation, ...] = ()
    associations: tuple[Association, ...] = ()

    def all_lanes(self) -> Iterator[Lane]:
        """Yield every lane, each before the lanes inside it, in document order."""
        for lane in self.lanes:
            yield from lane.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Element):
    """A pool; *process* is empty for a black box."""

    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration(Element):
    """A collaboration and its pools."""

    participants: tuple[Participant, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    associations: tuple[Association, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Element):
    """A whole file."""

    file: str
    source: bytes = field(repr=False)
    namespace: str = ""
    """The target namespace."""
    processes: tuple[Process, ...] = ()
    collaboration: Collaboration | None = None
    diagrams: tuple[Diagram, ...] = ()
    declared: tuple[Reference, ...] = ()
    """Every id of the file with the line it is given on, in document order, those of the drawing included."""
    refused: frozenset[str] = frozenset()
    """The ids inside elements that are not read."""

    @property
    def diagram(self) -> Diagram | None:
        """The first drawing, if there is one."""
        return self.diagrams[0] if self.diagrams else None

    def process(self) -> Process | None:
        """Return the process to execute: the executable one, else the first, else None."""
        return next((each for each in self.processes if each.executable), next(iter(self.processes), None))
