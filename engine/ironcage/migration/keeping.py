"""Whether what is under way in a case may go on as it is: the same work, the same loop, the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import WaitKind
from ironcage.machine.plan import CASE, plan_of
from ironcage.migration import remarks
from ironcage.migration.remarks import remark
from ironcage.program import Conditional, Kind, MultiInstance, Timer, TimerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.machine import Activity, Completed, Scope, State, Wait
    from ironcage.migration.correspondence import Correspondence
    from ironcage.migration.remarks import Remark
    from ironcage.program import EventDefinition, Node

_WORK = (WaitKind.TASK, WaitKind.JOB, WaitKind.SCRIPT, WaitKind.CALL)


def hindrances(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield what is under way and would not be the same in the new version."""
    for number, activity in state.activities.items():
        yield from _activity(pair, state, number, activity)
    for wait in state.waits.values():
        if wait.activity and wait.node in pair.nodes:
            yield from _wait(pair, wait)
    for scope in state.scopes.values():
        yield from _held(pair, scope)
        if scope.node in pair.nodes:
            yield from _data_objects(pair, state, scope)
    yield from _compensation(pair, state)


def _activity(pair: Correspondence, state: State, number: int, activity: Activity) -> Iterator[Remark]:
    old, index = pair.old, activity.node
    node = old.nodes[index]
    if activity.rounds is not None and isinstance(node.loop, MultiInstance):
        yield remark(old, index, remarks.INSTANCES)
    at = pair.nodes.get(index)
    if at is None:
        if node.kind is not Kind.START_EVENT:  # what only listened may go
            yield pair.why_not(index)
        return
    other = pair.new.nodes[at]
    if not isinstance(node.loop, MultiInstance) and node.loop != other.loop:
        yield remark(pair.new, at, remarks.OTHER_LOOP)
    if activity.execution and node.inputs != other.inputs:
        yield remark(pair.new, at, remarks.OTHER_INPUTS)
    works = any(wait.activity == number and wait.kind in _WORK for wait in state.waits.values())
    if works and _work(node) != _work(other):
        yield remark(pair.new, at, remarks.OTHER_WORK, old=_work(node), new=_work(other))
    if works and node.call != other.call and node.call and other.call:
        yield remark(pair.new, at, remarks.OTHER_CALL)
    if node.kind is Kind.EVENT_BASED_GATEWAY:
        yield from _gateway(pair, node, other)
    if activity.todo is not None and _kinds(node.events) != _kinds(other.events):
        yield remark(pair.new, at, remarks.COMPENSATING)


def _work(node: Node) -> str:
    """Return what does the work of an activity."""
    if node.call is not None:
        return "call"
    if node.script is not None:
        return "script"
    if node.decision is not None:
        return "decision"
    return "service" if node.service is not None else str(node.kind)


def _gateway(pair: Correspondence, node: Node, other: Node) -> Iterator[Remark]:
    """Yield the events after an event-based gateway that are not after it any more."""
    after = {pair.new.flows[flow].target for flow in other.outgoing}
    for flow in node.outgoing:
        target = pair.old.flows[flow].target
        if pair.nodes.get(target) not in after:
            yield remark(pair.old, target, remarks.VANISHED) if target in pair.nodes else pair.why_not(target)


def _wait(pair: Correspondence, wait: Wait) -> Iterator[Remark]:
    node, at = pair.old.nodes[wait.node], pair.nodes[wait.node]
    other = pair.new.nodes[at]
    if wait.kind in (*_WORK, WaitKind.DEADLINE):
        return
    if _kinds(node.events) != _kinds(other.events) or node.parallel != other.parallel:
        yield remark(pair.new, at, remarks.OTHER_EVENTS)
        return
    event, changed = node.events[wait.event], other.events[wait.event]
    if event == changed:
        return
    if isinstance(event, Conditional):
        yield remark(pair.new, at, remarks.OTHER_CONDITION)
    elif isinstance(event, Timer) and TimerKind.CYCLE in (event.kind, getattr(changed, "kind", None)):
        yield remark(pair.new, at, remarks.OTHER_CYCLE)


def _kinds(events: tuple[EventDefinition, ...]) -> list[type[EventDefinition]]:
    return [type(event) for event in events]


def _held(pair: Correspondence, scope: Scope) -> Iterator[Remark]:
    """Yield the joins and the activities at which tokens are held and that are not as they were."""
    old, new = pair.old, pair.new
    for join in sorted({old.flows[flow].target for flow in scope.arrivals} | scope.resets.keys()):
        at = pair.nodes.get(join)
        if at is None:
            yield pair.why_not(join)
            continue
        into = [pair.flows.get(flow) for flow in old.nodes[join].incoming]
        same = None not in into and set(into) == set(new.nodes[at].incoming)
        if not same or old.nodes[join].activation != new.nodes[at].activation:
            yield remark(new, at, remarks.OTHER_JOIN)
    for index in scope.pending:
        at = pair.nodes.get(index)
        if at is None:
            yield pair.why_not(index)
        elif old.nodes[index].start_quantity != new.nodes[at].start_quantity:
            yield remark(new, at, remarks.OTHER_QUANTITY)


def _data_objects(pair: Correspondence, state: State, scope: Scope) -> Iterator[Remark]:
    """Yield the data objects of a scope at work that came or went and cannot be told apart from other data."""
    at = pair.nodes[scope.node]
    before = pair.old.locals if scope.node == CASE else pair.old.nodes[scope.node].locals
    after = pair.new.locals if at == CASE else pair.new.nodes[at].locals
    for name in before:
        if name not in after and scope.parent and scope.variables.get(name) is not None:
            yield remark(pair.new, at, remarks.DATA_OBJECT_GONE, name=name)
    for name in after:
        if name not in before and scope.parent and name not in scope.variables and _outside(state, scope, name):
            yield remark(pair.new, at, remarks.DATA_OBJECT_HIDES, name=name)


def _outside(state: State, scope: Scope, name: str) -> bool:
    while scope.parent:
        scope = state.scopes[scope.parent]
        if scope.variables.get(name) is not None:
            return True
    return False


def _compensation(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield what was done and could not be compensated as the new version says."""
    before, after = plan_of(pair.old), plan_of(pair.new)
    if not after.compensates:
        return
    for scope in state.scopes.values():
        yield from _done(pair, scope.done)
    for activity in state.activities.values():
        yield from _done(pair, activity.todo or ())
    for index in sorted(after.compensators):
        origin = pair.origins.get(index)
        if origin in (None, CASE) or (before.compensates and origin in before.compensators):
            continue
        active = sum(each.node == origin and each.execution > 0 for each in state.activities.values())
        if state.executions.get(origin, 0) > active:
            yield remark(pair.new, index, remarks.NOT_REMEMBERED)


def _done(pair: Correspondence, done: tuple[Completed, ...]) -> Iterator[Remark]:
    before, after = plan_of(pair.old).compensators, plan_of(pair.new).compensators
    for each in done:
        at, handler = pair.nodes.get(each.node), before.get(each.node)
        if at is None or (handler is not None and after.get(at) != pair.nodes.get(handler, CASE)):
            yield remark(pair.old, each.node, remarks.NOT_COMPENSABLE)
        yield from _done(pair, each.inside)
