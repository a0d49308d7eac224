"""From SpiffWorkflow's specs to the ``Program``: the second reading of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import DurationTimerEventDefinition, TimeDateEventDefinition

from ironcage import feel
from ironcage.bpmn.timers import timer_value
from ironcage.program import EventDefinition, Flow, Kind, Lane, Node, Program, Terminate, Timer, TimerKind
from ironcage.spiff.normal import MARK, original
from ironcage.spiff.parsing import BusinessRuleTask, ProcessSpec
from ironcage.spiff.reading import read, refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.dmn import Decision
    from ironcage.faults import FaultyError
    from ironcage.spiff.extending import Extensions
    from ironcage.spiff.parsing import Flow as ReadFlow

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
    defaults.ExclusiveGateway: Kind.EXCLUSIVE_GATEWAY,
    defaults.ParallelGateway: Kind.PARALLEL_GATEWAY,
    defaults.InclusiveGateway: Kind.INCLUSIVE_GATEWAY,
}

_TIMERS: dict[type, TimerKind] = {
    TimeDateEventDefinition: TimerKind.DATE,
    DurationTimerEventDefinition: TimerKind.DURATION,
}


def compile(  # noqa: A001  # as in ``ironcage.bpmn``, whose program this one must equal
    source: bytes, file: str, decisions: Mapping[str, Decision], zone: ZoneInfo | None
) -> Program:
    """Return the program of the one executable process in *source*, as SpiffWorkflow reads it.

    *source* has passed ``ironcage.bpmn.check``; what is refused here is what the first reader let through.

    Raises:
        FaultyError: SpiffWorkflow cannot read the file, or reads in it what a program cannot say.
    """
    spec = read(source, file)
    return _Compilation(spec, file).program(decisions, zone)


class _Compilation:
    """One spec on its way to a program; names become indices."""

    def __init__(self, spec: ProcessSpec, file: str) -> None:
        self.spec = spec
        self.file = file
        self.nodes = {element.bpmn_id: index for index, element in enumerate(spec.elements)}
        self.flows = [self._flow(flow) for flow in spec.flows]
        self.incoming: dict[int, list[int]] = {}
        self.outgoing: dict[int, list[int]] = {}
        for index, flow in enumerate(self.flows):
            self.incoming.setdefault(flow.target, []).append(index)
            self.outgoing.setdefault(flow.source, []).append(index)
        self.hosts, self.boundaries = self._attachments()

    def program(self, decisions: Mapping[str, Decision], zone: ZoneInfo | None) -> Program:
        """Return the program."""
        spec = self.spec
        return Program(
            process=original(spec.name),
            name=spec.extensions.name,
            nodes=tuple(self._node(index, element) for index, element in enumerate(spec.elements)),
            flows=tuple(self.flows),
            lanes=tuple(Lane(original(lane.id), lane.name) for lane in spec.lanes),
            due=spec.extensions.due(),
            decisions=decisions,
            zone=zone,
        )

    def _flow(self, flow: ReadFlow) -> Flow:
        return Flow(
            id=original(flow.bpmn_id),
            line=flow.extensions.line,
            source=self._index(flow.source, flow),
            target=self._index(flow.target, flow),
            condition=None if flow.condition is None else feel.compile(flow.condition.strip()),
            name=flow.extensions.name,
        )

    def _attachments(self) -> tuple[dict[int, int], dict[int, tuple[int, ...]]]:
        """Return the host of each boundary event, and the boundary events of each host."""
        hosts: dict[int, int] = {}
        boundaries: dict[int, tuple[int, ...]] = {}
        for split in self.spec.task_specs.values():
            if isinstance(split, BoundaryEventSplit):
                host, *events = (self.nodes[output.name] for output in split.outputs)
                boundaries[host] = tuple(events)
                hosts.update(dict.fromkeys(events, host))
        return hosts, boundaries

    def _node(self, index: int, element: Any) -> Node:
        kind = self._kind(element)
        said: Extensions = element.extensions
        outgoing = tuple(self.outgoing.get(index, ()))
        return Node(
            id=original(element.bpmn_id),
            line=said.line,
            kind=kind,
            name=element.bpmn_name or "",
            incoming=tuple(self.incoming.get(index, ())),
            outgoing=outgoing,
            default=next((flow for flow in outgoing if self.spec.flows[flow].bpmn_id == said.default), None),
            events=self._events(element),
            host=self.hosts.get(index),
            boundaries=self.boundaries.get(index, ()),
            lane=element.lane and original(element.lane),
            assignment=said.assignment(),
            due=said.due(),
            settings=said.settings(),
            decision=said.attribute("decision", "ref"),
            service=said.attribute("service", "name"),
            result=said.attribute("decision", "result") or said.attribute("service", "result"),
            separate_from=tuple(self._index(each.attributes["from"] + MARK, element) for each in said.all("separate")),
        )

    def _kind(self, element: Any) -> Kind:
        kind = _KINDS.get(type(element))
        if kind is None or (kind is Kind.BOUNDARY_EVENT and not element.cancel_activity):
            raise self._refused(element, element.description)
        return kind

    def _events(self, element: Any) -> tuple[EventDefinition, ...]:
        definition = getattr(element, "event_definition", None)
        if definition is None or isinstance(definition, NoneEventDefinition):
            return ()
        if isinstance(definition, TerminateEventDefinition):
            return (Terminate(),)
        if type(definition) in _TIMERS:
            return (Timer(_TIMERS[type(definition)], timer_value(definition.expression or "")),)
        raise self._refused(element, element.description)

    def _index(self, marked: str, said_by: Any) -> int:
        if marked not in self.nodes:
            raise self._refused(said_by, f"{original(marked)} is no flow node of the process")
        return self.nodes[marked]

    def _refused(self, said_by: Any, reason: str) -> FaultyError:
        # What SpiffWorkflow puts in the place of a looping task has no extensions.
        line = said_by.extensions.line if hasattr(said_by, "extensions") else 0
        return refused(self.file, line, original(said_by.bpmn_id), reason)
