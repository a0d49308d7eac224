"""How an activity begins: what it waits for, and in which data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import completing, repetition, scopes
from ironcage.machine.faults import AssignmentValueError, CalledProcessError
from ironcage.machine.instants import due_at
from ironcage.machine.run import Finish, Raise
from ironcage.machine.state import TASK, Activity, Scope, Wait, WaitKind
from ironcage.machine.step import SCHEDULE, Called, Transition, made
from ironcage.machine.waiting import arm, watch
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.feel import Expression
    from ironcage.machine.run import Run
    from ironcage.program import Assignment, Node
    from ironcage.values import Context


def enter(run: Run, scope: int, index: int, _flow: int) -> None:
    """Let a token come to an activity, which begins when there are as many as it takes."""
    node = run.program.nodes[index]
    if node.start_quantity > 1:
        here = run.state.scopes[scope]
        held = here.pending.pop(index, 0) + 1
        if held < node.start_quantity:
            here.pending[index] = held
            return
        here.live -= node.start_quantity - 1
    if node.loop is None:
        begin(run, scope, index)
    else:
        repetition.begin(run, scope, index)


def begin(
    run: Run,
    scope: int,
    index: int,
    outer: int = 0,
    of_loop: tuple[int, Context] | None = None,
    shadow: Context | None = None,
) -> None:
    """Begin one execution of an activity.

    Args:
        run: the step.
        scope: the scope it is in.
        index: the activity.
        outer: the loop it is a round of, or the event it compensates for; without it, a token is in it.
        of_loop: which round of the loop it is, and the variables it gets from it.
        shadow: the data of an earlier time, which it compensates in.
    """
    node = run.program.nodes[index]
    number, inner, which = run.draw(), 0, 0
    if of_loop or shadow is not None or node.inputs:
        which, own = of_loop or (0, {})
        inner = run.draw()
        here = Scope(0, own, node=index, parent=scope, activity=number, shadow=shadow)
        run.state.scopes[inner] = here
        for given in node.inputs:
            here.variables[given.variable] = run.evaluate(given.value, inner)
    role = node.lane if node.kind in _OFFERED else None
    begun = (index, scope, run.count(index), role, None, None, inner, outer, which, None, None, False)
    run.state.activities[number] = made(Activity, begun)
    _BEGIN[node.kind](run, number, node)


def _offer(run: Run, number: int, node: Node) -> None:
    activity = run.state.activities[number]
    index, execution, role = activity.node, activity.execution, activity.role
    unit = actor = due = follow_up = None
    if node.assignment is not None or node.due is not None or node.follow_up is not None:
        variables = run.see(activity.inner or activity.scope)
        if node.assignment is not None:
            role, unit, actor = _assignment(run, node, node.assignment, variables)
        if node.due is not None:
            due = due_at(node.due, node.id, variables, run.moment)
        if node.follow_up is not None:
            follow_up = due_at(node.follow_up, node.id, variables, run.moment)
        run.state.activities[number] = activity = activity._replace(role=role, unit=unit, due=due)
    run.record(activity, SCHEDULE)
    wait = made(Wait, (TASK, index, number, None, 0, None, (), False))
    run.open(wait, execution, due, role, unit, actor, follow_up)
    if due is not None:
        watch(run, index, number, activity, due)
    if node.boundaries:
        _arm_boundaries(run, number, node)


def _assignment(
    run: Run, node: Node, offered: Assignment, variables: Context
) -> tuple[str | None, str | None, str | None]:
    def read(expression: Expression | None, otherwise: str | None) -> str | None:
        if expression is None:
            return otherwise
        value = expression.evaluate(variables, run.moment)
        if value is None or isinstance(value, str):
            return value
        raise AssignmentValueError(element=node.id, text=expression.text, value=value)

    return read(offered.role, node.lane), read(offered.unit, None), read(offered.actor, None)


def _work(run: Run, number: int, node: Node, kind: WaitKind, call: Called | None = None) -> None:
    activity = run.state.activities[number]
    run.record(activity, SCHEDULE)
    run.open(Wait(kind, activity.node, number), activity.execution, call=call)
    _arm_boundaries(run, number, node)


def _serve(run: Run, number: int, node: Node) -> None:
    _work(run, number, node, WaitKind.JOB)


def _decide(run: Run, number: int, node: Node) -> None:
    if node.decision is None:
        _serve(run, number, node)
        return
    activity = run.end(number)
    variables = run.see(activity.inner or activity.scope)
    answer = run.program.decisions[node.decision].evaluate(variables, run.moment)
    completing.finish(run, activity, {node.result: answer} if node.result else {})


def _run_script(run: Run, number: int, node: Node) -> None:
    if node.script is None:
        _pass(run, number, node)
    else:
        _work(run, number, node, WaitKind.SCRIPT)


def _pass(run: Run, number: int, _node: Node) -> None:
    """Complete at once a task that says not what it does. Source: BPMN 2.0.2, 13.3.3, abstract task."""
    completing.finish(run, run.end(number), {})


def _send(run: Run, number: int, node: Node) -> None:
    if node.service is not None:
        _serve(run, number, node)
        return
    run.urgent.append(Raise(number, node.events[0]))
    run.urgent.append(Finish(number))


def _receive(run: Run, number: int, node: Node) -> None:
    activity = run.state.activities[number]
    run.record(activity, SCHEDULE)
    arm(run, number, activity.node)
    _arm_boundaries(run, number, node)


def _call(run: Run, number: int, node: Node) -> None:
    activity = run.state.activities[number]
    assert node.call is not None, "the readers give every call activity what it calls"
    inner = activity.inner or activity.scope
    process = run.evaluate(node.call.process, inner)
    if not isinstance(process, str) or not process:
        raise CalledProcessError(element=node.id, text=node.call.process.text, value=process)
    data = dict(run.see(activity.scope)) if node.call.all_in else {}
    if node.inputs:
        own = run.state.scopes[activity.inner].variables
        data |= {given.variable: own[given.variable] for given in node.inputs}
    _work(run, number, node, WaitKind.CALL, Called(process, node.call.binding, node.call.version, data))


def _enter_sub_process(run: Run, number: int, node: Node) -> None:
    activity = run.state.activities[number]
    own = run.state.scopes.pop(activity.inner) if activity.inner else None
    inner = scopes.open_scope(run, activity.node, activity.scope, number, own.variables if own else {})
    run.state.scopes[inner].shadow = own.shadow if own else None
    activity = run.state.activities[number] = activity._replace(inner=inner)
    run.record(activity, Transition.START)
    _arm_boundaries(run, number, node)
    scopes.listen(run, inner)
    scopes.enter(run, inner)


def _arm_boundaries(run: Run, number: int, node: Node) -> None:
    """Let the events on the boundary be waited for; those of a loop belong to the loop as a whole."""
    outer = run.state.activities[number].outer
    if not outer or run.state.activities[outer].rounds is None:
        for boundary in node.boundaries:
            arm(run, number, boundary)


_OFFERED = (Kind.USER_TASK, Kind.MANUAL_TASK)
"""What a person does, in the role of the lane unless the model says otherwise."""

_BEGIN: dict[Kind, Callable[[Run, int, Node], None]] = {
    Kind.TASK: _pass,
    Kind.USER_TASK: _offer,
    Kind.MANUAL_TASK: _offer,
    Kind.SERVICE_TASK: _serve,
    Kind.BUSINESS_RULE_TASK: _decide,
    Kind.SCRIPT_TASK: _run_script,
    Kind.SEND_TASK: _send,
    Kind.INTERMEDIATE_THROW_EVENT: _serve,
    Kind.END_EVENT: _serve,
    Kind.RECEIVE_TASK: _receive,
    Kind.CALL_ACTIVITY: _call,
    Kind.SUB_PROCESS: _enter_sub_process,
    Kind.TRANSACTION: _enter_sub_process,
    Kind.AD_HOC_SUB_PROCESS: _enter_sub_process,
}
