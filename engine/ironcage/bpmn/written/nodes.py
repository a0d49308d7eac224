"""Reads what a scope holds: flow nodes and flows, data, lanes, and what is only drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import xml
from ironcage.bpmn.model import (
    Annotation,
    Association,
    Event,
    Gateway,
    Group,
    Lane,
    SequenceFlow,
    SubProcess,
)
from ironcage.bpmn.names import full
from ironcage.bpmn.written import data
from ironcage.bpmn.written.activities import activity, activity_fields, node_fields
from ironcage.bpmn.written.events import definitions
from ironcage.bpmn.written.identity import identity, shown
from ironcage.bpmn.written.pieces import attribute, child, children, formula, is_true, reference, references, text_of
from ironcage.program import SUB_PROCESSES, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from ironcage.bpmn.model import Element, FlowNode

_KINDS = {full(f"bpmn:{kind}"): kind for kind in Kind}
_GATEWAYS = frozenset(kind for kind in Kind if kind.endswith("Gateway"))
_EVENTS = frozenset(kind for kind in Kind if kind.endswith("Event"))
_LANE_SET = full("bpmn:laneSet")


def contents(element: _Element) -> tuple[Element, ...]:
    """Return what a process, a sub-process or a choreography holds, in document order."""
    return tuple(_contents(element))


def _contents(element: _Element) -> Iterator[Element]:
    for each in xml.elements(element):
        if each.tag in _KINDS:
            yield node(each, _KINDS[each.tag])
        elif each.tag in _READERS:
            yield _READERS[each.tag](each)
        elif each.tag == _LANE_SET:
            yield from map(_lane, children(each, "bpmn:lane"))


def node(element: _Element, kind: Kind) -> FlowNode:
    """Return a flow node; a sub-process with all it holds."""
    if kind in _GATEWAYS:
        return _gateway(element, kind)
    if kind in _EVENTS:
        return _event(element, kind)
    return _sub_process(element, kind) if kind in SUB_PROCESSES else activity(element, kind)


def _gateway(element: _Element, kind: Kind) -> Gateway:
    return Gateway(
        **node_fields(element, kind),
        direction=attribute(element, "gatewayDirection"),
        default=reference(element, "default"),
        instantiate=is_true(element, "instantiate"),
        parallel=attribute(element, "eventGatewayType") == "Parallel",
        activation=formula(child(element, "bpmn:activationCondition")),
    )


def _event(element: _Element, kind: Kind) -> Event:
    word = "cancelActivity" if kind is Kind.BOUNDARY_EVENT else "isInterrupting"
    return Event(
        **node_fields(element, kind),
        definitions=definitions(element),
        attached_to=reference(element, "attachedToRef"),
        interrupting=is_true(element, word, otherwise=True),
        parallel=is_true(element, "parallelMultiple"),
    )


def _sub_process(element: _Element, kind: Kind) -> SubProcess:
    return SubProcess(
        **node_fields(element, kind),
        **activity_fields(element),
        elements=contents(element),
        by_event=is_true(element, "triggeredByEvent"),
        method=attribute(element, "method"),
        ordering=attribute(element, "ordering") or "Parallel",
        cancel_remaining=is_true(element, "cancelRemainingInstances", otherwise=True),
        completion=formula(child(element, "bpmn:completionCondition")),
    )


def _flow(element: _Element) -> SequenceFlow:
    return SequenceFlow(
        **identity(element),
        source=reference(element, "sourceRef"),
        target=reference(element, "targetRef"),
        condition=formula(child(element, "bpmn:conditionExpression")),
        immediate=attribute(element, "isImmediate"),
    )


def _lane(element: _Element) -> Lane:
    return Lane(
        **identity(element),
        members=references(element, "bpmn:flowNodeRef"),
        lanes=tuple(
            _lane(each) for inner in children(element, "bpmn:childLaneSet") for each in children(inner, "bpmn:lane")
        ),
    )


def annotation(element: _Element) -> Annotation:
    """Return a text annotation."""
    text = child(element, "bpmn:text")
    return Annotation(**identity(element), text="" if text is None else text_of(text))


def association(element: _Element) -> Association:
    """Return an association."""
    return Association(
        **identity(element),
        source=reference(element, "sourceRef"),
        target=reference(element, "targetRef"),
        direction=attribute(element, "associationDirection") or "None",
    )


def group(element: _Element) -> Group:
    """Return a group."""
    return Group(**identity(element), category=reference(element, "categoryValueRef"))


_READERS: dict[str, Callable[[_Element], Element]] = {
    full(f"bpmn:{name}"): reader
    for name, reader in {
        "sequenceFlow": _flow,
        "property": data.prop,
        "dataObject": data.data_object,
        "dataObjectReference": data.data_object_reference,
        "dataStoreReference": data.data_store_reference,
        "textAnnotation": annotation,
        "association": association,
        "group": group,
        "choreographyTask": shown,
        "subChoreography": shown,
        "callChoreography": shown,
    }.items()
}
