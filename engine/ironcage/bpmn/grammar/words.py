"""What many elements have alike."""

from __future__ import annotations

from ironcage.bpmn.grammar.form import TEXT, form

BASE = "bpmn:documentation* bpmn:extensionElements? "
FLOW_ELEMENT = BASE + "bpmn:auditing? bpmn:monitoring? bpmn:categoryValueRef* "
NODE = FLOW_ELEMENT + "bpmn:incoming* bpmn:outgoing* "
LABEL = "ironcage:label* "

EXPRESSION = form("id language evaluatesToTypeRef xsi:type=tFormalExpression", TEXT)
"""An expression of any name."""

PEOPLE = "bpmn:performer? bpmn:humanPerformer? bpmn:potentialOwner? "
"""Who does a task, beside what our namespace says of it."""
ASSIGNED = (
    "ironcage:assignment|bpmn:potentialOwner? ironcage:assignment|bpmn:performer|bpmn:humanPerformer? "
    "ironcage:deadline? ironcage:followUp? "
)

FLOW_NODES = (
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent task userTask manualTask "
    "serviceTask businessRuleTask scriptTask sendTask receiveTask callActivity subProcess transaction "
    "adHocSubProcess exclusiveGateway parallelGateway inclusiveGateway complexGateway eventBasedGateway"
)
SCOPE = (
    "bpmn:laneSet* bpmn:sequenceFlow* bpmn:textAnnotation* bpmn:association* bpmn:group* bpmn:dataObject* "
    "bpmn:dataObjectReference* bpmn:dataStoreReference* " + " ".join(f"bpmn:{node}*" for node in FLOW_NODES.split())
)
"""What a process and a sub-process hold."""
