"""From SpiffWorkflow's specs to nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults

from ironcage.program import SUB_PROCESSES, Kind, Node
from ironcage.spiff.compiling import activities, data
from ironcage.spiff.compiling.events import events
from ironcage.spiff.compiling.instances import loop
from ironcage.spiff.normal import MARK, original
from ironcage.spiff.parsing.specs import BusinessRuleTask, ComplexGateway

if TYPE_CHECKING:
    from ironcage.program import Flow
    from ironcage.spiff.compiling.reading import Reading
    from ironcage.spiff.parsing.extending import Extensions

_KINDS: dict[type, Kind] = {
    defaults.StartEvent: Kind.START_EVENT,
    defaults.EndEvent: Kind.END_EVENT,
    defaults.IntermediateCatchEvent: Kind.INTERMEDIATE_CATCH_EVENT,
    defaults.IntermediateThrowEvent: Kind.INTERMEDIATE_THROW_EVENT,
    defaults.BoundaryEvent: Kind.BOUNDARY_EVENT,
    defaults.NoneTask: Kind.TASK,
    defaults.UserTask: Kind.USER_TASK,
    defaults.ManualTask: Kind.MANUAL_TASK,
    defaults.ServiceTask: Kind.SERVICE_TASK,
    BusinessRuleTask: Kind.BUSINESS_RULE_TASK,
    defaults.ScriptTask: Kind.SCRIPT_TASK,
    defaults.SendTask: Kind.SEND_TASK,
    defaults.ReceiveTask: Kind.RECEIVE_TASK,
    defaults.CallActivity: Kind.CALL_ACTIVITY,
    defaults.SubWorkflowTask: Kind.SUB_PROCESS,
    defaults.TransactionSubprocess: Kind.TRANSACTION,
    defaults.AdHocSubprocess: Kind.AD_HOC_SUB_PROCESS,
    defaults.ExclusiveGateway: Kind.EXCLUSIVE_GATEWAY,
    defaults.ParallelGateway: Kind.PARALLEL_GATEWAY,
    defaults.InclusiveGateway: Kind.INCLUSIVE_GATEWAY,
    ComplexGateway: Kind.COMPLEX_GATEWAY,
    defaults.EventBasedGateway: Kind.EVENT_BASED_GATEWAY,
}

_ACTIVITIES = frozenset(kind for kind in Kind if not kind.endswith(("Event", "Gateway")))


class Nodes:
    """The nodes of a program being made, between the flows already made."""

    def __init__(self, reading: Reading, flows: list[Flow]) -> None:
        self.reading = reading
        self.incoming: dict[int, list[int]] = {}
        self.outgoing: dict[int, list[int]] = {}
        for index, flow in enumerate(flows):
            self.incoming.setdefault(flow.target, []).append(index)
            self.outgoing.setdefault(flow.source, []).append(index)
        self.hosts = {
            index: host for index in range(len(reading.scopes.nodes)) if (host := self._host(index)) is not None
        }
        self.boundaries: dict[int, list[int]] = {}
        for index, host in self.hosts.items():
            self.boundaries.setdefault(host, []).append(index)

    def node(self, index: int) -> Node:
        """Return the node with *index*."""
        element = self.reading.scopes.nodes[index]
        with self.reading.of(element):
            return self._node(index, element)

    def _node(self, index: int, element: Any) -> Node:
        reading = self.reading
        said: Extensions = element.extensions
        kind = _KINDS[type(element)]
        return Node(
            id=original(element.bpmn_id),
            line=said.line,
            kind=kind,
            name=said.name,
            incoming=tuple(self.incoming.get(index, ())),
            outgoing=tuple(self.outgoing.get(index, ())),
            default=self._default(index, said),
            parent=reading.scopes.parents[index],
            events=() if _is_sent_by_service(kind, said) else events(reading, element),
            parallel=_parallel(kind, said),
            interrupting=_interrupting(kind, element, said),
            instantiate=said.holds("instantiate"),
            host=self.hosts.get(index),
            boundaries=tuple(self.boundaries.get(index, ())),
            handler=self._handler(kind, element),
            for_compensation=said.holds("isForCompensation"),
            by_event=said.holds("triggeredByEvent"),
            loop=loop(reading, element),
            start_quantity=said.number("startQuantity", 1),
            completion_quantity=said.number("completionQuantity", 1),
            ad_hoc=activities.ad_hoc(reading, index, element),
            activation=reading.optional(getattr(element, "activation", None)),
            locals=tuple(reading.scopes.specs[index].locals) if kind in SUB_PROCESSES else (),
            inputs=data.inputs(reading, element),
            outputs=data.outputs(reading, element),
            whole=data.whole(reading, element, kind),
            passes=data.passes(element),
            call=activities.call(reading, element),
            script=activities.script(element),
            retries=activities.retries(element),
            headers=activities.headers(element),
            form=said.attribute("form", "key"),
            follow_up=reading.due(said, "followUp"),
            lane=_lane(reading.scopes.lanes[index]),
            assignment=activities.assignment(reading, element),
            due=reading.due(said),
            settings=activities.settings(reading, element),
            decision=said.attribute("decision", "ref"),
            service=said.attribute("service", "name"),
            result=activities.result(element),
            separate_from=tuple(
                reading.index(each.attributes["from"] + MARK, element) for each in said.all("separate")
            ),
        )

    def _default(self, index: int, said: Extensions) -> int | None:
        default = said.attributes.get("default")
        flows = self.reading.scopes.flows
        return next((flow for flow in self.outgoing.get(index, ()) if flows[flow].bpmn_id == default), None)

    def _host(self, index: int) -> int | None:
        element = self.reading.scopes.nodes[index]
        attached = element.extensions.attributes.get("attachedToRef")
        return None if attached is None else self.reading.index(attached, element)

    def _handler(self, kind: Kind, element: Any) -> int | None:
        if kind is not Kind.BOUNDARY_EVENT:
            return None
        scopes = self.reading.scopes
        associated = self.reading.root.associations.get(element.bpmn_id, ())
        known = (scopes.index[target] for target in associated if target in scopes.index)
        return next((index for index in known if _KINDS[type(scopes.nodes[index])] in _ACTIVITIES), None)


def _is_sent_by_service(kind: Kind, said: Extensions) -> bool:
    throws = kind in (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT)
    return throws and said.attribute("service", "name") is not None


def _parallel(kind: Kind, said: Extensions) -> bool:
    if kind is Kind.EVENT_BASED_GATEWAY:
        return said.attributes.get("eventGatewayType", "").strip() == "Parallel"
    return said.holds("parallelMultiple")


def _interrupting(kind: Kind, element: Any, said: Extensions) -> bool:
    return bool(element.cancel_activity) if kind is Kind.BOUNDARY_EVENT else said.holds("isInterrupting", default=True)


def _lane(marked: str | None) -> str | None:
    return marked and original(marked)
