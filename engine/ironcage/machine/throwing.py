"""What an event does that is thrown: who in the case hears it, and what leaves the case.

Source: BPMN 2.0.2, 10.5.1 (how triggers reach their events: publication, direct resolution, propagation, cancellation,
compensation) and 13.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import compensating, completing, scopes
from ironcage.machine.activities import begin
from ironcage.machine.catching import converse, leave_by, occur
from ironcage.machine.state import Activity, Status, WaitKind
from ironcage.machine.step import Escalated, Sent, Signalled
from ironcage.program import Cancel, Compensation, Error, Escalation, Kind, Link, Message, Signal, Terminate

if TYPE_CHECKING:
    from ironcage.machine.run import Run
    from ironcage.machine.step import Key
    from ironcage.program import EventDefinition, Node
    from ironcage.values import Context


def enter(run: Run, scope: int, index: int, _flow: int) -> None:
    """Let a token come to an end event or a throwing event, and go on from it if it still stands afterwards."""
    node = run.program.nodes[index]
    if node.service is not None:
        begin(run, scope, index)  # a service sends what the event throws, and takes its time
        return
    run.happened(index)
    if not node.events:
        run.send(scope, node.outgoing, consumed=1)
        return
    activities = run.state.activities
    number = run.begin(Activity(index, scope, 0))
    for event in node.events:
        throw(run, number, event)
        if number not in activities:
            return
    if activities[number].todo is None:
        run.end(number)
        run.send(scope, node.outgoing, consumed=1)


def throw(run: Run, number: int, event: EventDefinition) -> None:
    """Throw *event*. What throws it may be gone afterwards: whoever hears it may have interrupted it."""
    activity = run.state.activities[number]
    match event:
        case Message():
            _send(run, activity, event)
        case Signal(name):
            _broadcast(run, name, _payload(run, activity))
        case Error(code):
            _fail(run, number, code, {})
        case Escalation(code):
            if not propagate(run, Escalation, code, {}, activity.scope, _boundary_of(run, number)):
                run.effects.append(Escalated(code))
        case Compensation():
            compensating.begin(run, number, event)
        case Cancel():
            compensating.cancel(run, number)
        case Terminate():
            terminate(run, activity.scope)
        case Link(name):
            _jump(run, number, name)
        case _:
            raise AssertionError(f"the gate lets nobody throw {event}")


def _boundary_of(run: Run, number: int) -> int:
    """Return the activity on whose boundary what *number* throws is looked for first; 0 for events, which have none."""
    kind = run.program.nodes[run.state.activities[number].node].kind
    return 0 if kind in (Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT) else number


def _payload(run: Run, activity: Activity) -> Context:
    node = run.program.nodes[activity.node]
    if node.kind not in (Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT, Kind.SEND_TASK):
        return {}
    if activity.inner:
        own = run.state.scopes[activity.inner].variables
        return {given.variable: own[given.variable] for given in node.inputs}
    return {given.variable: run.evaluate(given.value, activity.scope) for given in node.inputs}


# Messages and signals


def _send(run: Run, activity: Activity, event: Message) -> None:
    """Send a message: to what waits for it in the case itself, else out into the world."""
    payload = _payload(run, activity)
    seen = {**run.see(activity.inner or activity.scope), **payload}
    key: Key = tuple(each.evaluate(seen, run.moment) for each in event.found)
    key = key or run.state.conversations.get(event.conversation, ())
    converse(run, event, key)
    for number, wait in run.state.waits.items():
        if wait.kind is not WaitKind.MESSAGE or (wait.key and (None in wait.key or wait.key != key)):
            continue
        caught = run.program.nodes[wait.node].events[wait.event]
        if isinstance(caught, Message) and caught.name == event.name:
            occur(run, number, payload, key)
            return
    run.effects.append(Sent(activity.node, event.name, payload, key))


def _broadcast(run: Run, name: str, payload: Context) -> None:
    """Let every wait for the signal hear it that was there when it was thrown, then the world."""
    for number, wait in list(run.state.waits.items()):
        if wait.kind is WaitKind.SIGNAL and number in run.state.waits:
            caught = run.program.nodes[wait.node].events[wait.event]
            if isinstance(caught, Signal) and caught.name == name:
                occur(run, number, payload)
    run.effects.append(Signalled(name, payload))


# Errors and escalations


def _fail(run: Run, number: int, code: str | None, data: Context) -> None:
    scope = run.state.activities[number].scope
    if not propagate(run, Error, code, data, scope, _boundary_of(run, number)):
        completing.end_case(run, Status.FAILED, code)


def throw_from_work(run: Run, wait: int, code: str, data: Context, *, escalation: bool) -> None:
    """Let the work that *wait* waits for end in an error, or report an escalation and go on."""
    activity = run.state.waits[wait].activity
    call = run.program.nodes[run.state.waits[wait].node].call
    if call is not None and not call.all_out:
        data = {}  # what a called case knows is its own
    if not escalation:
        _fail(run, activity, code, data)
    elif not propagate(run, Escalation, code, data, run.state.activities[activity].scope, activity):
        run.effects.append(Escalated(code))


def propagate(
    run: Run, kind: type[Error | Escalation], code: str | None, data: Context, scope: int, activity: int
) -> bool:
    """Look for what catches an error or an escalation, from the inside out; return whether anything did.

    First on the boundary of *activity*, if it is not 0; then, scope by scope, among its event sub-processes and on the
    boundary around it. What is thrown inside an event sub-process is not for the others beside it.

    Source: BPMN 2.0.2, 10.5.1 and 13.5.
    """
    if activity and _caught_at_boundary(run, kind, code, data, run.body_of(activity)):
        return True
    out_of_handler = False
    while True:
        here = run.state.scopes[scope]
        if not out_of_handler and _caught_by_handler(run, kind, code, data, scope):
            return True
        if not here.activity:
            return False
        out_of_handler = scopes.is_event_sub_process(run, scope)
        host = run.body_of(here.activity)
        if not out_of_handler and _caught_at_boundary(run, kind, code, data, host):
            return True
        scope = run.state.activities[host].scope


def _caught_by_handler(run: Run, kind: type[Error | Escalation], code: str | None, data: Context, scope: int) -> bool:
    handlers = run.plan.handlers.get(run.state.scopes[scope].node, ())
    starts = {run.plan.start_of(handler): handler for handler in handlers}
    start = _nearest(run, list(starts), kind, code)
    if start is None:
        return False
    scopes.trigger(run, scope, starts[start], data)
    return True


def _caught_at_boundary(run: Run, kind: type[Error | Escalation], code: str | None, data: Context, number: int) -> bool:
    host = run.program.nodes[run.state.activities[number].node]
    boundary = _nearest(run, list(host.boundaries), kind, code)
    if boundary is None:
        return False
    leave_by(run, boundary, number, data)
    return True


def _nearest(run: Run, nodes: list[int], kind: type[Error | Escalation], code: str | None) -> int | None:
    """Return the node that catches just this code, or else one that catches any."""

    def catching(node: Node, sought: str | None) -> bool:
        return any(isinstance(event, kind) and event.code == sought for event in node.events)

    for sought in (code, None):
        for index in nodes:
            if catching(run.program.nodes[index], sought):
                return index
    return None


# Ways that end or jump


def terminate(run: Run, scope: int) -> None:
    """End everything in the scope, which is over then; a sub-process goes on after it.

    Source: BPMN 2.0.2, 10.5.3 and 13.5.6, terminate.
    """
    if not run.state.scopes[scope].activity:
        completing.end_case(run, Status.TERMINATED)
        return
    run.clear(scope)
    run.over.append(scope)


def _jump(run: Run, number: int, name: str) -> None:
    """Go on at the catching link event. Source: BPMN 2.0.2, 10.5.5, link event."""
    scope = run.end(number).scope
    target = run.plan.links[run.state.scopes[scope].node, name]
    run.happened(target)
    run.send(scope, run.program.nodes[target].outgoing, consumed=1)
