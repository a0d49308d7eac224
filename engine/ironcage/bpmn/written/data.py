"""Reads data: what holds it, what goes in and out, and the associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.model import (
    DataAssignment,
    DataAssociation,
    DataObject,
    DataObjectReference,
    DataSet,
    DataStoreReference,
    IoBinding,
    IoSpecification,
    ItemAware,
    Property,
)
from ironcage.bpmn.written.identity import identity
from ironcage.bpmn.written.pieces import attribute, child, children, formula, is_true, reference, references
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element


def item(element: _Element) -> ItemAware:
    """Return a property, a data input, a data output or the item of an instance."""
    return ItemAware(
        **identity(element),
        item=reference(element, "itemSubjectRef"),
        collection=is_true(element, "isCollection"),
    )


def items(element: _Element, name: str) -> tuple[ItemAware, ...]:
    """Return the children called *name* that hold data."""
    return tuple(map(item, children(element, name)))


def prop(element: _Element) -> Property:
    """Return a property."""
    return Property(**identity(element), item=reference(element, "itemSubjectRef"))


def data_object(element: _Element) -> DataObject:
    """Return a data object."""
    return DataObject(
        **identity(element),
        item=reference(element, "itemSubjectRef"),
        collection=is_true(element, "isCollection"),
    )


def data_object_reference(element: _Element) -> DataObjectReference:
    """Return a reference to a data object."""
    state = child(element, "bpmn:dataState")
    return DataObjectReference(
        **identity(element),
        item=reference(element, "itemSubjectRef"),
        object=reference(element, "dataObjectRef"),
        state="" if state is None else attribute(state, "name"),
    )


def data_store_reference(element: _Element) -> DataStoreReference:
    """Return a reference to a data store."""
    return DataStoreReference(
        **identity(element), item=reference(element, "itemSubjectRef"), store=reference(element, "dataStoreRef")
    )


def io_specification(element: _Element) -> IoSpecification | None:
    """Return what *element* takes in and gives out: its ``ioSpecification``, or what an event says itself."""
    specified = child(element, "bpmn:ioSpecification")
    said = element if specified is None else specified
    found = IoSpecification(
        **identity(said),
        inputs=items(said, "bpmn:dataInput"),
        outputs=items(said, "bpmn:dataOutput"),
        input_sets=tuple(_sets(said, "bpmn:inputSet", "bpmn:dataInputRefs", "bpmn:optionalInputRefs")),
        output_sets=tuple(_sets(said, "bpmn:outputSet", "bpmn:dataOutputRefs", "bpmn:optionalOutputRefs")),
    )
    said_anything = found.inputs or found.outputs or found.input_sets or found.output_sets
    return found if specified is not None or said_anything else None


def bindings(element: _Element) -> tuple[IoBinding, ...]:
    """Return the operations that a callable element offers."""
    return tuple(
        IoBinding(
            line_of(each),
            reference(each, "operationRef"),
            reference(each, "inputDataRef"),
            reference(each, "outputDataRef"),
        )
        for each in children(element, "bpmn:ioBinding")
    )


def associations(element: _Element, name: str) -> tuple[DataAssociation, ...]:
    """Return the data input or output associations of *element*."""
    return tuple(
        DataAssociation(
            **identity(each),
            sources=references(each, "bpmn:sourceRef"),
            target=next(iter(references(each, "bpmn:targetRef")), None),
            transformation=formula(child(each, "bpmn:transformation")),
            assignments=tuple(
                DataAssignment(line_of(said), formula(child(said, "bpmn:from")), formula(child(said, "bpmn:to")))
                for said in children(each, "bpmn:assignment")
            ),
        )
        for each in children(element, name)
    )


def _sets(element: _Element, name: str, members: str, optional: str) -> Iterator[DataSet]:
    direction, others = ("Input", "output") if name == "bpmn:inputSet" else ("Output", "input")
    for each in children(element, name):
        yield DataSet(
            **identity(each),
            members=references(each, members),
            optional=references(each, optional),
            while_executing=references(each, f"bpmn:whileExecuting{direction}Refs"),
            others=references(each, f"bpmn:{others}SetRefs"),
        )
