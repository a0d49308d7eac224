"""From the bytes of a BPMN file to its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ironcage import xml
from ironcage.bpmn import drawn, statements
from ironcage.bpmn.grammar import GRAMMAR
from ironcage.bpmn.model import (
    Activity,
    Annotation,
    Association,
    Collaboration,
    Event,
    Gateway,
    Label,
    Lane,
    Model,
    Participant,
    Process,
    Reference,
    SequenceFlow,
    TerminateDefinition,
    TimerDefinition,
)
from ironcage.bpmn.names import full
from ironcage.bpmn.whitelist import Screening
from ironcage.bpmn.written import attribute, child, children, formula, is_true, reference, references, text_of
from ironcage.faults import FaultyError
from ironcage.program import Kind
from ironcage.xml import line_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ironcage.bpmn.model import FlowNode
    from ironcage.faults import Fault

_KINDS = {full(f"bpmn:{kind}"): kind for kind in Kind if f"bpmn:{kind}" in GRAMMAR}
_GATEWAYS = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY})
_EVENTS = frozenset(
    {
        Kind.START_EVENT,
        Kind.END_EVENT,
        Kind.INTERMEDIATE_CATCH_EVENT,
        Kind.INTERMEDIATE_THROW_EVENT,
        Kind.BOUNDARY_EVENT,
    }
)


def read(source: bytes, file: str) -> Model:
    """Return the model of *source*; *file* is its name in faults.

    Raises:
        FaultyError: it is no BPMN, or holds anything that is not read; with every fault of this sort.
    """
    model, faults = reading(source, file)
    if faults:
        raise FaultyError(faults)
    return model


def reading(source: bytes, file: str) -> tuple[Model, list[Fault]]:
    """Return the model of what can be read in *source*, and the faults of what cannot.

    Raises:
        FaultyError: it is not even BPMN in XML.
    """
    root = xml.parse(source, file)
    screening = Screening(file)
    screening.examine(root)
    if root.tag != full("bpmn:definitions"):
        raise FaultyError(screening.faults)
    return _model(root, source, file, frozenset(screening.refused)), screening.faults


class _Common(TypedDict):
    """The fields of every element."""

    id: str
    line: int
    name: str
    labels: tuple[Label, ...]
    documentation: tuple[str, ...]


def _common(element: _Element) -> _Common:
    return _Common(
        id=attribute(element, "id"),
        line=line_of(element),
        name=element.get("name") or "",
        labels=statements.labels(element),
        documentation=tuple(map(text_of, children(element, "bpmn:documentation"))),
    )


def _model(root: _Element, source: bytes, file: str, refused: frozenset[str]) -> Model:
    identified = ((each, each.get("id")) for each in root.iter("*"))
    return Model(
        **_common(root),
        file=file,
        source=source,
        namespace=attribute(root, "targetNamespace"),
        processes=tuple(map(_process, children(root, "bpmn:process"))),
        collaboration=next(map(_collaboration, children(root, "bpmn:collaboration")), None),
        diagrams=tuple(map(drawn.diagram, children(root, "bpmndi:BPMNDiagram"))),
        declared=tuple(Reference(given.strip(), line_of(each)) for each, given in identified if given is not None),
        refused=refused,
    )


def _process(element: _Element) -> Process:
    nodes = (_node(each, _KINDS[each.tag]) for each in xml.elements(element) if each.tag in _KINDS)
    return Process(
        **_common(element),
        executable=is_true(element, "isExecutable"),
        type=attribute(element, "processType"),
        nodes=tuple(nodes),
        flows=tuple(map(_flow, children(element, "bpmn:sequenceFlow"))),
        lanes=_lanes(element, "bpmn:laneSet"),
        deadline=statements.deadline(element),
        annotations=tuple(map(_annotation, children(element, "bpmn:textAnnotation"))),
        associations=tuple(map(_association, children(element, "bpmn:association"))),
    )


class _CommonOfNodes(_Common):
    """The fields of every flow node."""

    kind: Kind
    incoming: tuple[Reference, ...]
    outgoing: tuple[Reference, ...]


def _node(element: _Element, kind: Kind) -> FlowNode:
    common = _CommonOfNodes(
        **_common(element),
        kind=kind,
        incoming=references(element, "bpmn:incoming"),
        outgoing=references(element, "bpmn:outgoing"),
    )
    if kind in _GATEWAYS:
        return Gateway(
            **common, direction=attribute(element, "gatewayDirection"), default=reference(element, "default")
        )
    if kind in _EVENTS:
        return Event(**common, definition=_definition(element), attached_to=reference(element, "attachedToRef"))
    return Activity(
        **common,
        default=reference(element, "default"),
        assignment=statements.assignment(element),
        deadline=statements.deadline(element),
        settings=statements.settings(element),
        decision=statements.decision(element),
        service=statements.service(element),
        separations=statements.separations(element),
    )


def _definition(element: _Element) -> TimerDefinition | TerminateDefinition | None:
    timer = child(element, "bpmn:timerEventDefinition")
    if timer is not None:
        date, duration = child(timer, "bpmn:timeDate"), child(timer, "bpmn:timeDuration")
        return TimerDefinition(line_of(timer), formula(date), formula(duration))
    terminate = child(element, "bpmn:terminateEventDefinition")
    return None if terminate is None else TerminateDefinition(line_of(terminate))


def _flow(element: _Element) -> SequenceFlow:
    return SequenceFlow(
        **_common(element),
        source=reference(element, "sourceRef"),
        target=reference(element, "targetRef"),
        condition=formula(child(element, "bpmn:conditionExpression")),
    )


def _lanes(element: _Element, name: str) -> tuple[Lane, ...]:
    return tuple(_lane(each) for lane_set in children(element, name) for each in children(lane_set, "bpmn:lane"))


def _lane(element: _Element) -> Lane:
    return Lane(
        **_common(element),
        members=references(element, "bpmn:flowNodeRef"),
        lanes=_lanes(element, "bpmn:childLaneSet"),
    )


def _collaboration(element: _Element) -> Collaboration:
    participants = (
        Participant(**_common(each), process=reference(each, "processRef"))
        for each in children(element, "bpmn:participant")
    )
    return Collaboration(
        **_common(element),
        participants=tuple(participants),
        annotations=tuple(map(_annotation, children(element, "bpmn:textAnnotation"))),
        associations=tuple(map(_association, children(element, "bpmn:association"))),
    )


def _annotation(element: _Element) -> Annotation:
    text = child(element, "bpmn:text")
    return Annotation(**_common(element), text="" if text is None else text_of(text))


def _association(element: _Element) -> Association:
    return Association(
        **_common(element),
        source=reference(element, "sourceRef"),
        target=reference(element, "targetRef"),
        direction=attribute(element, "associationDirection") or "None",
    )
