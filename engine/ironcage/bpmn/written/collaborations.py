"""Reads collaborations, conversations and choreographies: what participants have with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import xml
from ironcage.bpmn.model import (
    Annotation,
    Association,
    Collaboration,
    CorrelationKey,
    MessageFlow,
    Multiplicity,
    Participant,
)
from ironcage.bpmn.names import full, split
from ironcage.bpmn.written.identity import identity, shown
from ironcage.bpmn.written.nodes import annotation, association, contents, group
from ironcage.bpmn.written.pieces import attribute, child, children, is_true, reference, references
from ironcage.xml import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from ironcage.bpmn.model import Element

_COLLABORATIONS = frozenset(
    full(f"bpmn:{name}") for name in ("collaboration", "choreography", "globalConversation", "globalChoreographyTask")
)
_CONVERSATIONS = frozenset(full(f"bpmn:{name}") for name in ("conversation", "subConversation", "callConversation"))
_LINKS = frozenset(
    full(f"bpmn:{name}")
    for name in ("conversationLink", "conversationAssociation", "participantAssociation", "messageFlowAssociation")
)
_GROUP = full("bpmn:group")
_CHOREOGRAPHY = full("bpmn:choreography")


def collaborations(root: _Element) -> Iterator[Collaboration]:
    """Yield the collaborations of a file."""
    return (_collaboration(each) for each in xml.elements(root) if each.tag in _COLLABORATIONS)


def _collaboration(element: _Element) -> Collaboration:
    nodes = contents(element) if element.tag == _CHOREOGRAPHY else ()
    return Collaboration(
        **identity(element),
        kind=split(element.tag)[1],
        closed=is_true(element, "isClosed"),
        participants=tuple(map(_participant, children(element, "bpmn:participant"))),
        message_flows=tuple(map(_message_flow, children(element, "bpmn:messageFlow"))),
        keys=tuple(map(_key, element.iter(full("bpmn:correlationKey")))),
        annotations=tuple(map(annotation, children(element, "bpmn:textAnnotation"))),
        associations=tuple(map(association, children(element, "bpmn:association"))),
        drawn=(*_drawn(element), *(each for each in nodes if not isinstance(each, Annotation | Association))),
    )


def _drawn(element: _Element) -> Iterator[Element]:
    for each in xml.elements(element):
        if each.tag in _CONVERSATIONS:
            yield shown(each)
            yield from _drawn(each)
        elif each.tag in _LINKS:
            yield shown(each)
        elif each.tag == _GROUP and element.tag != _CHOREOGRAPHY:
            yield group(each)


def _participant(element: _Element) -> Participant:
    several = child(element, "bpmn:participantMultiplicity")
    return Participant(
        **identity(element),
        process=reference(element, "processRef"),
        interfaces=references(element, "bpmn:interfaceRef"),
        multiplicity=None
        if several is None
        else Multiplicity(line_of(several), attribute(several, "minimum"), attribute(several, "maximum")),
    )


def _message_flow(element: _Element) -> MessageFlow:
    return MessageFlow(
        **identity(element),
        source=reference(element, "sourceRef"),
        target=reference(element, "targetRef"),
        message=reference(element, "messageRef"),
    )


def _key(element: _Element) -> CorrelationKey:
    return CorrelationKey(**identity(element), properties=references(element, "bpmn:correlationPropertyRef"))
