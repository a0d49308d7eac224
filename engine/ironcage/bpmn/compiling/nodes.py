"""From flow nodes to the nodes of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.compiling import activities, data
from ironcage.bpmn.compiling.events import events
from ironcage.bpmn.compiling.instances import loop
from ironcage.bpmn.model import Activity, Event, Gateway, SubProcess
from ironcage.program import Kind, Node

if TYPE_CHECKING:
    from ironcage.bpmn.compiling.source import Source
    from ironcage.bpmn.model import FlowNode


def node(source: Source, index: int) -> Node:
    """Return the node with *index*."""
    said = source.nodes[index]
    activity = said if isinstance(said, Activity) else Activity(id=said.id, line=said.line, kind=said.kind)
    scope = said if isinstance(said, SubProcess) else None
    return Node(
        id=said.id,
        line=said.line,
        kind=said.kind,
        name=said.name,
        incoming=tuple(source.incoming[index]),
        outgoing=tuple(source.outgoing[index]),
        default=_default(source, index),
        parent=source.parents[index],
        events=events(source, said),
        parallel=isinstance(said, Event | Gateway) and said.parallel,
        interrupting=said.interrupting if isinstance(said, Event) else True,
        instantiate=isinstance(said, Activity | Gateway) and said.instantiate,
        host=source.host(said),
        boundaries=tuple(source.boundaries[index]),
        handler=_handler(source, said),
        for_compensation=activity.for_compensation,
        by_event=scope is not None and scope.by_event,
        loop=loop(source, activity),
        start_quantity=int(activity.start_quantity),
        completion_quantity=int(activity.completion_quantity),
        ad_hoc=activities.ad_hoc(source, scope),
        activation=source.optional(said.activation) if isinstance(said, Gateway) else None,
        locals=source.locals(scope) if scope else (),
        inputs=data.inputs(source, said),
        outputs=data.outputs(source, said),
        whole=data.whole(source, said),
        passes=data.passes(said),
        call=activities.call(source, activity),
        script=activities.script(activity),
        retries=activities.retries(said),
        headers=said.service.headers if said.service else (),
        form=said.form,
        follow_up=source.due(activity.follow_up),
        lane=source.lanes[index],
        assignment=activities.assignment(source, activity),
        due=source.due(activity.deadline),
        settings=activities.settings(source, activity),
        decision=activity.decision.decision if activity.decision else None,
        service=said.service.service if said.service else None,
        result=activities.result(said),
        separate_from=tuple(source.index[said.other] for said in activity.separations),
    )


def _default(source: Source, index: int) -> int | None:
    said = source.nodes[index]
    default = said.default if isinstance(said, Activity | Gateway) else ""
    flows = source.outgoing[index] if default else ()
    return next((flow for flow in flows if source.flows[flow].id == default), None)


def _handler(source: Source, said: FlowNode) -> int | None:
    if said.kind is not Kind.BOUNDARY_EVENT:
        return None
    associated = source.associated(said.id)
    return next((index for index in associated if isinstance(source.nodes[index], Activity)), None)
