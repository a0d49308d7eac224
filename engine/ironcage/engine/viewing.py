"""Cases and tasks as people and programs see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine.naming import task_name
from ironcage.engine.stepping import state_of, variables_of
from ironcage.engine.views import CaseView, IncidentView, TaskView, WaitView
from ironcage.machine import WaitKind
from ironcage.record import subject_of
from ironcage.store import queries

if TYPE_CHECKING:
    from datetime import datetime

    from ironcage.clock import Micros
    from ironcage.machine import State, Wait
    from ironcage.program import Program
    from ironcage.store import Connection, StoredCase, StoredTask, Work


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
    )


def case_view(work: Work, case: StoredCase, program: Program | None, now: Micros) -> CaseView:
    """Return *case* as it stands at *now*; *program* is what it runs on, None for an imported one."""
    state = state_of(case) if program else None
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
        incident=case.incident,
        variables=variables_of(state) if state else {},
        tasks=tuple(task_view(task, now) for task in queries.tasks_of(work.connection, case)),
        waits=_waits(state, program) if state and program else (),
        events=tuple(queries.events_of(work.connection, case)),
        payloads={payload.seq: payload.body.decode() for payload in queries.payloads_of(work.connection, case)},
    )


def _parent(work: Work, case: StoredCase) -> str | None:
    if case.parent is None or case.parent_part is None:
        return None
    parent = work.case_with_id(case.parent_part, case.parent)
    return subject_of(parent.process, parent.key) if parent else None


def incident_views(connection: Connection) -> list[IncidentView]:
    """Return what is stopped: wake-ups of cases, then jobs, then what is on its way, then timers that begin cases."""
    found = [
        IncidentView(subject_of(case.process, case.key), None, case.incident)
        for case in queries.stopped_cases(connection)
        if case.incident is not None
    ]
    for process, key, element, incident in queries.stopped_jobs(connection):
        found.append(IncidentView(subject_of(process, key), element, incident))
    for process, to, incident in queries.stopped_sendings(connection):
        found.append(IncidentView(process if to is None else subject_of(process, to), None, incident))
    for process, element, incident in queries.stopped_starts(connection):
        found.append(IncidentView(process, element, incident))
    return found


def _waits(state: State, program: Program) -> tuple[WaitView, ...]:
    return tuple(_wait(wait, program) for wait in state.waits.values() if wait.kind is not WaitKind.TASK)


def _wait(wait: Wait, program: Program) -> WaitView:
    at = wait.at
    if at is not None and wait.kind is WaitKind.DEADLINE:
        at -= 1  # it wakes one microsecond after the due instant
    element = program.nodes[wait.node].id if wait.node >= 0 else program.process
    return WaitView(wait.kind.name.lower(), element, _at(at))


def _at(at: Micros | None) -> datetime | None:
    return None if at is None else instant(at)


def _is_overdue(due: Micros | None, closed: Micros | None, now: Micros) -> bool:
    return due is not None and due < (now if closed is None else closed)
