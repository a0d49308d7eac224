"""The file, processes and what they hold beside flow nodes; collaborations."""

from __future__ import annotations

from ironcage.bpmn.grammar.form import ANY, BOOLEAN, MIME, SIZE, TEXT, form
from ironcage.bpmn.grammar.words import BASE, EXPRESSION, FLOW_ELEMENT, LABEL, SCOPE

_CALLABLE = "bpmn:supportedInterfaceRef* bpmn:ioSpecification? bpmn:ioBinding* "
_COLLABORATION = f"id name isClosed={BOOLEAN} "
_ROOTS = (
    "import extension relationship process collaboration choreography globalChoreographyTask globalConversation "
    "itemDefinition message signal error escalation interface dataStore correlationProperty category resource "
    "partnerEntity partnerRole endPoint globalTask globalUserTask globalManualTask globalScriptTask "
    "globalBusinessRuleTask timerEventDefinition messageEventDefinition signalEventDefinition errorEventDefinition "
    "escalationEventDefinition conditionalEventDefinition linkEventDefinition compensateEventDefinition "
    "cancelEventDefinition terminateEventDefinition"
)
_DRAWN = (
    "conversation subConversation callConversation conversationLink conversationAssociation participantAssociation "
    "messageFlowAssociation"
)

PROCESSES = {
    "bpmn:definitions": form(
        "id name targetNamespace! expressionLanguage typeLanguage exporter exporterVersion xsi:schemaLocation",
        BASE + " ".join(f"bpmn:{root}*" for root in _ROOTS.split()) + " bpmndi:BPMNDiagram*",
    ),
    "bpmn:documentation": form("id textFormat=" + MIME, ANY),
    "bpmn:extensionElements": form(),
    "bpmn:import": form("namespace! location! importType!"),
    "bpmn:extension": form("definition mustUnderstand=false|0", "bpmn:documentation*"),
    "bpmn:relationship": form("id type! direction", ANY),
    "bpmn:endPoint": form("id", BASE),
    "bpmn:auditing": form("id", BASE),
    "bpmn:monitoring": form("id", BASE),
    "bpmn:categoryValueRef": form("", TEXT),
    "bpmn:process": form(
        f"id! name isExecutable={BOOLEAN} isClosed={BOOLEAN} processType=None|Public|Private "
        "definitionalCollaborationRef",
        BASE
        + _CALLABLE
        + "bpmn:auditing? bpmn:monitoring? bpmn:property* bpmn:correlationSubscription* bpmn:supports* "
        + SCOPE,
        LABEL + "ironcage:deadline?",
    ),
    "bpmn:supportedInterfaceRef": form("", TEXT),
    "bpmn:supports": form("", TEXT),
    "bpmn:ioBinding": form("id operationRef! inputDataRef! outputDataRef!", BASE),
    "bpmn:laneSet": form("id name", BASE + "bpmn:lane*", LABEL),
    "bpmn:childLaneSet": form("id name", BASE + "bpmn:lane*", LABEL),
    "bpmn:lane": form(
        "id! name partitionElementRef",
        BASE + "bpmn:partitionElement? bpmn:flowNodeRef* bpmn:childLaneSet?",
        LABEL,
    ),
    "bpmn:partitionElement": form("id", BASE),
    "bpmn:flowNodeRef": form("", TEXT),
    "bpmn:sequenceFlow": form(
        "id name sourceRef! targetRef! isImmediate=true|1", FLOW_ELEMENT + "bpmn:conditionExpression?", LABEL
    ),
    "bpmn:conditionExpression": EXPRESSION,
    "bpmn:textAnnotation": form("id textFormat=" + MIME, BASE + "bpmn:text?"),
    "bpmn:text": form("", ANY),
    "bpmn:association": form("id sourceRef! targetRef! associationDirection=None|One|Both", BASE),
    "bpmn:group": form("id categoryValueRef", BASE),
    "bpmn:category": form("id name", BASE + "bpmn:categoryValue*"),
    "bpmn:categoryValue": form("id value", BASE),
    "bpmn:collaboration": form(
        _COLLABORATION,
        BASE
        + "bpmn:participant* bpmn:messageFlow* bpmn:textAnnotation* bpmn:association* bpmn:group* "
        + "bpmn:correlationKey* bpmn:choreographyRef* "
        + " ".join(f"bpmn:{drawn}*" for drawn in _DRAWN.split()),
    ),
    **{
        f"bpmn:{drawn}": form(
            "id name sourceRef targetRef calledCollaborationRef innerConversationNodeRef "
            "outerConversationNodeRef innerMessageFlowRef outerMessageFlowRef",
            ANY,
        )
        for drawn in _DRAWN.split()
    },
    "bpmn:choreographyRef": form("", TEXT),
    "bpmn:choreography": form(_COLLABORATION, ANY),
    "bpmn:globalChoreographyTask": form(_COLLABORATION + "initiatingParticipantRef", ANY),
    "bpmn:globalConversation": form(_COLLABORATION, ANY),
    "bpmn:participant": form(
        "id name processRef",
        BASE + "bpmn:interfaceRef* bpmn:endPointRef* bpmn:participantMultiplicity?",
        LABEL,
    ),
    "bpmn:interfaceRef": form("", TEXT),
    "bpmn:endPointRef": form("", TEXT),
    "bpmn:participantMultiplicity": form(f"id minimum={SIZE} maximum={SIZE}", BASE),
    "bpmn:messageFlow": form("id name sourceRef! targetRef! messageRef", BASE, LABEL),
    "bpmn:partnerEntity": form("id name", BASE + "bpmn:participantRef*"),
    "bpmn:partnerRole": form("id name", BASE + "bpmn:participantRef*"),
    "bpmn:participantRef": form("", TEXT),
}
