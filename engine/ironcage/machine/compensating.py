"""Compensation: what was completed is undone by its handlers, one after the other, the last completed first.

A handler sees the data of the time its activity completed; what it brings becomes data of now.

Source: BPMN 2.0.2, 10.7 and 13.5.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import activities, scopes
from ironcage.machine.catching import leave_by
from ironcage.machine.run import GoOn
from ironcage.machine.state import Activity
from ironcage.program import Cancel

if TYPE_CHECKING:
    from ironcage.machine.run import Run
    from ironcage.machine.state import Completed
    from ironcage.program import Compensation


def begin(run: Run, number: int, event: Compensation) -> None:
    """Begin to compensate what *event*, thrown by the activity, says; each is compensated once."""
    activity = run.state.activities[number]
    here = run.state.scopes[_scope_of(run, activity.scope, event.activity)]
    todo = tuple(each for each in here.done if event.activity in (None, each.node))
    here.done = tuple(each for each in here.done if each not in todo)
    if not event.wait:
        run.state.scopes[activity.scope].live += 1
        number = run.begin(Activity(activity.node, activity.scope, 0, is_detached=True))
        activity = run.state.activities[number]
    run.state.activities[number] = activity._replace(todo=todo)
    run.urgent.append(GoOn(number))


def _scope_of(run: Run, scope: int, activity: int | None) -> int:
    """Return the scope whose completed activities are meant: that of the activity named, else the one around.

    An event sub-process compensates what was done beside it; one that itself compensates a sub-process that is over has
    what was done in that with it.
    """
    parent = None if activity is None else run.program.nodes[activity].parent
    while (here := run.state.scopes[scope]).parent:
        if scopes.is_event_sub_process(run, scope):
            beside = run.program.nodes[here.node].parent
            if run.state.activities[here.activity].outer and (activity is None or beside == parent):
                break
        elif activity is None or here.node == parent:
            break
        scope = here.parent
    return scope


def cancel(run: Run, number: int) -> None:
    """Cancel the transaction around: end what goes on in it, then compensate what was done, then leave it.

    Source: BPMN 2.0.2, 10.3.5, 10.5.5 and 13.5.
    """
    activity = run.state.activities[number]
    run.clear(activity.scope)
    here = run.state.scopes[activity.scope]
    here.live = 1
    canceller = run.begin(activity._replace(todo=here.done))
    here.done = ()
    run.urgent.append(GoOn(canceller))


def go_on(run: Run, number: int) -> None:
    """Begin the next handler, or go on from the event that asked for compensation once all have completed."""
    activity = run.state.activities[number]
    if not activity.todo:
        _finish(run, number)
        return
    *rest, last = activity.todo
    handler = run.plan.compensators.get(last.node)
    inside = () if handler is not None else last.inside
    run.state.activities[number] = activity._replace(todo=(*rest, *inside))
    if handler is None:
        run.urgent.append(GoOn(number))
    elif run.program.nodes[handler].by_event:
        _compensate_inside(run, number, handler, last)
    else:
        activities.begin(run, activity.scope, handler, outer=number, shadow=last.snapshot)


def _compensate_inside(run: Run, number: int, handler: int, last: Completed) -> None:
    """Run the compensation event sub-process of a completed sub-process, which may compensate what was inside."""
    inner = scopes.trigger(run, run.state.activities[number].scope, handler, {}, outer=number, shadow=last.snapshot)
    run.state.scopes[inner].done = last.inside


def _finish(run: Run, number: int) -> None:
    activity = run.end(number)
    node = run.program.nodes[activity.node]
    if any(isinstance(event, Cancel) for event in node.events):
        _leave_transaction(run, activity.scope)
    else:
        run.send(activity.scope, () if activity.is_detached else node.outgoing, consumed=1)


def _leave_transaction(run: Run, scope: int) -> None:
    host = run.body_of(run.state.scopes[scope].activity)
    nodes = run.program.nodes
    for boundary in nodes[run.state.activities[host].node].boundaries:
        if any(isinstance(event, Cancel) for event in nodes[boundary].events):
            leave_by(run, boundary, host, {})
            return
    outside = run.state.activities[host].scope
    run.withdraw(host)
    run.send(outside, (), consumed=1)
