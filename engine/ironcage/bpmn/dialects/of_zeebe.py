"""The words of Zeebe, the engine of Camunda 8.

Source: the schema of the extension elements of Camunda 8.8, and its reference of BPMN.
"""

from __future__ import annotations

from ironcage.bpmn.dialects import reasons as why
from ironcage.bpmn.dialects.word import Word, idle, part, refused, said, silent
from ironcage.messages import mark

_ONE = mark("one group, or one person and no group")
_TASK = mark("at service, send and business rule tasks and at events that throw a message; the type is written plainly")
_PLAIN = mark("a form written plainly, not an expression")

_SAID = (
    *said("assignmentDefinition assignmentDefinition@assignee", "ironcage:assignment actor"),
    *said("assignmentDefinition@candidateGroups", "ironcage:assignment role", _ONE),
    *said("assignmentDefinition@candidateUsers", "ironcage:assignment actor", _ONE),
    *said("taskSchedule taskSchedule@dueDate", "ironcage:deadline at"),
    *said("taskSchedule@followUpDate", "ironcage:followUp at"),
    *said("formDefinition formDefinition@formKey formDefinition@formId formDefinition@externalReference",
          "ironcage:form key", _PLAIN),
    *said("formDefinition@bindingType", "ironcage:form key", mark("latest and deployment")),
    *said("calledElement calledElement@processId calledElement@processIdExpression", "calledElement, ironcage:call"),
    *said("calledElement@propagateAllParentVariables calledElement@propagateAllChildVariables",
          "ironcage:call allIn allOut"),
    *said("calledElement@bindingType", "ironcage:call binding", mark("latest and deployment")),
    *said("calledDecision calledDecision@decisionId calledDecision@resultVariable", "ironcage:decision ref result"),
    *said("calledDecision@bindingType", "ironcage:decision ref", mark("latest and deployment")),
    *said("taskDefinition taskDefinition@type taskDefinition@retries", "ironcage:service name retries", _TASK),
    *said("taskHeaders header header@key header@value", "ironcage:service header", mark("beside a taskDefinition")),
    *said("ioMapping input input@source input@target", "ironcage:input"),
    *said("output output@source output@target", "ironcage:output", mark("into a whole variable")),
    *said("loopCharacteristics loopCharacteristics@inputCollection loopCharacteristics@inputElement",
          "ironcage:collections items item"),
    *said("loopCharacteristics@outputCollection loopCharacteristics@outputElement",
          "ironcage:collections output outputItem"),
    *said("script script@expression script@resultVariable", "ironcage:set"),
    *said("subscription subscription@correlationKey", "ironcage:subscription key"),
    *said("publishMessage publishMessage@correlationKey", "ironcage:correlation key"),
)  # fmt: skip

_IDLE = (
    *idle("priorityDefinition priorityDefinition@priority", why.TASK_ORDER),
    *idle("jobPriorityDefinition jobPriorityDefinition@priority", why.JOB_ORDER),
    *idle("versionTag versionTag@value", why.VERSIONS),
    *idle("userTask", why.NATIVE),
    *silent("properties property property@name property@value header@id", why.NOTE),
    *silent("@modelerTemplate @modelerTemplateVersion @modelerTemplateIcon @retryCounter", why.NOTE),
)

_REFUSED = (
    *refused("userTaskForm", why.FORM_DATA, why.USE_FORM),
    *refused("formDefinition@versionTag", why.VERSION_TAG, why.USE_FORM),
    *refused("calledElement@versionTag", why.VERSION_TAG, why.USE_VERSION),
    *refused("calledDecision@versionTag", why.VERSION_TAG, why.WITH_PROCESS),
    *refused("executionListeners taskListeners", why.LISTENER, why.USE_TASK),
    *refused("linkedResources", why.RESOURCE, why.WRITE_HERE),
    *refused("property=inbound.type", why.CONNECTOR, why.SEND_MESSAGE),
    *refused("adHoc", why.PRE_RUN, why.LET_MODEL),
    *refused("conditionalFilter", why.FILTER, why.SAY_CONDITION),
    *refused("publishMessage@messageId publishMessage@timeToLive", why.MESSAGE_IDENTITY, why.REMOVE_IT),
)

_PARTS = (
    *part("userTaskForm@id", "userTaskForm"),
    *part("executionListener executionListener@eventType executionListener@retries executionListener@type",
          "executionListeners"),
    *part("taskListener taskListener@eventType taskListener@retries taskListener@type", "taskListeners"),
    *part("linkedResource linkedResource@resourceId linkedResource@resourceType linkedResource@linkName "
          "linkedResource@bindingType linkedResource@versionTag", "linkedResources"),
    *part("adHoc@activeElementsCollection adHoc@outputCollection adHoc@outputElement", "adHoc"),
    *part("conditionalFilter@variableNames conditionalFilter@variableEvents", "conditionalFilter"),
)  # fmt: skip

WORDS: tuple[Word, ...] = (*_SAID, *_IDLE, *_REFUSED, *_PARTS)
