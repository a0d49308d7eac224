"""What an activity does, and what it asks of people and of other systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn import scripts
from ironcage.bpmn.model import Activity
from ironcage.program import AdHoc, Assignment, Binding, Call, Kind, Script, Setting

if TYPE_CHECKING:
    from ironcage.bpmn.compiling.source import Source
    from ironcage.bpmn.model import FlowNode, SubProcess


def assignment(source: Source, activity: Activity) -> Assignment | None:
    """Return whom *activity* is offered to: as our namespace says, else those who may own it or perform it."""
    said = activity.assignment
    if said:
        return Assignment(*map(source.optional, (said.role, said.unit, said.actor)))
    roles = {each.kind: source.optional(each.expression) for each in activity.resources}
    if not roles:
        return None
    return Assignment(roles.get("potentialOwner"), actor=roles.get("humanPerformer") or roles.get("performer"))


def settings(source: Source, activity: Activity) -> tuple[Setting, ...]:
    """Return what is set when *activity* completes; a script in FEEL sets its result last."""
    found = [Setting(said.variable, source.expression(said.value)) for said in activity.settings]
    script = activity.script
    if script and scripts.language(script.format) == scripts.FEEL:
        found.append(Setting(script.result, feel.compile(script.text.strip(), source.words)))
    return tuple(found)


def script(activity: Activity) -> Script | None:
    """Return the script of *activity*, None where there is none or it is in FEEL.

    Without one a script task is like an abstract task. Source: BPMN 2.0.2, table 10.16.
    """
    said = activity.script
    if said is None or not said.text or scripts.language(said.format) == scripts.FEEL:
        return None
    return Script(scripts.language(said.format), said.text)


def result(node: FlowNode) -> str | None:
    """Return the variable that an answer is kept in."""
    activity = node if isinstance(node, Activity) else None
    if activity and activity.decision:
        return activity.decision.result
    if node.service:
        return node.service.result
    if activity is None:
        return None
    said = script(activity)
    return (activity.script.result or None) if said and activity.script else None


def retries(node: FlowNode) -> int | None:
    """Return how often the job of *node* is tried again."""
    return int(node.service.retries) if node.service and node.service.retries else None


def call(source: Source, activity: Activity) -> Call | None:
    """Return which process *activity* calls."""
    if activity.kind is not Kind.CALL_ACTIVITY:
        return None
    said = activity.call
    process = source.optional(said.process) if said else None
    return Call(
        process=process or feel.constant(activity.called, activity.called),
        binding=Binding(said.binding) if said and said.binding else Binding.LATEST,
        version=int(said.version) if said and said.version else None,
        all_in=said is not None and said.all_in,
        all_out=said is not None and said.all_out,
    )


def ad_hoc(source: Source, scope: SubProcess | None) -> AdHoc | None:
    """Return how the activities of an ad-hoc sub-process are done."""
    if scope is None or scope.kind is not Kind.AD_HOC_SUB_PROCESS:
        return None
    return AdHoc(
        sequential=scope.ordering == "Sequential",
        completion=source.optional(scope.completion),
        cancel_remaining=scope.cancel_remaining,
    )
