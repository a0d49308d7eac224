"""How scopes begin: the process, sub-processes, and event sub-processes that something has triggered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.state import Activity, Scope
from ironcage.machine.step import Transition
from ironcage.machine.waiting import arm
from ironcage.program import Kind

if TYPE_CHECKING:
    from ironcage.machine.run import Run
    from ironcage.program import Node
    from ironcage.values import Context


def open_scope(run: Run, index: int, parent: int, activity: int, variables: Context) -> int:
    """Make the scope of a process or sub-process, with no token in it yet; return its number."""
    number = run.draw()
    node = run.program.nodes[index] if index >= 0 else None
    own: Context = dict.fromkeys(node.locals) if node else {}
    run.state.scopes[number] = Scope(0, own | variables, node=index, parent=parent, activity=activity)
    return number


def listen(run: Run, scope: int) -> None:
    """Let the event sub-processes of the scope wait for what triggers them."""
    for handler in run.plan.handlers.get(run.state.scopes[scope].node, ()):
        start = run.plan.start_of(handler)
        armed = run.begin(Activity(start, scope, 0))
        arm(run, armed, start)
        if not any(wait.activity == armed for wait in run.state.waits.values()):
            run.end(armed)


def enter(run: Run, scope: int) -> None:
    """Put the first tokens into the scope; without any the scope is over at once."""
    here = run.state.scopes[scope]
    entries = run.plan.entries.get(here.node, [])
    sub_process = run.node_of(here)
    if sub_process is not None and sub_process.ad_hoc is not None and sub_process.ad_hoc.sequential:
        here.backlog = tuple(entries[1:])
        entries = entries[:1]
    here.live = len(entries)
    run.agenda.extend((scope, entry, -1) for entry in entries)
    if not entries:
        run.over.append(scope)


def enter_next(run: Run, scope: int) -> bool:
    """Begin the next activity of an ad-hoc sub-process that does one after the other; return whether there is one."""
    here = run.state.scopes[scope]
    if not here.backlog:
        return False
    following, *rest = here.backlog
    here.backlog = tuple(rest)
    here.live = 1
    run.agenda.append((scope, following, -1))
    return True


def trigger(run: Run, scope: int, handler: int, payload: Context, outer: int = 0, shadow: Context | None = None) -> int:
    """Begin an event sub-process in *scope*, at its start event; return the scope of its own.

    An interrupting one ends everything else in *scope*. With *outer* it is compensation, and no token of *scope*.

    Source: BPMN 2.0.2, 10.3.5 and 13.5.4.
    """
    start = run.plan.start_of(handler)
    if run.program.nodes[start].interrupting and not outer:
        run.clear(scope)
    number = run.draw()
    if not outer:
        run.state.scopes[scope].live += 1
    inner = open_scope(run, handler, scope, number, {})
    run.state.scopes[inner].shadow = shadow
    activity = Activity(handler, scope, run.count(handler), inner=inner, outer=outer)
    run.state.activities[number] = activity
    run.record(activity, Transition.START)
    listen(run, inner)
    happen(run, start, inner, payload)
    run.state.scopes[inner].live = 1
    run.send(inner, run.program.nodes[start].outgoing, consumed=1)
    return inner


def happen(run: Run, index: int, scope: int, payload: Context) -> None:
    """Take in the payload of an event that has happened, as the node says, and record both."""
    run.happened(index, take_in(run, index, scope, payload))


def take_in(run: Run, index: int, scope: int, payload: Context) -> Context:
    """Keep what the payload of an event brings to the case; return it."""
    node = run.program.nodes[index]
    brought: Context = dict(payload) if node.passes else {}
    if node.outputs:
        here = {**run.see(scope), **whole(node, payload), **payload}
        for output in node.outputs:
            here[output.variable] = brought[output.variable] = output.value.evaluate(here, run.moment)
    run.write(scope, brought)
    return brought


def whole(node: Node, payload: Context) -> Context:
    """Return all that was brought under each name by which the outputs of *node* see it; null where that is nothing.

    Source: BPMN 2.0.2, 10.4.1 and 10.5.7: a data output of an event is the item of the message or signal.
    """
    return dict.fromkeys(node.whole, payload or None)


def is_event_sub_process(run: Run, scope: int) -> bool:
    """Return whether an event sub-process is at work in the scope."""
    node = run.node_of(run.state.scopes[scope])
    return node is not None and node.by_event


def ad_hoc_is_done(run: Run, scope: int) -> None:
    """Ask the completion condition of an ad-hoc sub-process, in which an activity has completed.

    Source: BPMN 2.0.2, 10.3.5, table 10.22.
    """
    sub_process = run.node_of(run.state.scopes[scope])
    if sub_process is None or sub_process.kind is not Kind.AD_HOC_SUB_PROCESS or sub_process.ad_hoc is None:
        return
    completion = sub_process.ad_hoc.completion
    if completion is None or run.evaluate(completion, scope) is not True:
        return
    if sub_process.ad_hoc.cancel_remaining:
        run.clear(scope)
        run.over.append(scope)
    else:
        run.state.scopes[scope].backlog = ()
