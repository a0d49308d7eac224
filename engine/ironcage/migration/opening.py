"""Events that the new version also waits for where a case is: opened as if they had been waited for, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import instant
from ironcage.machine import Activity, WaitKind
from ironcage.machine.plan import plan_of
from ironcage.machine.run import Run
from ironcage.machine.waiting import arm
from ironcage.migration import remarks
from ironcage.migration.remarks import Remark, remark
from ironcage.program import Conditional, Kind, Timer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ironcage.clock import Micros
    from ironcage.machine import Scope, State
    from ironcage.migration.correspondence import Correspondence
    from ironcage.program import Program


class Listener(NamedTuple):
    """An event that is to be waited for from now on."""

    node: int
    """In the new version."""
    activity: int
    """The activity it is waited for by; 0 for an event sub-process, whose scope listens."""
    scope: int
    since: tuple[str, int]
    """Since when it would have been waited for: that of an element and its execution."""


def listeners(pair: Correspondence, state: State) -> Iterator[Listener]:
    """Yield the events that the new version waits for where the case is, and the old one does not."""
    for number, activity in state.activities.items():
        at = pair.nodes.get(activity.node)
        if at is None:
            continue
        since = (pair.old.nodes[activity.node].id, activity.execution)
        outer = state.activities.get(activity.outer)
        if outer is None or outer.rounds is None:
            for index in pair.new.nodes[at].boundaries:
                if _is_new(pair, index):
                    yield Listener(index, number, activity.scope, since)
        if pair.old.nodes[activity.node].kind is Kind.EVENT_BASED_GATEWAY:
            before = {pair.nodes.get(pair.old.flows[flow].target) for flow in pair.old.nodes[activity.node].outgoing}
            for flow in pair.new.nodes[at].outgoing:
                if pair.new.flows[flow].target not in before:
                    yield Listener(pair.new.flows[flow].target, number, activity.scope, since)
    for number, scope in state.scopes.items():
        yield from _handlers(pair, state, number, scope)


def opens_timer(pair: Correspondence, state: State) -> bool:
    """Return whether a timer is to be waited for that was not: then it matters when what is under way began."""
    found = listeners(pair, state)
    return any(isinstance(event, Timer) for each in found for event in pair.new.nodes[each.node].events)


def _handlers(pair: Correspondence, state: State, number: int, scope: Scope) -> Iterator[Listener]:
    within = pair.nodes.get(scope.node)
    if within is None or _is_interrupted(pair.old, state, number):
        return
    since = (pair.old.process, 1)
    if scope.activity:
        activity = state.activities[scope.activity]
        since = (pair.old.nodes[activity.node].id, activity.execution)
    plan = plan_of(pair.new)
    for handler in plan.handlers.get(within, ()):
        if _is_new(pair, plan.start_of(handler)):
            yield Listener(plan.start_of(handler), 0, number, since)


def _is_interrupted(old: Program, state: State, scope: int) -> bool:
    """Return whether an event sub-process has ended everything else in the scope: then nothing listens there."""
    plan = plan_of(old)
    return any(
        old.nodes[activity.node].by_event
        and not activity.outer
        and old.nodes[plan.start_of(activity.node)].interrupting
        for activity in state.activities.values()
        if activity.scope == scope
    )


def _is_new(pair: Correspondence, index: int) -> bool:
    """Return whether nothing in the old version was waited for in its stead."""
    origin = pair.origins.get(index)
    if origin is None:
        return True
    before, after = pair.old.nodes[origin].events, pair.new.nodes[index].events
    return [type(event) for event in before] != [type(event) for event in after]


def unknown(pair: Correspondence, found: Listener, begun: Mapping[tuple[str, int], Micros]) -> Remark | None:
    """Return why the event cannot be waited for as if it had been all the time, or None."""
    for event in pair.new.nodes[found.node].events:
        if isinstance(event, Conditional):
            return remark(pair.new, found.node, remarks.CONDITION_UNKNOWN)
        if isinstance(event, Timer) and not (event.value.constant and found.since in begun):
            return remark(pair.new, found.node, remarks.SINCE_UNKNOWN)
    return None


def listen(
    pair: Correspondence, state: State, found: Listener, begun: Mapping[tuple[str, int], Micros], now: Micros
) -> Iterator[Remark]:
    """Let *state*, of the new version, wait for the event; yield what is to be said of it."""
    run = Run(pair.new, state, begun.get(found.since, now))
    number = found.activity or run.begin(Activity(found.node, found.scope, 0))
    before = set(state.waits)
    arm(run, number, found.node)
    opened = [wait for each, wait in state.waits.items() if each not in before]
    if not opened and not found.activity:
        run.end(number)  # an error or an escalation: looked for where it is thrown
    for wait in opened:
        if wait.kind is not WaitKind.TIMER or wait.at is None:
            yield remark(pair.new, found.node, remarks.OPENS)
        elif wait.at > now:
            yield remark(pair.new, found.node, remarks.OPENS_AT, at=instant(wait.at).isoformat(" ", "seconds"))
        else:
            yield remark(
                pair.new, found.node, remarks.WOULD_HAVE_HAPPENED, at=instant(wait.at).isoformat(" ", "seconds")
            )
