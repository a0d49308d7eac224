"""SpiffWorkflow's parser, extended through its own extension points: what it reads of a normalised tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.specs import defaults

from ironcage.bpmn.names import BPMN, IRONCAGE
from ironcage.spiff.parsing import activities, events
from ironcage.spiff.parsing.data import Stores
from ironcage.spiff.parsing.processes import Process
from ironcage.spiff.parsing.specs import BusinessRuleTask, ComplexGateway, Root

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Parser"]

_DATA = ("dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property", "dataInput", "dataOutput")
_ITEMS = ("inputDataItem", "outputDataItem")


class Parser(BpmnParser):
    """SpiffWorkflow's parser for one file, reading what it misses as well."""

    PROCESS_PARSER_CLASS = Process
    DATA_STORE_CLASSES = Stores()
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  # the name and the shape are SpiffWorkflow's
        full_tag("startEvent"): (events.StartEvent, defaults.StartEvent),
        full_tag("endEvent"): (events.EndEvent, defaults.EndEvent),
        full_tag("intermediateCatchEvent"): (events.IntermediateCatchEvent, defaults.IntermediateCatchEvent),
        full_tag("intermediateThrowEvent"): (events.IntermediateThrowEvent, defaults.IntermediateThrowEvent),
        full_tag("boundaryEvent"): (events.BoundaryEvent, defaults.BoundaryEvent),
        full_tag("task"): (activities.Task, defaults.NoneTask),
        full_tag("userTask"): (activities.Task, defaults.UserTask),
        full_tag("manualTask"): (activities.Task, defaults.ManualTask),
        full_tag("serviceTask"): (activities.Task, defaults.ServiceTask),
        full_tag("businessRuleTask"): (activities.Task, BusinessRuleTask),
        full_tag("scriptTask"): (activities.ScriptTask, defaults.ScriptTask),
        full_tag("sendTask"): (events.SendTask, defaults.SendTask),
        full_tag("receiveTask"): (events.ReceiveTask, defaults.ReceiveTask),
        full_tag("callActivity"): (activities.CallActivity, defaults.CallActivity),
        full_tag("subProcess"): (activities.SubProcess, defaults.SubWorkflowTask),
        full_tag("transaction"): (activities.SubProcess, defaults.TransactionSubprocess),
        full_tag("adHocSubProcess"): (activities.AdHocSubProcess, defaults.AdHocSubprocess),
        full_tag("exclusiveGateway"): (activities.ConditionalGateway, defaults.ExclusiveGateway),
        full_tag("inclusiveGateway"): (activities.ConditionalGateway, defaults.InclusiveGateway),
        full_tag("parallelGateway"): (activities.Gateway, defaults.ParallelGateway),
        full_tag("complexGateway"): (activities.ComplexGateway, ComplexGateway),
        full_tag("eventBasedGateway"): (events.EventBasedGateway, defaults.EventBasedGateway),
    }

    root: Root

    def add_bpmn_xml(self, bpmn: etree._Element, filename: str | None = None) -> None:
        """Take in what the file says beside its processes, then what SpiffWorkflow reads."""
        self.root = _root(bpmn)
        super().add_bpmn_xml(bpmn, filename)


def _root(bpmn: etree._Element) -> Root:
    """Return what the file says beside its processes."""
    found = Root()
    for name in _DATA + _ITEMS:
        found.variables.update((each.get("id", ""), each.get("name", "")) for each in bpmn.iter(full_tag(name)))
    for element in bpmn.iterfind(f"{{{BPMN}}}*"):
        if str(element.tag).endswith("EventDefinition"):
            found.definitions[element.get("id", "")] = element
    for association in bpmn.iter(full_tag("association")):
        found.associations.setdefault(association.get("sourceRef", ""), []).append(association.get("targetRef", ""))
    for key in bpmn.iter(full_tag("correlationKey")):
        properties = key.iterfind(full_tag("correlationPropertyRef"))
        found.keys[key.get("id", "")] = tuple(each.text or "" for each in properties)
    for message in bpmn.iter(full_tag("message")):
        said = message.find(f"{full_tag('extensionElements')}/{{{IRONCAGE}}}subscription")
        if said is not None:
            found.subscriptions[message.get("id", "")] = said.get("key", "")
    return found
