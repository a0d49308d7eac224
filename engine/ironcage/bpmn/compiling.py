"""From a checked model to the program, in the normal form that ``ironcage.program`` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.model import Activity, Event, Gateway, TimerDefinition
from ironcage.bpmn.timers import timer_value
from ironcage.bpmn.wiring import Wiring
from ironcage.program import (
    Assignment,
    Due,
    EventDefinition,
    Flow,
    Lane,
    Node,
    Program,
    Setting,
    Terminate,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.bpmn.model import Deadline, FlowNode, Formula, Model, SequenceFlow
    from ironcage.dmn import Decision


def compile(model: Model, decisions: Mapping[str, Decision], zone: ZoneInfo | None) -> Program:  # noqa: A001
    """Return the program of the executable process of *model*, in which ``check`` found no error."""
    process = model.process()
    assert process is not None, "check refuses a file without a process"
    wiring = Wiring(process)
    return Program(
        process=process.id,
        name=process.name,
        nodes=tuple(_node(wiring, index, node) for index, node in enumerate(process.nodes)),
        flows=tuple(_flow(wiring, index, flow) for index, flow in enumerate(process.flows)),
        lanes=tuple(Lane(lane.id, lane.name) for lane in process.all_lanes()),
        due=_due(process.deadline),
        decisions=decisions,
        zone=zone,
    )


def _flow(wiring: Wiring, index: int, flow: SequenceFlow) -> Flow:
    source, target = wiring.sources[index], wiring.targets[index]
    assert source is not None, "check refuses dangling references"
    assert target is not None, "check refuses dangling references"
    return Flow(flow.id, flow.line, source, target, _expression(flow.condition), flow.name)


def _node(wiring: Wiring, index: int, node: FlowNode) -> Node:
    activity = node if isinstance(node, Activity) else Activity(id=node.id, line=node.line, kind=node.kind)
    outgoing = tuple(wiring.outgoing[index])
    return Node(
        id=node.id,
        line=node.line,
        kind=node.kind,
        name=node.name,
        incoming=tuple(wiring.incoming[index]),
        outgoing=outgoing,
        default=_default(wiring, node, outgoing),
        events=_events(node),
        host=wiring.hosts[index],
        boundaries=tuple(wiring.boundaries[index]),
        lane=wiring.lanes.get(node.id),
        assignment=_assignment(activity),
        due=_due(activity.deadline),
        settings=tuple(Setting(said.variable, feel.compile(said.value.text)) for said in activity.settings),
        decision=activity.decision.decision if activity.decision else None,
        service=activity.service.service if activity.service else None,
        result=_result(activity),
        separate_from=tuple(wiring.index[said.other] for said in activity.separations),
    )


def _default(wiring: Wiring, node: FlowNode, outgoing: tuple[int, ...]) -> int | None:
    if not isinstance(node, Activity | Gateway) or not node.default:
        return None
    return next(flow for flow in outgoing if wiring.flows[flow].id == node.default)


def _events(node: FlowNode) -> tuple[EventDefinition, ...]:
    definition = next(iter(node.definitions), None) if isinstance(node, Event) else None
    if definition is None:
        return ()
    if not isinstance(definition, TimerDefinition):
        return (Terminate(),)
    kind = TimerKind.DATE if definition.date else TimerKind.DURATION
    written = definition.date or definition.duration
    assert written is not None, "check refuses a timer that says nothing"
    return (Timer(kind, timer_value(written.text)),)


def _assignment(activity: Activity) -> Assignment | None:
    said = activity.assignment
    return None if said is None else Assignment(*map(_expression, (said.role, said.unit, said.actor)))


def _due(deadline: Deadline | None) -> Due | None:
    if deadline is None:
        return None
    return Due(
        timer_value(deadline.at.text) if deadline.at else None,
        timer_value(deadline.within.text) if deadline.within else None,
    )


def _result(activity: Activity) -> str | None:
    asked = activity.decision or activity.service
    return asked.result if asked else None


def _expression(formula: Formula | None) -> feel.Expression | None:
    return None if formula is None else feel.compile(formula.text)
