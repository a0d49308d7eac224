"""The words of Camunda 7, Operaton, Flowable and Activiti.

Source: the references of extension attributes and elements of Camunda 7.23 and of Flowable 7.
"""

from __future__ import annotations

from ironcage.bpmn.dialects import reasons as why
from ironcage.bpmn.dialects.word import Word, idle, part, refused, said, silent
from ironcage.messages import mark

_SEVERAL = mark("one group, or one person and no group")
_ONE_ENTRY = mark("singleEntry, collectEntries and singleResult, with a resultVariable")
_EXTERNAL = mark("of the type external, with a topic written plainly")
_SETS = mark("an expression that sets one variable, as the activity ends or the task completes")
_NUMBER = mark("the number of attempts; how long between them is the engine's")

_SAID = (
    *said("@assignee", "ironcage:assignment actor"),
    *said("@candidateGroups", "ironcage:assignment role", _SEVERAL),
    *said("@candidateUsers", "ironcage:assignment actor", _SEVERAL),
    *said("@dueDate", "ironcage:deadline at / within"),
    *said("@followUpDate", "ironcage:followUp at / within"),
    *said("@formKey @formRef", "ironcage:form key", mark("a form written plainly, not an expression")),
    *said("@formRefBinding", "ironcage:form key", mark("latest and deployment")),
    *said("@calledElementBinding @calledElementVersion", "ironcage:call binding version"),
    *said("@sameDeployment", "ironcage:call binding", mark("of Flowable")),
    *said("@inheritVariables", "ironcage:call allIn", mark("of Flowable")),
    *said("in in@variables out out@variables", "ironcage:call allIn allOut"),
    *said("in@source in@sourceExpression in@target", "ironcage:input"),
    *said("in@businessKey", "-", mark("only the key of the calling case")),
    *said("out@source out@sourceExpression out@target", "ironcage:output"),
    *said("@decisionRef @resultVariable @mapDecisionResult", "ironcage:decision ref result", _ONE_ENTRY),
    *said("@decisionRefBinding", "ironcage:decision ref", mark("latest and deployment")),
    *said("@resultVariableName", "ironcage:decision result", mark("of Flowable")),
    *said("@type @topic", "ironcage:service name", _EXTERNAL),
    *said("failedJobRetryTimeCycle", "ironcage:service retries", _NUMBER),
    *said("@collection @elementVariable", "ironcage:collections items item"),
    *said("inputOutput inputParameter inputParameter@name", "ironcage:input"),
    *said("outputParameter outputParameter@name", "ironcage:output"),
    *said("list map entry entry@key value", "ironcage:input, ironcage:output"),
    *said("script script@scriptFormat", "ironcage:input, ironcage:output", mark("in FEEL")),
    *said("executionListener executionListener@event executionListener@expression", "ironcage:set", _SETS),
    *said("taskListener taskListener@event taskListener@expression", "ironcage:set", _SETS),
    *said("properties property property@name property@value", "ironcage:service header", mark("at an external task")),
    *said("@scriptFormat", "ironcage:set", mark("a script in FEEL with a resultVariable")),
)

_IDLE = (
    *idle("@async @asyncBefore @asyncAfter @exclusive @asyncLeave @asyncLeaveExclusive", why.STEP),
    *idle("@completeAsync @parallelInSameTransaction @noWaitStatesAsyncLeave", why.STEP),
    *idle("@jobPriority @taskPriority @jobCategory", why.JOB_ORDER),
    *idle("@priority", why.TASK_ORDER),
    *idle("@historyTimeToLive", why.HISTORY),
    *idle("@versionTag", why.VERSIONS),
    *idle("@isStartableInTasklist @category", why.LISTS),
    *idle("@errorMessage", why.SENT_MESSAGE),
    *idle("@isEagerExecutionFetching", why.STEP),
    *idle("@formFieldValidation", why.LOOKS),
    *silent("@modelerTemplate @modelerTemplateVersion @modelerTemplateIcon @diagramRelationId @extensionId", why.NOTE),
    *silent("property@id localization", why.NOTE),
)

