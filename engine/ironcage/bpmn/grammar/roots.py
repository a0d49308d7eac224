"""Data, and what stands at the root of a file for others to refer to."""

from __future__ import annotations

from ironcage.bpmn.grammar.form import BOOLEAN, NUMBER, TEXT, form
from ironcage.bpmn.grammar.words import ASSIGNED, BASE, EXPRESSION, FLOW_ELEMENT, LABEL, PEOPLE

_HELD = f"id name itemSubjectRef isCollection={BOOLEAN}"
_DATA = BASE + "bpmn:dataState? "
_DATA_ELEMENT = FLOW_ELEMENT + "bpmn:dataState? "
_ASSOCIATION = BASE + "bpmn:sourceRef* bpmn:targetRef! bpmn:transformation? bpmn:assignment*"
_GLOBAL = BASE + "bpmn:supportedInterfaceRef* bpmn:ioSpecification? bpmn:ioBinding* "
_WORK = LABEL + "ironcage:set* ironcage:input* ironcage:output* ironcage:results? "
_BY_PEOPLE = _WORK + ASSIGNED
_IMPLEMENTATION = "implementation=##unspecified|##WebService"

ROOTS = {
    "bpmn:property": form("id! name itemSubjectRef", _DATA),
    "bpmn:dataObject": form(_HELD.replace("id", "id!", 1), _DATA_ELEMENT, LABEL),
    "bpmn:dataObjectReference": form("id! name itemSubjectRef dataObjectRef", _DATA_ELEMENT, LABEL),
    "bpmn:dataStoreReference": form("id! name itemSubjectRef dataStoreRef", _DATA_ELEMENT, LABEL),
    "bpmn:dataState": form("id name", BASE),
    "bpmn:dataStore": form(f"id! name itemSubjectRef capacity={NUMBER} isUnlimited={BOOLEAN}", _DATA),
    "bpmn:ioSpecification": form("id", BASE + "bpmn:dataInput* bpmn:dataOutput* bpmn:inputSet! bpmn:outputSet!"),
    "bpmn:dataInput": form(_HELD, _DATA),
    "bpmn:dataOutput": form(_HELD, _DATA),
    "bpmn:inputDataItem": form(_HELD, _DATA),
    "bpmn:outputDataItem": form(_HELD, _DATA),
    "bpmn:inputSet": form("id name", BASE + "bpmn:dataInputRefs* bpmn:optionalInputRefs* bpmn:outputSetRefs*"),
    "bpmn:outputSet": form("id name", BASE + "bpmn:dataOutputRefs* bpmn:optionalOutputRefs* bpmn:inputSetRefs*"),
    "bpmn:dataInputRefs": form("", TEXT),
    "bpmn:dataOutputRefs": form("", TEXT),
    "bpmn:optionalInputRefs": form("", TEXT),
    "bpmn:optionalOutputRefs": form("", TEXT),
    "bpmn:inputSetRefs": form("", TEXT),
    "bpmn:outputSetRefs": form("", TEXT),
    "bpmn:dataInputAssociation": form("id", _ASSOCIATION),
    "bpmn:dataOutputAssociation": form("id", _ASSOCIATION),
    "bpmn:sourceRef": form("", TEXT),
    "bpmn:targetRef": form("", TEXT),
    "bpmn:transformation": EXPRESSION,
    "bpmn:assignment": form("id", BASE + "bpmn:from! bpmn:to!"),
    "bpmn:from": EXPRESSION,
    "bpmn:to": EXPRESSION,
    "bpmn:itemDefinition": form(f"id structureRef isCollection={BOOLEAN} itemKind=Information|Physical", BASE),
    "bpmn:message": form("id! name itemRef", BASE, LABEL + "ironcage:subscription?"),
    "bpmn:signal": form("id! name structureRef", BASE, LABEL),
    "bpmn:error": form("id! name errorCode structureRef", BASE, LABEL),
    "bpmn:escalation": form("id! name escalationCode structureRef", BASE, LABEL),
    "bpmn:interface": form("id name! implementationRef", BASE + "bpmn:operation*"),
    "bpmn:operation": form(
        "id name! implementationRef", BASE + "bpmn:inMessageRef! bpmn:outMessageRef? bpmn:errorRef*"
    ),
    "bpmn:inMessageRef": form("", TEXT),
    "bpmn:outMessageRef": form("", TEXT),
    "bpmn:errorRef": form("", TEXT),
    "bpmn:correlationProperty": form("id! name type", BASE + "bpmn:correlationPropertyRetrievalExpression*"),
    "bpmn:correlationPropertyRetrievalExpression": form("id messageRef!", BASE + "bpmn:messagePath!"),
    "bpmn:messagePath": EXPRESSION,
    "bpmn:correlationKey": form("id! name", BASE + "bpmn:correlationPropertyRef*"),
    "bpmn:correlationPropertyRef": form("", TEXT),
    "bpmn:correlationSubscription": form("id correlationKeyRef!", BASE + "bpmn:correlationPropertyBinding*"),
    "bpmn:correlationPropertyBinding": form("id correlationPropertyRef!", BASE + "bpmn:dataPath!"),
    "bpmn:dataPath": EXPRESSION,
    "bpmn:resource": form("id name!", BASE + "bpmn:resourceParameter*"),
    "bpmn:resourceParameter": form(f"id name type isRequired={BOOLEAN}", BASE),
    "bpmn:globalTask": form("id! name", _GLOBAL, _WORK),
    "bpmn:globalUserTask": form(
        "id! name " + _IMPLEMENTATION, _GLOBAL + PEOPLE + "bpmn:rendering*", _BY_PEOPLE + "ironcage:form?"
    ),
    "bpmn:globalManualTask": form("id! name", _GLOBAL + PEOPLE, _BY_PEOPLE),
    "bpmn:globalScriptTask": form("id! name scriptLanguage", _GLOBAL + "bpmn:script?", _WORK + "ironcage:script?"),
    "bpmn:globalBusinessRuleTask": form(
        "id! name " + _IMPLEMENTATION, _GLOBAL, _WORK + "ironcage:decision|ironcage:service!"
    ),
}
