"""What an event does that has happened: to the activity it was waited for by, and to the tokens.

Source: BPMN 2.0.2, 13.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import completing, scopes
from ironcage.machine.faults import ConditionValueError
from ironcage.machine.state import Activity, WaitKind
from ironcage.machine.waiting import arm, arm_again, open_message
from ironcage.program import Conditional, Kind, Message

if TYPE_CHECKING:
    from ironcage.machine.run import Run
    from ironcage.machine.step import Key
    from ironcage.program import Node
    from ironcage.values import Context


def occur(run: Run, number: int, payload: Context, key: Key = ()) -> None:
    """Let the event that *number* waits for happen, with what it brings."""
    wait = run.state.waits[number]
    node = run.program.nodes[wait.node]
    event = node.events[wait.event]
    if isinstance(event, Message):
        converse(run, event, key)
        number = _same(run, number, wait.activity, wait.node, wait.event)
    if node.parallel and len(node.events) > 1 and not _is_last(run, number, payload):
        return
    if node.kind is Kind.BOUNDARY_EVENT:
        _leave_by_boundary(run, number, payload)
    elif node.kind is Kind.START_EVENT:
        _start_event_sub_process(run, number, payload)
    elif run.state.activities[wait.activity].node != wait.node:
        _choose(run, number, payload)
    else:
        _catch(run, number, payload)


def _is_last(run: Run, number: int, payload: Context) -> bool:
    """Return whether with this one every event of a parallel multiple one has happened; if not, keep what it brought.

    Source: BPMN 2.0.2, 10.5.5, parallel multiple event.
    """
    wait = run.state.waits[number]
    others = [
        n for n, w in run.state.waits.items() if n != number and (w.activity, w.node) == (wait.activity, wait.node)
    ]
    if not others:
        return True
    run.close(number, withdrawn=False)
    scopes.take_in(run, wait.node, run.state.activities[wait.activity].scope, payload)
    return False


def _catch(run: Run, number: int, payload: Context) -> None:
    """Go on from a catching event or a receive task.

    A cycle sends a token each time it comes, and the one that waits with the last.
    """
    wait = run.state.waits[number]
    activity = run.state.activities[wait.activity]
    node = run.program.nodes[wait.node]
    if node.kind is Kind.RECEIVE_TASK:
        completing.finish(run, run.end(wait.activity, done=number), payload)
    elif len(node.events) == 1 and arm_again(run, number):
        scopes.happen(run, wait.node, activity.scope, payload)
        run.send(activity.scope, node.outgoing, consumed=0)
    else:
        run.end(wait.activity, done=number)
        scopes.happen(run, wait.node, activity.scope, payload)
        run.send(activity.scope, node.outgoing, consumed=1)


def _choose(run: Run, number: int, payload: Context) -> None:
    """Take the way of the first event after an event-based gateway. Source: BPMN 2.0.2, 13.4.4."""
    wait = run.state.waits[number]
    scope = run.end(wait.activity, done=number).scope
    begin_at(run, scope, wait.node, payload)


def begin_at(run: Run, scope: int, index: int, payload: Context) -> None:
    """Let an event after a gateway, or one that begins a case, have happened: a token in *scope* goes on from it."""
    node = run.program.nodes[index]
    if node.kind is Kind.RECEIVE_TASK:
        completing.finish(run, Activity(index, scope, run.count(index)), payload)
    else:
        scopes.happen(run, index, scope, payload)
        run.send(scope, node.outgoing, consumed=1)


def _leave_by_boundary(run: Run, number: int, payload: Context) -> None:
    wait = run.state.waits[number]
    node = run.program.nodes[wait.node]
    if node.interrupting:
        leave_by(run, wait.node, wait.activity, payload, done=number)
        return
    scope = run.state.activities[wait.activity].scope
    _stay(run, number, node)
    scopes.happen(run, wait.node, scope, payload)
    run.send(scope, node.outgoing, consumed=0)


def leave_by(run: Run, boundary: int, number: int, payload: Context, done: int = 0) -> None:
    """Leave the activity by an event on its boundary, which ends it if it interrupts."""
    node = run.program.nodes[boundary]
    scope = run.state.activities[number].scope
    if node.interrupting:
        run.withdraw(number, done=done)
    scopes.happen(run, boundary, scope, payload)
    run.send(scope, node.outgoing, consumed=int(node.interrupting))


def _start_event_sub_process(run: Run, number: int, payload: Context) -> None:
    wait = run.state.waits[number]
    node = run.program.nodes[wait.node]
    scope = run.state.activities[wait.activity].scope
    if node.interrupting:
        run.end(wait.activity, done=number)
    else:
        _stay(run, number, node)
    assert node.parent is not None, "a start event that is waited for is in an event sub-process"
    scopes.trigger(run, scope, node.parent, payload)


def _stay(run: Run, number: int, node: Node) -> None:
    """Let what does not interrupt happen again: a message, a signal, a condition, the next time of a cycle."""
    wait = run.state.waits[number]
    if node.parallel and len(node.events) > 1:
        run.close(number, withdrawn=False)
        arm(run, wait.activity, wait.node)
    elif wait.kind is WaitKind.TIMER and not arm_again(run, number):
        run.close(number, withdrawn=False)


def converse(run: Run, event: Message, key: Key) -> None:
    """Take on the values of the correlation key, if this is the first message of its conversation.

    Source: BPMN 2.0.2, 8.4.2, key-based correlation.
    """
    if not event.conversation or not key or None in key or event.conversation in run.state.conversations:
        return
    run.state.conversations[event.conversation] = key
    for number, wait in list(run.state.waits.items()):
        other = run.program.nodes[wait.node].events[wait.event] if wait.kind is WaitKind.MESSAGE else None
        if isinstance(other, Message) and other.conversation == event.conversation and not wait.key:
            run.close(number, withdrawn=True)
            open_message(run, wait.activity, wait.node, wait.event, other)


def _same(run: Run, number: int, activity: int, node: int, event: int) -> int:
    """Return the number of the wait, which may have been opened anew with the values of its conversation."""
    if number in run.state.waits:
        return number
    place = (activity, node, event)
    return next(n for n, w in run.state.waits.items() if (w.activity, w.node, w.event) == place)


def ask_conditions(run: Run) -> None:
    """Let every event happen whose condition has become true. Source: BPMN 2.0.2, 10.5.5, conditional event."""
    run.changed = False
    for number, wait in list(run.state.waits.items()):
        if wait.kind is not WaitKind.CONDITION or number not in run.state.waits:
            continue
        node = run.program.nodes[wait.node]
        event = node.events[wait.event]
        assert isinstance(event, Conditional), "what waits for a condition has one"
        value = run.evaluate(event.condition, run.state.activities[wait.activity].scope)
        if value is not None and not isinstance(value, bool):
            raise ConditionValueError(element=node.id, text=event.condition.text, value=value)
        run.state.waits[number] = wait._replace(held=value is True)
        if value is True and not wait.held:
            occur(run, number, {})
