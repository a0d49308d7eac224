"""The whitelist: every element we read, with its attributes, its children and what our namespace may say of it.

What is not here is refused, so nothing can be dropped without a word. A word list is read as follows.

    attributes   ``id! name cancelActivity=true|1``   ``!`` it must be there; ``=`` the only values taken
    children     ``bpmn:timerEventDefinition! bpmn:incoming* bpmn:laneSet?``   exactly one, any number, at most one
                 ``#text`` text, ``#any`` whatever stands in it is text for people

Where an attribute may have only its default, the other values mean something we do not do yet.

Source: BPMN 2.0.2, the XML schemas; for ``ironcage:`` the reference of our extension elements.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT = "#text"
ANY = "#any"
NUMBER = "#number"
MIME = "#mime"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element; no *values* for any."""

    required: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """How often a child may stand in its parent."""

    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What one element may hold."""

    attributes: dict[str, Attribute]
    children: dict[str, Many]
    ours: dict[str, Many]
    """What of our namespace may stand in its ``extensionElements``."""


def _attribute(word: str) -> tuple[str, Attribute]:
    name, _, values = word.partition("=")
    return name.rstrip("!"), Attribute(name.endswith("!"), tuple(values.split("|")) if values else ())


def _children(words: str) -> dict[str, Many]:
    return {word.rstrip("!?*"): Many(word.endswith("!"), word.endswith("*")) for word in words.split()}


def _form(attributes: str = "", children: str = "", ours: str = "") -> Form:
    return Form(dict(map(_attribute, attributes.split())), _children(children), _children(ours))


_BASE = "bpmn:documentation* bpmn:extensionElements? "
_NODE = _BASE + "bpmn:incoming* bpmn:outgoing* "
_LABEL = "ironcage:label* "
_ONE_TOKEN = "id! name default startQuantity=1 completionQuantity=1 isForCompensation=false|0 "  # noqa: S105  # BPMN's tokens
_IMPLEMENTATION = "implementation=##unspecified|##WebService "
_DIRECTION = "gatewayDirection=Unspecified|Converging|Diverging|Mixed "
_ONE_EVENT = "id! name parallelMultiple=false|0 "
_WORK = _LABEL + "ironcage:set* "
_BY_PEOPLE = _WORK + "ironcage:assignment? ironcage:deadline? ironcage:separate* "
_EXPRESSION = "id language xsi:type=tFormalExpression"
_FLOW_NODES = (
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent task userTask manualTask "
    "serviceTask businessRuleTask exclusiveGateway parallelGateway inclusiveGateway"
)

GRAMMAR: dict[str, Form] = {
    "bpmn:definitions": _form(
        "id name targetNamespace! expressionLanguage typeLanguage exporter exporterVersion xsi:schemaLocation",
        _BASE + "bpmn:process* bpmn:collaboration? bpmndi:BPMNDiagram*",
    ),
    "bpmn:documentation": _form("id textFormat=" + MIME, ANY),
    "bpmn:extensionElements": _form(),
    "bpmn:collaboration": _form(
        "id name isClosed=true|false|1|0", _BASE + "bpmn:participant? " + "bpmn:textAnnotation* bpmn:association*"
    ),
    "bpmn:participant": _form("id name processRef", _BASE, _LABEL),
    "bpmn:process": _form(
        "id! name isExecutable=true|false|1|0 isClosed=true|false|1|0 processType=None|Public|Private",
        _BASE
        + "bpmn:laneSet? bpmn:sequenceFlow* bpmn:textAnnotation* bpmn:association* "
        + " ".join(f"bpmn:{node}*" for node in _FLOW_NODES.split()),
        _LABEL + "ironcage:deadline?",
    ),
    "bpmn:laneSet": _form("id name", _BASE + "bpmn:lane*", _LABEL),
    "bpmn:childLaneSet": _form("id name", _BASE + "bpmn:lane*", _LABEL),
    "bpmn:lane": _form("id! name", _BASE + "bpmn:flowNodeRef* bpmn:childLaneSet?", _LABEL),
    "bpmn:flowNodeRef": _form("", TEXT),
    "bpmn:sequenceFlow": _form(
        "id name sourceRef! targetRef! isImmediate=true|1", _BASE + "bpmn:conditionExpression?", _LABEL
    ),
    "bpmn:conditionExpression": _form(_EXPRESSION, TEXT),
    "bpmn:incoming": _form("", TEXT),
    "bpmn:outgoing": _form("", TEXT),
    "bpmn:startEvent": _form(_ONE_EVENT + "isInterrupting=true|1", _NODE, _LABEL),
    "bpmn:endEvent": _form("id! name", _NODE + "bpmn:terminateEventDefinition?", _LABEL),
    "bpmn:intermediateCatchEvent": _form(_ONE_EVENT, _NODE + "bpmn:timerEventDefinition!", _LABEL),
    "bpmn:intermediateThrowEvent": _form("id! name", _NODE, _LABEL),
    "bpmn:boundaryEvent": _form(
        _ONE_EVENT + "attachedToRef! cancelActivity=true|1", _NODE + "bpmn:timerEventDefinition!", _LABEL
    ),
    "bpmn:timerEventDefinition": _form("id", _BASE + "bpmn:timeDate? bpmn:timeDuration?"),
    "bpmn:terminateEventDefinition": _form("id", _BASE),
    "bpmn:timeDate": _form(_EXPRESSION, TEXT),
    "bpmn:timeDuration": _form(_EXPRESSION, TEXT),
    "bpmn:task": _form(_ONE_TOKEN, _NODE, _WORK),
    "bpmn:userTask": _form(_ONE_TOKEN + _IMPLEMENTATION, _NODE, _BY_PEOPLE),
    "bpmn:manualTask": _form(_ONE_TOKEN, _NODE, _BY_PEOPLE),
    "bpmn:serviceTask": _form(_ONE_TOKEN + _IMPLEMENTATION, _NODE, _WORK + "ironcage:service!"),
    "bpmn:businessRuleTask": _form(_ONE_TOKEN + _IMPLEMENTATION, _NODE, _WORK + "ironcage:decision!"),
    "bpmn:exclusiveGateway": _form("id! name default " + _DIRECTION, _NODE, _LABEL),
    "bpmn:inclusiveGateway": _form("id! name default " + _DIRECTION, _NODE, _LABEL),
    "bpmn:parallelGateway": _form("id! name " + _DIRECTION, _NODE, _LABEL),
    "bpmn:textAnnotation": _form("id textFormat=" + MIME, _BASE + "bpmn:text?"),
    "bpmn:text": _form("", ANY),
    "bpmn:association": _form("id sourceRef! targetRef! associationDirection=None|One|Both", _BASE),
    "ironcage:assignment": _form("role unit actor"),
    "ironcage:deadline": _form("at within"),
    "ironcage:set": _form("variable! value!"),
    "ironcage:decision": _form("ref! result!"),
    "ironcage:service": _form("name! result"),
    "ironcage:separate": _form("from! control!=observe"),
    "ironcage:label": _form("lang!=zh|en text!"),
    "bpmndi:BPMNDiagram": _form("id name documentation resolution", "bpmndi:BPMNPlane! bpmndi:BPMNLabelStyle*"),
    "bpmndi:BPMNPlane": _form("id bpmnElement", "bpmndi:BPMNShape* bpmndi:BPMNEdge* di:extension?"),
    "bpmndi:BPMNShape": _form(
        "id bpmnElement! isHorizontal isExpanded isMarkerVisible isMessageVisible participantBandKind "
        "choreographyActivityShape",
        "dc:Bounds! bpmndi:BPMNLabel? di:extension?",
    ),
    "bpmndi:BPMNEdge": _form(
        "id bpmnElement! sourceElement targetElement messageVisibleKind", "di:waypoint* bpmndi:BPMNLabel? di:extension?"
    ),
    "bpmndi:BPMNLabel": _form("id labelStyle", "dc:Bounds? di:extension?"),
    "bpmndi:BPMNLabelStyle": _form("id", "dc:Font?"),
    "dc:Font": _form("name size isBold isItalic isUnderline isStrikeThrough"),
    "dc:Bounds": _form(f"x!={NUMBER} y!={NUMBER} width!={NUMBER} height!={NUMBER}"),
    "di:waypoint": _form(f"x!={NUMBER} y!={NUMBER}"),
    "di:extension": _form("", ANY),
}
