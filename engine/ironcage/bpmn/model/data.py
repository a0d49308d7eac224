"""Data: what holds it, what an element takes in and gives out, and the associations between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.bpmn.model.elements import Element

if TYPE_CHECKING:
    from ironcage.bpmn.model.elements import Formula, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAware(Element):
    """An element that holds data: a data object, a property, a data input, a data output, the item of an instance."""

    item: str = ""
    """The item definition of its ``itemSubjectRef``."""
    collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(ItemAware):
    """A property of a process, an activity or an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataObject(ItemAware):
    """A data object; it lives in the scope it is drawn in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataObjectReference(ItemAware):
    """One more shape for a data object."""

    object: str = ""
    state: str = ""
    """The name of its ``dataState``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStoreReference(ItemAware):
    """A data store as a process draws it."""

    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet(Element):
    """An input set or an output set."""

    members: tuple[Reference, ...] = ()
    optional: tuple[Reference, ...] = ()
    while_executing: tuple[Reference, ...] = ()
    others: tuple[Reference, ...] = ()
    """The output sets of an input set, or the input sets of an output set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IoSpecification(Element):
    """What an activity or a process takes in and gives out."""

    inputs: tuple[ItemAware, ...] = ()
    outputs: tuple[ItemAware, ...] = ()
    input_sets: tuple[DataSet, ...] = ()
    output_sets: tuple[DataSet, ...] = ()


@dataclass(frozen=True, slots=True)
class DataAssignment:
    """``assignment`` within a data association: the value of an expression for what another one names."""

    line: int
    value: Formula | None
    to: Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAssociation(Element):
    """A data input or output association; a faulty file may give no target."""

    sources: tuple[Reference, ...] = ()
    target: Reference | None = None
    transformation: Formula | None = None
    assignments: tuple[DataAssignment, ...] = ()
