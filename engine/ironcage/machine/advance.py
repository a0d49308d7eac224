"""One step of a case: a pure function of program, state, stimulus and instant (design, invariant 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine import activities, catching, compensating, completing, gateways, repetition, scopes, throwing
from ironcage.machine.faults import EndlessStepError, NoneStartError, NotWaitingError
from ironcage.machine.instants import due_at
from ironcage.machine.plan import CASE
from ironcage.machine.run import Finish, Raise, Run
from ironcage.machine.state import Activity, Status, WaitKind
from ironcage.machine.step import (
    CancelCase,
    Complete,
    Entry,
    EntryKind,
    Fire,
    Receive,
    Start,
    Step,
    Throw,
    Transition,
    made,
)
from ironcage.machine.waiting import arm, miss, miss_what_has_passed, watch
from ironcage.program import Kind, Message, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros
    from ironcage.machine.run import GoOn
    from ironcage.machine.state import State, Wait
    from ironcage.machine.step import Stimulus
    from ironcage.program import Program

MOVES_PER_STEP = 100_000
"""More moves than this in one step, and the model is taken to turn in a circle."""


def advance(program: Program, state: State, stimulus: Stimulus, now: Micros) -> Step:
    """Return what *stimulus* does to a case in *state* at the instant *now*. *state* itself is not changed.

    Raises:
        StepError: the step cannot be taken; the case stands as before.
    """
    run = Run(program, state.copy(), now)
    if not isinstance(stimulus, Fire):  # these come one after the other, in the order in which they are due
        miss_what_has_passed(run)
    if isinstance(stimulus, Complete):
        activity = run.end(_waiting(run, stimulus.wait, _WORK).activity, done=stimulus.wait)
        completing.finish(run, activity, stimulus.data)
    else:
        _take(run, stimulus)
    _move(run)
    return made(Step, (run.state, tuple(run.effects), tuple(run.rows)))


def _take(run: Run, stimulus: Fire | Receive | Throw | Start | CancelCase) -> None:
    match stimulus:
        case Fire(number):
            _fire(run, number)
        case Receive(number, data, key):
            _waiting(run, number, (WaitKind.MESSAGE, WaitKind.SIGNAL))
            catching.occur(run, number, data, key)
        case Throw(number, code, data, escalation):
            _waiting(run, number, _WORK)
            throwing.throw_from_work(run, number, code, data, escalation=escalation)
        case Start():
            _start(run, stimulus)
        case CancelCase():
            if run.state.scopes:
                completing.end_case(run, Status.CANCELLED)


_WORK = (WaitKind.TASK, WaitKind.JOB, WaitKind.SCRIPT, WaitKind.CALL)


def _waiting(run: Run, number: int, kinds: tuple[WaitKind, ...]) -> Wait:
    wait = run.state.waits.get(number)
    if wait is None or wait.kind not in kinds:
        raise NotWaitingError(wait=number)
    return wait


def _fire(run: Run, number: int) -> None:
    if _waiting(run, number, (WaitKind.TIMER, WaitKind.DEADLINE)).kind is WaitKind.DEADLINE:
        miss(run, number)
    else:
        catching.occur(run, number, {})


def _start(run: Run, start: Start) -> None:
    program, state = run.program, run.state
    entries = run.plan.entries[CASE]
    if start.at is None and not entries:
        starts = ", ".join(program.nodes[index].id for index in run.plan.starts[CASE])
        raise NoneStartError(process=program.process, starts=starts)
    root = scopes.open_scope(run, CASE, 0, 0, dict.fromkeys(program.locals) | start.data)
    if program.due is not None:
        state.due = due_at(program.due, program.process, start.data, run.moment)
    run.rows.append(Entry(EntryKind.CASE, Transition.START, due=state.due, payload=dict(start.data)))
    if state.due is not None:
        watch(run, CASE, 0, None, state.due)
    scopes.listen(run, root)
    if start.at is None:
        scopes.enter(run, root)
    else:
        _start_at(run, root, start)


def _start_at(run: Run, root: int, start: Start) -> None:
    """Begin at an event: the start event, or what stands after a gateway that begins a case.

    Where all the events after the gateway must happen, the case goes on to wait for the others.

    Source: BPMN 2.0.2, 10.6.6 and 13.4.4, event-based gateway that instantiates.
    """
    assert start.at is not None, "asked only of a start at a node"
    node = run.program.nodes[start.at]
    for event in node.events:
        if isinstance(event, Message):
            catching.converse(run, event, start.key)
    run.state.scopes[root].live = 1
    for flow in node.incoming:
        gateway = run.program.nodes[run.program.flows[flow].source]
        if gateway.kind is Kind.EVENT_BASED_GATEWAY and gateway.instantiate and gateway.parallel:
            others = {run.program.flows[other].target for other in gateway.outgoing} - {start.at}
            run.state.scopes[root].live += len(others)
            for other in sorted(others):
                enter_catch(run, root, other, -1)
    catching.begin_at(run, root, start.at, start.payload)


# How tokens move


def _move(run: Run) -> None:
    moves, urgent, over, agenda = 0, run.urgent, run.over, run.agenda
    while True:
        moves += 1
        if moves > MOVES_PER_STEP:
            raise EndlessStepError(moves=MOVES_PER_STEP, element=_busy(run))
        if urgent:
            _at_once(run, urgent.pop(0))
        elif run.changed and run.plan.conditional:
            catching.ask_conditions(run)
        elif over:
            completing.end_scope(run, over.pop(0))
        elif agenda:
            _enter(run, *agenda.popleft())
        elif run.later:
            scope, index, flow = run.later.pop(0)
            if run.is_open(scope):
                _ENTER[run.program.nodes[index].kind](run, scope, index, flow)
        elif not gateways.open_join(run):
            return


def _enter(run: Run, scope: int, index: int, flow: int) -> None:
    if scope not in run.state.scopes:
        return
    node = run.program.nodes[index]
    if node.events and node.kind in _TO_THE_WORLD and any(isinstance(event, Message | Signal) for event in node.events):
        run.later.append((scope, index, flow))
    else:
        _ENTER[node.kind](run, scope, index, flow)


def _at_once(run: Run, what: Raise | GoOn | Finish) -> None:
    activity = run.state.activities.get(what.activity)
    if activity is None:
        return
    if isinstance(what, Raise):
        throwing.throw(run, what.activity, what.event)
    elif isinstance(what, Finish):
        completing.finish(run, run.end(what.activity), {})
    elif activity.todo is not None:
        compensating.go_on(run, what.activity)
    elif activity.rounds is not None and activity.rounds.is_over:
        repetition.end(run, what.activity)
        scopes.ad_hoc_is_done(run, activity.scope)
    else:
        of_loop = repetition.next_round(run, what.activity)
        if of_loop is not None:
            run.urgent.append(what)
            activities.begin(run, activity.scope, activity.node, what.activity, of_loop)


def _busy(run: Run) -> str:
    """Return the id of an element at which something still moves."""
    for queue in (run.agenda, run.later):
        if queue:
            return run.program.nodes[queue[0][1]].id
    return run.program.process


def enter_start(run: Run, scope: int, index: int, _flow: int) -> None:
    """Let a scope begin at a none start event."""
    run.happened(index)
    run.send(scope, run.program.nodes[index].outgoing, consumed=1)


def enter_catch(run: Run, scope: int, index: int, _flow: int) -> None:
    """Let a token wait at a catching event."""
    if run.program.nodes[index].kind is Kind.RECEIVE_TASK:
        activities.enter(run, scope, index, -1)
    else:
        arm(run, run.begin(Activity(index, scope, 0)), index)


_TO_THE_WORLD = (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT, Kind.SEND_TASK)
"""What throws messages and signals: after all else, so that what is about to wait for them does."""

_ENTER: dict[Kind, Callable[[Run, int, int, int], None]] = {
    Kind.START_EVENT: enter_start,
    Kind.END_EVENT: throwing.enter,
    Kind.INTERMEDIATE_THROW_EVENT: throwing.enter,
    Kind.INTERMEDIATE_CATCH_EVENT: enter_catch,
    Kind.EXCLUSIVE_GATEWAY: gateways.enter_exclusive,
    Kind.PARALLEL_GATEWAY: gateways.enter_parallel,
    Kind.INCLUSIVE_GATEWAY: gateways.enter_inclusive,
    Kind.COMPLEX_GATEWAY: gateways.enter_complex,
    Kind.EVENT_BASED_GATEWAY: gateways.enter_event_based,
    **dict.fromkeys(
        (
            Kind.TASK,
            Kind.USER_TASK,
            Kind.MANUAL_TASK,
            Kind.SERVICE_TASK,
            Kind.BUSINESS_RULE_TASK,
            Kind.SCRIPT_TASK,
            Kind.SEND_TASK,
            Kind.RECEIVE_TASK,
            Kind.CALL_ACTIVITY,
            Kind.SUB_PROCESS,
            Kind.TRANSACTION,
            Kind.AD_HOC_SUB_PROCESS,
        ),
        activities.enter,
    ),
}
