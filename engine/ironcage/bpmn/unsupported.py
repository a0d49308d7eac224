"""Elements of BPMN that are not executed yet, each with what to use instead."""

from __future__ import annotations

from ironcage.messages import mark

_SAID = {
    "scriptTask script": mark(
        "Use <ironcage:set> on a task for a calculation, or a service task with <ironcage:service>."
    ),
    "subProcess transaction adHocSubProcess callActivity globalTask globalUserTask globalManualTask globalScriptTask "
    "globalBusinessRuleTask": mark("Draw its steps in the process itself."),
    "sendTask receiveTask messageEventDefinition message messageFlow messageFlowRef correlationKey "
    "correlationProperty correlationSubscription correlationPropertyBinding": mark(
        "Use a service task to send, and a user task or a service task to wait for an answer."
    ),
    "complexGateway": mark("Use exclusive, inclusive and parallel gateways."),
    "eventBasedGateway": mark("Use a task with a timer on its boundary."),
    "signalEventDefinition signal errorEventDefinition error escalationEventDefinition escalation "
    "conditionalEventDefinition linkEventDefinition compensateEventDefinition cancelEventDefinition "
    "implicitThrowEvent": mark("Of the events, none, timer and terminate are executed so far."),
    "timeCycle": mark("Use a <timeDuration> and lead the flow back for the next round."),
    "eventDefinitionRef": mark("Write the event definition inside the event."),
    "standardLoopCharacteristics multiInstanceLoopCharacteristics": mark(
        "Lead the flow back through an exclusive gateway, or draw the parallel branches."
    ),
    "dataObject dataObjectReference dataStore dataStoreReference ioSpecification ioBinding property dataInput "
    "dataOutput inputSet outputSet dataInputAssociation dataOutputAssociation dataState itemDefinition": mark(
        "Declare case data in process.toml, and show it on the drawing as a text annotation."
    ),
    "performer humanPerformer potentialOwner resourceRole resource resourceParameter "
    "resourceAssignmentExpression rendering": mark(
        "Use the lane, or <ironcage:assignment role=... unit=... actor=...>."
    ),
    "group category categoryValue categoryValueRef": mark("Use a text annotation."),
    "choreography choreographyTask subChoreography callChoreography globalChoreographyTask conversation "
    "globalConversation conversationNode subConversation callConversation conversationLink "
    "conversationAssociation participantAssociation messageFlowAssociation participantMultiplicity": mark(
        "Draw the process of one participant."
    ),
    "import interface operation endPoint partnerEntity partnerRole relationship extension monitoring auditing "
    "partitionElement supports supportedInterfaceRef": mark("Remove it; nothing here uses it."),
}

UNSUPPORTED: dict[str, str] = {f"bpmn:{name}": instead for names, instead in _SAID.items() for name in names.split()}
"""What to use instead, by element."""
