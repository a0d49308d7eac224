"""Specs that SpiffWorkflow does not have: a process that keeps all that is in it, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import NoneTask, ParallelGateway
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

if TYPE_CHECKING:
    from ironcage.spiff.parsing.extending import Extensions


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow: SpiffWorkflow has no spec for it, only links between its specs."""

    bpmn_id: str
    extensions: Extensions
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane, which SpiffWorkflow knows only as a text on each task spec."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Association:
    """A data association: from data elements to one, by their variables."""

    sources: tuple[str, ...]
    """The marked ids of what is read."""
    target: str
    """The marked id of what is written, empty where only assignments are made."""
    transformation: str | None
    assignments: tuple[tuple[str, str], ...]
    """What is assigned, and to which variable."""


@dataclass(frozen=True, slots=True)
class ComplexBehavior:
    """When which event is thrown as an instance completes."""

    condition: str
    definition: Any


@dataclass(frozen=True, slots=True)
class Behavior:
    """Which events the completion of instances throws."""

    name: str
    definition: Any
    complex: tuple[ComplexBehavior, ...]


class BusinessRuleTask(NoneTask):
    """The spec of a business rule task; stock SpiffWorkflow has one only in its extension packages."""


class ComplexGateway(ParallelGateway):
    """The spec of a complex gateway; stock SpiffWorkflow has none."""

    activation: str | None = None


class CompensateEventDefinition(EventDefinition):
    """A compensate event definition; stock SpiffWorkflow has none."""

    def __init__(self, activity: str | None, wait: bool) -> None:
        super().__init__()
        self.activity = activity
        """The marked id of what is compensated."""
        self.wait = wait


class LinkEventDefinition(EventDefinition):
    """A link event definition; stock SpiffWorkflow has none."""

    def __init__(self, name: str) -> None:
        super().__init__(name)


class ProcessSpec(BpmnProcessSpec):
    """A process spec that also keeps what SpiffWorkflow forgets: flows, lanes, document order and our extensions."""

    def __init__(self, name: str, extensions: Extensions, **others: Any) -> None:
        super().__init__(name=name, **others)
        self.bpmn_id = name
        self.extensions = extensions
        self.content: list[Any] = []
        """The task specs of the model's own flow nodes and its flows, in document order."""
        self.lanes: list[Lane] = []
        self.locals: list[str] = []
        """The variables of its data objects and properties."""
        self.subscriptions: dict[str, dict[str, str]] = {}
        """What a process binds the properties of a correlation key to, by key and property."""
        self.completion: str | None = None
        """The completion condition of an ad-hoc sub-process."""


@dataclass(frozen=True, slots=True)
class Root:
    """What the file says beside its processes, by marked ids."""

    variables: dict[str, str] = field(default_factory=dict)
    """The variable of each data element."""
    definitions: dict[str, Any] = field(default_factory=dict)
    """The elements of the event definitions at the root of the file, to which events may refer."""
    associations: dict[str, list[str]] = field(default_factory=dict)
    """What associations lead to, by where they come from."""
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The properties of each correlation key."""
    subscriptions: dict[str, str] = field(default_factory=dict)
    """What a message must bear, over the data of the case, to be caught."""
