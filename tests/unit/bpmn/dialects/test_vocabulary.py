"""Every word that the other engines document is mapped, without effect or refused, each for a reason."""

from __future__ import annotations

import pytest

from ironcage.bpmn.dialects.family import Family
from ironcage.bpmn.dialects.vocabulary import VOCABULARY, word
from ironcage.bpmn.dialects.word import Fate

DOCUMENTED = {
    # Camunda 7: attributes, then elements with their attributes.
    Family.CAMUNDA: """
        @assignee @async @asyncBefore @asyncAfter @calledElementBinding @calledElementTenantId @calledElementVersion
        @calledElementVersionTag @candidateGroups @candidateStarterGroups @candidateStarterUsers @candidateUsers
        @caseBinding @caseRef @caseTenantId @caseVersion @class @collection @decisionRef @decisionRefBinding
        @decisionRefTenantId @decisionRefVersion @delegateExpression @diagramRelationId @dueDate @elementVariable
        @errorCodeVariable @errorMessage @errorMessageVariable @escalationCodeVariable @exclusive @expression
        @followUpDate @formHandlerClass @formKey @formRef @formRefBinding @formRefVersion @historyTimeToLive @initiator
        @isStartableInTasklist @jobPriority @mapDecisionResult @modelerTemplate @modelerTemplateVersion @priority
        @resource @resultVariable @taskPriority @topic @type @variableEvents @variableMappingClass
        @variableMappingDelegateExpression @variableName @versionTag
        in in@source in@sourceExpression in@target in@businessKey in@local in@variables
        out out@source out@sourceExpression out@target out@local out@variables
        properties property property@id property@name property@value connector connectorId inputOutput inputParameter
        inputParameter@name outputParameter outputParameter@name list map entry entry@key value value@id value@name
        script script@scriptFormat script@resource field field@name field@stringValue field/expression field/string
        failedJobRetryTimeCycle executionListener executionListener@expression executionListener@class
        executionListener@delegateExpression executionListener@event executionListener/script executionListener/field
        taskListener taskListener@expression taskListener@class taskListener@delegateExpression taskListener@event
        taskListener@id taskListener/script taskListener/field taskListener/timerEventDefinition formProperty
        formProperty@id formProperty@name formProperty@type formProperty@required formProperty@readable
        formProperty@writable formProperty@variable formProperty@expression formProperty@datePattern
        formProperty@default formData formData@businessKey formField formField@id formField@label formField@type
        formField@datePattern formField@defaultValue validation constraint constraint@name constraint@config
        errorEventDefinition errorEventDefinition@expression potentialStarter resourceAssignmentExpression
        @skipExpression @triggerable @category @formFieldValidation @businessCalendarName @sameDeployment
        @inheritVariables @inheritBusinessKey @businessKey @processInstanceName @calledElementType @completeAsync
        @fallbackToDefaultTenant @resultVariableName @useLocalScopeForResultVariable @elementIndexVariable
        @storeResultVariableAsTransient @terminateAll @messageExpression @signalExpression @taskIdVariableName
        eventListener mapException variableAggregation localization
    """,
    Family.ZEEBE: """
        @modelerTemplate @modelerTemplateVersion @modelerTemplateIcon @retryCounter ioMapping input input@source
        input@target output output@source output@target subscription subscription@correlationKey taskHeaders header
        header@id header@key header@value taskDefinition taskDefinition@type taskDefinition@retries loopCharacteristics
        loopCharacteristics@inputCollection loopCharacteristics@inputElement loopCharacteristics@outputCollection
        loopCharacteristics@outputElement calledElement calledElement@processId calledElement@processIdExpression
        calledElement@propagateAllChildVariables calledElement@propagateAllParentVariables calledElement@bindingType
        calledElement@versionTag userTaskForm userTaskForm@id formDefinition formDefinition@formKey
        formDefinition@formId formDefinition@externalReference formDefinition@bindingType formDefinition@versionTag
        userTask calledDecision calledDecision@decisionId calledDecision@resultVariable calledDecision@bindingType
        calledDecision@versionTag assignmentDefinition assignmentDefinition@assignee
        assignmentDefinition@candidateGroups assignmentDefinition@candidateUsers priorityDefinition
        priorityDefinition@priority taskSchedule taskSchedule@dueDate taskSchedule@followUpDate properties property
        property@name property@value script script@expression script@resultVariable executionListeners
        executionListener executionListener@eventType executionListener@retries executionListener@type taskListeners
        taskListener taskListener@eventType taskListener@retries taskListener@type versionTag versionTag@value
        linkedResources linkedResource linkedResource@resourceId linkedResource@resourceType linkedResource@linkName
        linkedResource@bindingType linkedResource@versionTag adHoc adHoc@activeElementsCollection
        adHoc@outputCollection adHoc@outputElement conditionalFilter conditionalFilter@variableNames
        conditionalFilter@variableEvents publishMessage publishMessage@correlationKey publishMessage@messageId
        publishMessage@timeToLive
    """,
    Family.SPIFF: """
        preScript postScript calledDecisionId instructionsForEndUser messagePayload messageVariable payloadExpression
        variableName processVariableCorrelation propertyId expression properties property property@name property@value
        serviceTaskOperator serviceTaskOperator@id serviceTaskOperator@resultVariable parameters parameter parameter@id
        parameter@type parameter@value retry retry@retries retry@backoff_base unitTests unitTest unitTest@id inputJson
        expectedOutputJson taskMetadataValues taskMetadataValue taskMetadataValue@name taskMetadataValue@value
        @scriptsOnInstances allowGuest guestConfirmation signalButtonLabel processModelToStartOnTaskAvailable category
        @isMatchingCorrelation @isOutputSynced @jsonSchemaId
    """,
}


@pytest.mark.parametrize("family", Family)
def test_every_documented_word_has_a_fate(family: Family) -> None:
    assert [name for name in DOCUMENTED[family].split() if word(family, name) is None] == []


@pytest.mark.parametrize("family", Family)
def test_a_word_has_one_fate(family: Family) -> None:
    names = [each.name for each in VOCABULARY[family]]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("family", Family)
def test_a_word_says_what_becomes_of_it_and_why(family: Family) -> None:
    for each in VOCABULARY[family]:
        match each.fate:
            case Fate.SAID | Fate.PART:
                assert each.said
            case Fate.REFUSED:
                assert each.reason
                assert each.mend
            case Fate.IDLE | Fate.SILENT:
                assert each.reason


@pytest.mark.parametrize("family", Family)
def test_a_part_is_judged_as_its_whole(family: Family) -> None:
    parts = [each for each in VOCABULARY[family] if each.fate is Fate.PART]
    assert all(word(family, part.name) == word(family, part.said) is not None for part in parts)
