"""Flow nodes: events, activities, gateways."""

from __future__ import annotations

from ironcage.bpmn.grammar.form import BOOLEAN, COUNT, SIZE, TEXT, form
from ironcage.bpmn.grammar.words import ASSIGNED, BASE, EXPRESSION, LABEL, NODE, PEOPLE, SCOPE

_DEFINITIONS = (
    "timerEventDefinition messageEventDefinition signalEventDefinition errorEventDefinition escalationEventDefinition "
    "conditionalEventDefinition linkEventDefinition compensateEventDefinition cancelEventDefinition "
    "terminateEventDefinition eventDefinitionRef"
)
_EVENT = NODE + " ".join(f"bpmn:{each}*" for each in _DEFINITIONS.split())
_CATCH = _EVENT + " bpmn:dataOutput* bpmn:dataOutputAssociation* bpmn:outputSet?"
_THROW = _EVENT + " bpmn:dataInput* bpmn:dataInputAssociation* bpmn:inputSet?"
_CAUGHT = LABEL + "ironcage:output* ironcage:results? ironcage:payload? "
_THROWN = LABEL + "ironcage:input* ironcage:correlation? ironcage:service? "
_SEVERAL = f"id! name parallelMultiple={BOOLEAN} "

_TOKENS = f"id! name default startQuantity={COUNT} completionQuantity={COUNT} isForCompensation={BOOLEAN} "
_DATA = "bpmn:ioSpecification? bpmn:dataInputAssociation* bpmn:dataOutputAssociation* "
_ACTIVITY = NODE + _DATA + "bpmn:standardLoopCharacteristics? bpmn:multiInstanceLoopCharacteristics? "
_IMPLEMENTATION = "implementation=##unspecified|##WebService "
_WORK = (
    LABEL + "ironcage:set* ironcage:input* ironcage:output* ironcage:results? "
    "bpmn:standardLoopCharacteristics|bpmn:multiInstanceLoopCharacteristics? "
)
_BY_PEOPLE = _WORK + ASSIGNED + "ironcage:separate* "
_ROLE = form("id name", BASE + "bpmn:resourceAssignmentExpression!")
_GATEWAY = "id! name gatewayDirection=Unspecified|Converging|Diverging|Mixed "
_SUB_PROCESS = _TOKENS + f"triggeredByEvent={BOOLEAN} "

