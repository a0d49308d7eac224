"""The words of SpiffWorkflow and of Spiff Arena.

Source: the schema shipped with SpiffWorkflow 3.2, and Spiff Arena's reference of its extensions.
"""

from __future__ import annotations

from ironcage.bpmn.dialects import reasons as why
from ironcage.bpmn.dialects.word import Word, idle, part, refused, said, silent
from ironcage.messages import mark

_ASSIGNMENTS = mark("a plain sequence of assignments of expressions that translate")
_PRE = mark("as for postScript; at a task without boundary events")

_SAID = (
    *said("postScript", "ironcage:set", _ASSIGNMENTS),
    *said("preScript", "ironcage:input and ironcage:output", _PRE),
    *said("serviceTaskOperator serviceTaskOperator@id serviceTaskOperator@resultVariable",
          "ironcage:service name result"),
    *said("parameters parameter parameter@id parameter@value", "ironcage:input"),
    *said("retry retry@retries", "ironcage:service retries"),
    *said("properties property=formJsonSchemaFilename", "ironcage:form key", mark("at a task of a person")),
    *said("messageVariable", "ironcage:payload", mark("at receive tasks and catching message events")),
    *said("messagePayload", "ironcage:input", mark("a dictionary whose names are written out, where it is sent")),
)  # fmt: skip

_IDLE = (
    *idle("parameter@type", mark("a value has its kind of itself")),
    *idle("retry@backoff_base", why.BACK_OFF),
    *idle("signalButtonLabel category @isMatchingCorrelation @isOutputSynced", why.LISTS),
    *idle("taskMetadataValues", why.LISTS),
    *silent("unitTests", why.NOTE),
    *silent("property=formUiSchemaFilename", why.LOOKS),
)

_REFUSED = (
    *refused("calledDecisionId", why.DECISION_NAMES, why.USE_DECISION),
    *refused("payloadExpression", why.PAYLOAD, why.USE_OUTPUT),
    *refused("variableName", why.FORM_VARIABLE, why.SAY_OUTPUT),
    *refused("processVariableCorrelation", why.SPIFF_CORRELATION, why.USE_CORRELATION),
    *refused("instructionsForEndUser", why.INSTRUCTIONS, why.USE_DOCUMENTATION),
    *refused("allowGuest guestConfirmation", why.GUESTS, why.REMOVE_IT),
    *refused("processModelToStartOnTaskAvailable", why.SPIFF_START, why.DRAW_CALL),
    *refused("@scriptsOnInstances", why.SCRIPTS_ON, why.REMOVE_IT, off="false"),
    *refused("@jsonSchemaId", why.SCHEMA, why.REMOVE_IT),
)

_PARTS = (
    *part("property property@name property@value", "properties"),
    *part("unitTest unitTest@id inputJson expectedOutputJson", "unitTests"),
    *part("taskMetadataValue taskMetadataValue@name taskMetadataValue@value", "taskMetadataValues"),
    *part("propertyId expression", "processVariableCorrelation"),
)

WORDS: tuple[Word, ...] = (*_SAID, *_IDLE, *_REFUSED, *_PARTS)
