"""The waits a step opened and closed, as rows: one for each, in the step's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.engine.keys import awaited, way_of
from ironcage.engine.naming import called_key
from ironcage.machine import Opened, WaitKind
from ironcage.program import Message
from ironcage.record import subject_of
from ironcage.store import StoredCall, StoredJob, StoredTask, Subscription

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Runnable
    from ironcage.machine import Closed
    from ironcage.program import Node
    from ironcage.store import StoredCase, Work


_TASK, _TIMER, _DEADLINE = WaitKind.TASK, WaitKind.TIMER, WaitKind.DEADLINE
"""What most steps open and close, asked for first and by names of their own, for speed."""


def open_wait(work: Work, case: StoredCase, runnable: Runnable, opened: Opened, now: Micros) -> None:
    """Insert the row of a wait that a step of *case* opened."""
    program = runnable.program
    node = program.nodes[opened.node]
    element = node.id if opened.node >= 0 else program.process
    place, kind = (case.part, case.id, opened.wait), opened.kind
    if kind is _TASK:
        task = StoredTask(
            *place, case.process, case.key, element, opened.execution, "offered", opened.role, opened.unit,
            opened.actor, opened.actor, opened.due, now, None, None, opened.follow_up, node.form,
        )  # fmt: skip
        work.add_task(task)
    elif kind is _TIMER or kind is _DEADLINE:
        assert opened.at is not None, "a timer has an instant"
        work.add_timer(place, element, "timer" if kind is _TIMER else "deadline", opened.at)
    else:
        _open_other(work, case, runnable, opened, now)


def _open_other(work: Work, case: StoredCase, runnable: Runnable, opened: Opened, now: Micros) -> None:
    node = runnable.program.nodes[opened.node]
    element, place = node.id, (case.part, case.id, opened.wait)
    match opened.kind:
        case WaitKind.JOB:
            assert node.service is not None, "the readers give every service task a service"
            kind = "external" if runnable.site.is_outside(node.service) else "service"
            job = StoredJob(*place, node.service, element, opened.execution, 0, now, None, kind, 0, node.retries)
            work.add_job(job._replace(process=case.process))
        case WaitKind.SCRIPT:
            assert node.script is not None, "only what has a script waits for one"
            job = StoredJob(*place, node.script.language, element, opened.execution, 0, now, None, "script")
            work.add_job(job._replace(process=case.process))
        case WaitKind.MESSAGE | WaitKind.SIGNAL:
            assert opened.name is not None, "a message has a name"
            found, key = _way(node, opened), awaited(opened.key)
            kind = opened.kind.name.lower()
            work.post.subscribe(Subscription(*place, kind, opened.name, found, key, element, now))
        case WaitKind.CALL:
            assert opened.call is not None, "what waits for a called case says which"
            key = called_key(subject_of(case.process, case.key), element, opened.execution)
            work.post.add_call(StoredCall(*place, runnable.called(opened.call.process), key))
        case _:
            pass  # a condition is asked by the machine itself


def close_wait(work: Work, case: StoredCase, closed: Closed, now: Micros, actor: str | None) -> None:
    """Close or remove the row of a wait that a step of *case* closed; *actor* completed the task, if it is one."""
    place = (case.part, case.id, closed.wait)
    kind = closed.kind
    if kind is _TASK:
        status, by = ("withdrawn", None) if closed.withdrawn else ("completed", actor)
        work.close_task(place, status, by, now)
        return
    if kind is _TIMER or kind is _DEADLINE:
        work.drop_timer(place)
        return
    match kind:
        case WaitKind.JOB | WaitKind.SCRIPT:
            if closed.withdrawn:
                work.labour.withdraw(place, now)
            work.drop_job(place)
        case WaitKind.MESSAGE | WaitKind.SIGNAL:
            work.post.unsubscribe(place)
        case WaitKind.CALL:
            work.post.drop_call(place)
        case _:
            pass


def message_of(node: Node, name: str) -> Message | None:
    """Return the message called *name* that the node waits for, or None where it waits for none."""
    return next((event for event in node.events if isinstance(event, Message) and event.name == name), None)


def _way(node: Node, opened: Opened) -> str:
    message = message_of(node, opened.name or "")
    return way_of(message) if message else ""
