"""What stands at the root of a file for others to refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.bpmn.model.elements import Element

if TYPE_CHECKING:
    from ironcage.bpmn.model.data import IoSpecification
    from ironcage.bpmn.model.elements import Formula, Reference
    from ironcage.bpmn.model.nodes import Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Element):
    """What a message or a data element is made of."""

    structure: str = ""
    kind: str = ""
    collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Element):
    """A message."""

    item: str = ""
    subscription: Formula | None = None
    """``ironcage:subscription``: what its key must be, over the data of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Element):
    """A signal."""

    structure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Error(Element):
    """An error; without a code *code* is empty."""

    code: str = ""
    structure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation(Element):
    """An escalation; without a code *code* is empty."""

    code: str = ""
    structure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Element):
    """An operation of an interface."""

    implementation: str = ""
    in_message: str = ""
    out_message: str = ""
    errors: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Element):
    """An interface and its operations."""

    implementation: str = ""
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStore(Element):
    """A data store."""

    item: str = ""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How a correlation property is found in a message."""

    line: int
    message: str
    path: Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationProperty(Element):
    """A property that messages are matched to cases by."""

    retrievals: tuple[Retrieval, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationKey(Element):
    """The properties that together find the case of a conversation."""

    properties: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """What a correlation property must be, over the data of the case."""

    line: int
    property: str
    path: Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationSubscription(Element):
    """What the properties of a key must be for a message to find a case of the process."""

    key: str = ""
    bindings: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryValue(Element):
    """What a group may be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Element):
    """Who or what may do activities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Element):
    """A partner entity or role, and the pools it stands behind."""

    participants: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class IoBinding:
    """``ioBinding``: an operation that a callable element offers, and its data input and output for it."""

    line: int
    operation: str
    input: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalTask(Element):
    """A task that call activities of any process may call."""

    task: Activity
    """The task as it stands, with the id, the line and the name of the global task."""
    io: IoSpecification | None = None
    interfaces: tuple[Reference, ...] = ()
    bindings: tuple[IoBinding, ...] = ()
