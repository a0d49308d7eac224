"""Reads what stands at the root of a file for others to refer to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ironcage import xml
from ironcage.bpmn.model import (
    CategoryValue,
    CorrelationProperty,
    DataStore,
    Error,
    Escalation,
    GlobalTask,
    Interface,
    ItemDefinition,
    Message,
    Operation,
    Partner,
    Resource,
    Retrieval,
    Signal,
)
from ironcage.bpmn.names import full, split
from ironcage.bpmn.written import data, statements
from ironcage.bpmn.written.activities import activity
from ironcage.bpmn.written.identity import identity, shown
from ironcage.bpmn.written.pieces import (
    attribute,
    child,
    children,
    formula,
    is_true,
    named,
    reference,
    references,
)
from ironcage.program import Kind
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from ironcage.bpmn.model import Element

_GLOBAL = {
    "globalTask": Kind.TASK,
    "globalUserTask": Kind.USER_TASK,
    "globalManualTask": Kind.MANUAL_TASK,
    "globalScriptTask": Kind.SCRIPT_TASK,
    "globalBusinessRuleTask": Kind.BUSINESS_RULE_TASK,
}


def roots(element: _Element) -> Iterator[Element]:
    """Yield what stands at the root *element* for others to refer to; the values of categories instead of them."""
    for each in xml.elements(element):
        if each.tag in _READERS:
            yield _READERS[each.tag](each)
        elif each.tag == full("bpmn:category"):
            for value in children(each, "bpmn:categoryValue"):
                yield replace(CategoryValue(**identity(value)), name=attribute(value, "value"))


def _item_definition(element: _Element) -> Element:
    return ItemDefinition(
        **identity(element),
        structure=attribute(element, "structureRef"),
        kind=attribute(element, "itemKind"),
        collection=is_true(element, "isCollection"),
    )


def _message(element: _Element) -> Element:
    return Message(
        **identity(element),
        item=reference(element, "itemRef"),
        subscription=statements.formula_of(element, "subscription", "key"),
    )


def _signal(element: _Element) -> Element:
    return Signal(**identity(element), structure=reference(element, "structureRef"))


def _error(element: _Element) -> Element:
    return Error(
        **identity(element), code=attribute(element, "errorCode"), structure=reference(element, "structureRef")
    )


def _escalation(element: _Element) -> Element:
    return Escalation(
        **identity(element), code=attribute(element, "escalationCode"), structure=reference(element, "structureRef")
    )


def _interface(element: _Element) -> Element:
    return Interface(
        **identity(element),
        implementation=attribute(element, "implementationRef"),
        operations=tuple(map(_operation, children(element, "bpmn:operation"))),
    )


def _operation(element: _Element) -> Operation:
    return Operation(
        **identity(element),
        implementation=attribute(element, "implementationRef"),
        in_message=named(element, "bpmn:inMessageRef"),
        out_message=named(element, "bpmn:outMessageRef"),
        errors=references(element, "bpmn:errorRef"),
    )


def _data_store(element: _Element) -> Element:
    return DataStore(**identity(element), item=reference(element, "itemSubjectRef"))


def _correlation_property(element: _Element) -> Element:
    retrievals = children(element, "bpmn:correlationPropertyRetrievalExpression")
    return CorrelationProperty(
        **identity(element),
        retrievals=tuple(
            Retrieval(line_of(each), reference(each, "messageRef"), formula(child(each, "bpmn:messagePath")))
            for each in retrievals
        ),
    )


def _resource(element: _Element) -> Element:
    return Resource(**identity(element))


def _global_task(element: _Element) -> Element:
    task = activity(element, _GLOBAL[split(element.tag)[1]])
    return GlobalTask(
        **identity(element),
        task=task,
        io=data.io_specification(element),
        interfaces=references(element, "bpmn:supportedInterfaceRef"),
        bindings=data.bindings(element),
    )


def _partner(element: _Element) -> Element:
    return Partner(**identity(element), participants=references(element, "bpmn:participantRef"))


_READERS: dict[str, Callable[[_Element], Element]] = {
    full(f"bpmn:{name}"): reader
    for name, reader in {
        "itemDefinition": _item_definition,
        "message": _message,
        "signal": _signal,
        "error": _error,
        "escalation": _escalation,
        "interface": _interface,
        "dataStore": _data_store,
        "correlationProperty": _correlation_property,
        "resource": _resource,
        "partnerEntity": _partner,
        "partnerRole": _partner,
        **dict.fromkeys(("import", "extension", "relationship", "endPoint"), shown),
        **dict.fromkeys(_GLOBAL, _global_task),
    }.items()
}