NODES = {
    "bpmn:incoming": form("", TEXT),
    "bpmn:outgoing": form("", TEXT),
    "bpmn:startEvent": form(_SEVERAL + f"isInterrupting={BOOLEAN}", _CATCH, _CAUGHT + "ironcage:form?"),
    "bpmn:intermediateCatchEvent": form(_SEVERAL, _CATCH, _CAUGHT),
    "bpmn:boundaryEvent": form(_SEVERAL + f"attachedToRef! cancelActivity={BOOLEAN}", _CATCH, _CAUGHT),
    "bpmn:endEvent": form("id! name", _THROW, _THROWN),
    "bpmn:intermediateThrowEvent": form("id! name", _THROW, _THROWN),
    "bpmn:task": form(_TOKENS, _ACTIVITY, _WORK),
    "bpmn:userTask": form(
        _TOKENS + _IMPLEMENTATION, _ACTIVITY + PEOPLE + "bpmn:rendering*", _BY_PEOPLE + "ironcage:form?"
    ),
    "bpmn:manualTask": form(_TOKENS, _ACTIVITY + PEOPLE, _BY_PEOPLE),
    "bpmn:performer": _ROLE,
    "bpmn:humanPerformer": _ROLE,
    "bpmn:potentialOwner": _ROLE,
    "bpmn:resourceAssignmentExpression": form("id", BASE + "bpmn:formalExpression!"),
    "bpmn:formalExpression": EXPRESSION,
    "bpmn:serviceTask": form(_TOKENS + _IMPLEMENTATION + "operationRef", _ACTIVITY, _WORK + "ironcage:service!"),
    "bpmn:businessRuleTask": form(_TOKENS + _IMPLEMENTATION, _ACTIVITY, _WORK + "ironcage:decision|ironcage:service!"),
    "bpmn:scriptTask": form(_TOKENS + "scriptFormat", _ACTIVITY + "bpmn:script?", _WORK + "ironcage:script?"),
    "bpmn:script": form("", TEXT),
    "bpmn:sendTask": form(
        _TOKENS + _IMPLEMENTATION + "messageRef operationRef",
        _ACTIVITY,
        _WORK + "ironcage:service? ironcage:correlation?",
    ),
    "bpmn:receiveTask": form(
        _TOKENS + _IMPLEMENTATION + f"messageRef operationRef instantiate={BOOLEAN}",
        _ACTIVITY,
        _WORK + "ironcage:payload?",
    ),
    "bpmn:callActivity": form(_TOKENS + "calledElement", _ACTIVITY, _WORK + "ironcage:call?"),
    "bpmn:subProcess": form(_SUB_PROCESS, _ACTIVITY + "bpmn:property* " + SCOPE, _WORK),
    "bpmn:transaction": form(_SUB_PROCESS + "method=##Compensate", _ACTIVITY + "bpmn:property* " + SCOPE, _WORK),
    "bpmn:adHocSubProcess": form(
        _SUB_PROCESS + f"ordering=Parallel|Sequential cancelRemainingInstances={BOOLEAN}",
        _ACTIVITY + "bpmn:completionCondition? bpmn:property* " + SCOPE,
        _WORK,
    ),
    "bpmn:rendering": form("id", BASE),
    "bpmn:standardLoopCharacteristics": form(
        f"id testBefore={BOOLEAN} loopMaximum={SIZE}", BASE + "bpmn:loopCondition?"
    ),
    "bpmn:loopCondition": EXPRESSION,
    "bpmn:multiInstanceLoopCharacteristics": form(
        f"id isSequential={BOOLEAN} behavior=None|One|All|Complex oneBehaviorEventRef noneBehaviorEventRef",
        BASE
        + "bpmn:loopCardinality? bpmn:loopDataInputRef? bpmn:loopDataOutputRef? bpmn:inputDataItem? "
        + "bpmn:outputDataItem? bpmn:complexBehaviorDefinition* bpmn:completionCondition?",
        "ironcage:collections?",
    ),
    "bpmn:loopCardinality": EXPRESSION,
    "bpmn:completionCondition": EXPRESSION,
    "bpmn:loopDataInputRef": form("", TEXT),
    "bpmn:loopDataOutputRef": form("", TEXT),
    "bpmn:complexBehaviorDefinition": form("id", BASE + "bpmn:condition! bpmn:event!"),
    "bpmn:event": form("id name", _EVENT),
    "bpmn:exclusiveGateway": form(_GATEWAY + "default", NODE, LABEL),
    "bpmn:inclusiveGateway": form(_GATEWAY + "default", NODE, LABEL),
    "bpmn:parallelGateway": form(_GATEWAY, NODE, LABEL),
    "bpmn:complexGateway": form(_GATEWAY + "default", NODE + "bpmn:activationCondition?", LABEL),
    "bpmn:activationCondition": EXPRESSION,
    "bpmn:eventBasedGateway": form(
        _GATEWAY + f"instantiate={BOOLEAN} eventGatewayType=Exclusive|Parallel", NODE, LABEL
    ),
    "bpmn:eventDefinitionRef": form("", TEXT),
    "bpmn:timerEventDefinition": form("id", BASE + "bpmn:timeDate? bpmn:timeDuration? bpmn:timeCycle?"),
    "bpmn:timeDate": EXPRESSION,
    "bpmn:timeDuration": EXPRESSION,
    "bpmn:timeCycle": EXPRESSION,
    "bpmn:messageEventDefinition": form("id messageRef", BASE + "bpmn:operationRef?"),
    "bpmn:operationRef": form("", TEXT),
    "bpmn:signalEventDefinition": form("id signalRef", BASE),
    "bpmn:errorEventDefinition": form("id errorRef", BASE),
    "bpmn:escalationEventDefinition": form("id escalationRef", BASE),
    "bpmn:conditionalEventDefinition": form("id", BASE + "bpmn:condition!"),
    "bpmn:condition": EXPRESSION,
    "bpmn:linkEventDefinition": form("id name!", BASE + "bpmn:source* bpmn:target?"),
    "bpmn:source": form("", TEXT),
    "bpmn:target": form("", TEXT),
    "bpmn:compensateEventDefinition": form(f"id waitForCompletion={BOOLEAN} activityRef", BASE),
    "bpmn:cancelEventDefinition": form("id", BASE),
    "bpmn:terminateEventDefinition": form("id", BASE),
}