_REFUSED = (
    *refused("@class @delegateExpression @expression", why.CODE, why.USE_SERVICE),
    *refused("@variableMappingClass @variableMappingDelegateExpression @formHandlerClass", why.CODE, why.USE_SERVICE),
    *refused("field field@name field@stringValue", why.CODE, why.USE_SERVICE),
    *refused("connector connectorId", why.CONNECTOR, why.USE_SERVICE),
    *refused("executionListener@class executionListener@delegateExpression", why.LISTENER, why.USE_TASK),
    *refused("taskListener@class taskListener@delegateExpression taskListener@id", why.LISTENER, why.USE_TASK),
    *refused("eventListener transactionDependency", why.LISTENER, why.USE_TASK),
    *refused("formData formProperty", why.FORM_DATA, why.USE_FORM),
    *refused("@formRefVersion", why.FORM_VERSION, why.USE_FORM),
    *refused("@calledElementTenantId @decisionRefTenantId @caseTenantId", why.TENANT, why.REMOVE_IT),
    *refused("@fallbackToDefaultTenant", why.TENANT, why.REMOVE_IT, off="false"),
    *refused("@caseRef @caseBinding @caseVersion", why.CMMN, why.USE_PROCESS),
    *refused("@candidateStarterGroups @candidateStarterUsers potentialStarter", why.STARTERS, why.STARTER_RIGHTS),
    *refused("@initiator", why.INITIATOR, why.GIVE_STARTER),
    *refused("@errorCodeVariable @errorMessageVariable @escalationCodeVariable", why.CAUGHT, why.BY_CODE),
    *refused("errorEventDefinition mapException", why.ERROR_OF_JOB, why.WORKER_ERROR),
    *refused("errorEventDefinition@expression", why.ERROR_OF_JOB, why.WORKER_ERROR),
    *refused("@variableName @variableEvents", why.FILTER, why.SAY_CONDITION),
    *refused("@resource script@resource", why.RESOURCE, why.WRITE_HERE),
    *refused("in@local out@local", why.LOCAL, why.NAME_EACH),
    *refused("@calledElementVersionTag @decisionRefVersionTag", why.VERSION_TAG, why.USE_VERSION),
    *refused("@decisionRefVersion", why.DECISION_VERSION, why.WITH_PROCESS),
    *refused("@skipExpression skipExpression", why.SKIP, why.DRAW_BRANCH),
    *refused("@triggerable", why.TRIGGER, why.DRAW_WAIT, off="false"),
    *refused("@businessCalendarName @endDate", why.CALENDAR, why.USE_DEADLINE),
    *refused("@businessKey @processInstanceName @processInstanceIdVariableName", why.INSTANCE, why.REMOVE_IT),
    *refused("@inheritBusinessKey", why.INSTANCE, why.REMOVE_IT, off="false"),
    *refused("@useLocalScopeForResultVariable @storeResultVariableAsTransient @useLocalScopeForOutParameters",
             why.LOCAL, why.NAME_EACH, off="false"),
    *refused("@elementIndexVariable variableAggregation collection", why.PRE_RUN, why.LET_MODEL),
    *refused("@calledElementType", why.PRE_RUN, why.LET_MODEL, off="key"),
    *refused("@taskIdVariableName @taskCompleterVariableName", why.INSTANCE, why.REMOVE_IT),
    *refused("@doNotIncludeVariables", why.INSTANCE, why.REMOVE_IT, off="false"),
    *refused("eventType eventName eventInParameter eventOutParameter eventCorrelationParameter triggerEventType "
             "sendEventType channelKey", why.EVENTS, why.USE_MESSAGE),
    *refused("@messageExpression @signalExpression", why.EXPRESSION_NAMED, why.NAME_PLAINLY),
    *refused("@terminateAll @terminateMultiInstance", why.TERMINATE_ALL, why.DRAW_END, off="false"),
)  # fmt: skip

_PARTS = (
    *part("executionListener/script executionListener/field", "executionListener"),
    *part("taskListener/script taskListener/field taskListener/timerEventDefinition", "taskListener"),
    *part("field/expression field/string", "field"),
    *part("formData@businessKey formField formField@id formField@label formField@type formField@datePattern "
          "formField@defaultValue validation constraint constraint@name constraint@config", "formData"),
    *part("formProperty@id formProperty@name formProperty@type formProperty@required formProperty@readable "
          "formProperty@writable formProperty@variable formProperty@expression formProperty@datePattern "
          "formProperty@default", "formProperty"),
    *part("value@id value@name", "formData"),
    *part("resourceAssignmentExpression", "potentialStarter"),
)  # fmt: skip

WORDS: tuple[Word, ...] = (*_SAID, *_IDLE, *_REFUSED, *_PARTS)
