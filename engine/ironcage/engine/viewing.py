"""Cases and tasks as people and programs see them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine.incidents import kind_of, told
from ironcage.engine.naming import task_name
from ironcage.engine.stepping import state_of, variables_of
from ironcage.engine.views import AttemptView, CaseView, IncidentView, ScopeView, TaskView, WaitView
from ironcage.machine import WaitKind
from ironcage.program import Message, Signal
from ironcage.record import subject_of
from ironcage.store import queries
from ironcage.values import to_json

if TYPE_CHECKING:
    from datetime import datetime

    from ironcage.clock import Micros
    from ironcage.machine import State, Wait
    from ironcage.program import Program
    from ironcage.store import Connection, StoredAttempt, StoredCase, StoredTask, WaitKey, Work


def task_view(task: StoredTask, now: Micros) -> TaskView:
    """Return *task* as it stands at *now*."""
    return TaskView(
        name=task_name(task),
        case=subject_of(task.process, task.key),
        element=task.element,
        execution=task.execution,
        status=task.status,
        role=task.role,
        unit=task.unit,
        actor=task.actor,
        due_at=_at(task.due),
        is_overdue=_is_overdue(task.due, task.closed, now),
        offered_at=instant(task.offered),
        claimed_at=_at(task.claimed),
        closed_at=_at(task.closed),
        follow_up_at=_at(task.follow_up),
        form=task.form,
    )


def case_view(work: Work, case: StoredCase, program: Program | None, now: Micros) -> CaseView:
    """Return *case* as it stands at *now*; *program* is what it runs on, None for an imported one."""
    state = state_of(case) if program and case.archive is None else None
    return CaseView(
        name=subject_of(case.process, case.key),
        process=case.process,
        key=case.key,
        version=case.version,
        origin=case.origin,
        status=case.status,
        parent=_parent(work, case),
        opened_at=instant(case.opened),
        closed_at=_at(case.closed),
        due_at=_at(case.due),
        is_overdue=_is_overdue(case.due, case.closed, now),
        zone=(program.zone or UTC) if program else None,
        incident=case.incident and told(case.incident),
        variables=variables_of(state) if state else {},
        tasks=tuple(task_view(task, now) for task in queries.tasks_of(work.connection, case)),
        waits=_waits(work, case, state, program) if state and program else (),
        scopes=_scopes(state, program) if state and program else (),
        events=tuple(queries.events_of(work.connection, case)),
        payloads={payload.seq: payload.body.decode() for payload in queries.payloads_of(work.connection, case)},
        archive=case.archive,
    )


def _parent(work: Work, case: StoredCase) -> str | None:
    if case.parent is None or case.parent_part is None:
        return None
    parent = work.case_with_id(case.parent_part, case.parent)
    return subject_of(parent.process, parent.key) if parent else None


def incident_views(connection: Connection) -> list[IncidentView]:
    """Return what is stopped: wake-ups of cases, jobs, what is on its way, timers that begin cases, notices."""
    found: list[tuple[str, str | None, str, str | None]] = [
        (subject_of(case.process, case.key), None, case.incident, None)
        for case in queries.stopped_cases(connection)
        if case.incident is not None
    ]
    for process, key, wait, element, incident in queries.stopped_jobs(connection):
        case = subject_of(process, key)
        found.append((case, element, incident, f"{case}/{wait}"))
    for process, to, incident in queries.stopped_sendings(connection):
        found.append((process if to is None else subject_of(process, to), None, incident, None))
    for process, element, incident in queries.stopped_starts(connection):
        found.append((process, element, incident, None))
    for process, key, incident in queries.stopped_notices(connection):
        found.append((subject_of(process, key), None, incident, None))
    return [IncidentView(case, element, told(said), kind_of(said), job) for case, element, said, job in found]


def attempt_view(number: int, attempt: StoredAttempt) -> AttemptView:
    """Return *attempt* as people see it, who count from one."""
    return AttemptView(
        attempt=number,
        worker=attempt.worker,
        began_at=instant(attempt.began),
        ended_at=_at(attempt.ended),
        outcome=attempt.outcome,
        error=None if attempt.error is None else told(attempt.error),
    )


def _waits(work: Work, case: StoredCase, state: State, program: Program) -> tuple[WaitView, ...]:
    waits = [(number, wait) for number, wait in state.waits.items() if wait.kind is not WaitKind.TASK]
    return tuple(_wait(work, (case.part, case.id, number), wait, program) for number, wait in waits)


def _wait(work: Work, place: WaitKey, wait: Wait, program: Program) -> WaitView:
    at, name, key = wait.at, None, None
    if at is not None and wait.kind is WaitKind.DEADLINE:
        at -= 1  # it wakes one microsecond after the due instant
    if wait.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
        event = program.nodes[wait.node].events[wait.event]
        name = event.name if isinstance(event, Message | Signal) else None
        key = to_json(list(wait.key)) if wait.key else None
    elif wait.kind is WaitKind.CALL and (call := work.post.call(place)):
        name = subject_of(call.process, call.key)
    return WaitView(wait.kind.name.lower(), _element(program, wait.node), _at(at), name, key)


def _scopes(state: State, program: Program) -> tuple[ScopeView, ...]:
    return tuple(
        ScopeView(
            _element(program, scope.node),
            state.activities[scope.activity].execution,
            _element(program, state.scopes[scope.parent].node),
            dict(scope.variables),
        )
        for scope in state.scopes.values()
        if scope.parent and scope.activity in state.activities
    )


def _element(program: Program, node: int) -> str:
    return program.nodes[node].id if node >= 0 else program.process


def _at(at: Micros | None) -> datetime | None:
    return None if at is None else instant(at)


def _is_overdue(due: Micros | None, closed: Micros | None, now: Micros) -> bool:
    return due is not None and due < (now if closed is None else closed)
