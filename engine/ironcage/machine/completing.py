"""How an activity completes: what it brings, what is set, and who goes on then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import repetition, scopes
from ironcage.machine.run import GoOn
from ironcage.machine.state import Completed, Status
from ironcage.machine.step import COMPLETE, Ended, Entry, EntryKind, Transition

if TYPE_CHECKING:
    from ironcage.machine.run import Run
    from ironcage.machine.state import Activity
    from ironcage.values import Context


def finish(run: Run, activity: Activity, data: Context) -> None:
    """Take in what *activity*, whose waits are over, brought; record it and let the case go on.

    Settings and outputs see the variables of the activity and what it brought; each sees those before it.
    """
    # Asked for often enough to be read once: the field of a named tuple takes as long as a small call.
    index, scope, inner, outer = activity.node, activity.scope, activity.inner, activity.outer
    node, within = run.program.nodes[index], inner or scope
    brought: Context = {}
    if data and (node.passes if node.call is None else node.call.all_out):
        run.write(within, data)
        brought = dict(data)
    for setting in node.settings:
        value = run.evaluate(setting.value, within)
        run.write(within, {setting.variable: value})
        brought[setting.variable] = value
    if node.outputs:
        here = {**run.see(within), **scopes.whole(node, data), **data}
        for output in node.outputs:
            here[output.variable] = brought[output.variable] = output.value.evaluate(here, run.moment)
            run.write(scope, {output.variable: brought[output.variable]})
    run.record(activity, COMPLETE, brought or None)
    if run.plan.compensates:
        _remember(run, activity)
    around = run.state.activities.get(outer) if outer else None
    if around is not None and around.rounds is not None:
        repetition.completed(run, outer, activity)
    if inner:
        del run.state.scopes[inner]
    if around is not None:
        if around.todo is not None:
            run.urgent.append(GoOn(outer))
        return
    if node.by_event:
        run.send(scope, (), consumed=1)
    else:
        repetition.leave(run, scope, index)
    if run.plan.ad_hoc:
        scopes.ad_hoc_is_done(run, scope)


def _remember(run: Run, activity: Activity) -> None:
    """Remember what may have to be compensated: the activity, if it has a handler, else what was completed inside it.

    Source: BPMN 2.0.2, 10.7 and 13.5.5.
    """
    if activity.outer and run.state.activities[activity.outer].todo is not None:
        return
    inside = run.state.scopes[activity.inner].done if activity.inner else ()
    has_handler = activity.node in run.plan.compensators
    if has_handler or inside:
        snapshot = dict(run.see(activity.inner or activity.scope)) if has_handler else None
        here = run.state.scopes[activity.scope]
        here.done = (*here.done, Completed(activity.node, snapshot, inside))


def end_scope(run: Run, number: int) -> None:
    """End a scope that has lost its last token, unless an ad-hoc sub-process has more to begin."""
    here = run.state.scopes.get(number)
    if here is None or here.live or scopes.enter_next(run, number):
        return
    if not here.activity:
        end_case(run, Status.COMPLETED)
        return
    for armed in [n for n, activity in run.state.activities.items() if activity.scope == number]:
        run.end(armed)
    finish(run, run.end(here.activity), {})


_TRANSITIONS = {Status.COMPLETED: COMPLETE}


def end_case(run: Run, status: Status, code: str | None = None) -> None:
    """End the case, with all that still goes on in it."""
    state = run.state
    root = next(number for number, scope in state.scopes.items() if not scope.parent)
    variables = state.scopes[root].variables
    run.clear(root)
    for wait in list(state.waits):
        run.close(wait, withdrawn=True)
    state.scopes.clear()
    for queue in (run.agenda, run.later, run.urgent, run.over):
        queue.clear()
    state.status = status
    payload: Context | None = {"error": code} if status is Status.FAILED else None
    run.rows.append(Entry(EntryKind.CASE, _TRANSITIONS.get(status, Transition.ABORT), due=state.due, payload=payload))
    run.effects.append(Ended(status, variables, code))
