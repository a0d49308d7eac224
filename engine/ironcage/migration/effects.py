"""What the rows of a case's waits must become when its state is another one, of another version."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.machine import Closed, Opened, WaitKind
from ironcage.machine.plan import CASE
from ironcage.program import Message, Signal

if TYPE_CHECKING:
    from ironcage.machine import State, Wait
    from ironcage.program import Node, Program


class Renamed(NamedTuple):
    """A wait goes on as that of another element, or with another form or service; the store writes that to its row."""

    wait: int
    kind: WaitKind
    node: int
    """In the version it goes on in."""


Difference = Opened | Closed | Renamed


def effects(old: Program, before: State, new: Program, after: State) -> tuple[Difference, ...]:
    """Return what makes the rows of the waits of *before*, on *old*, those of *after*, on *new*."""
    found: list[Difference] = []
    for number, wait in before.waits.items():
        kept = after.waits.get(number)
        if wait.kind is WaitKind.CONDITION:
            continue
        if kept is None:
            found.append(Closed(number, wait.kind, withdrawn=True))
        elif _row(old, wait) != _row(new, kept):
            found.append(Renamed(number, kept.kind, kept.node))
    for number, wait in after.waits.items():
        if number not in before.waits and wait.kind is not WaitKind.CONDITION:
            found.append(_opened(new, after, number, wait))
    return tuple(found)


def _row(program: Program, wait: Wait) -> tuple[object, ...]:
    """Return what the row of a wait says of its element."""
    if wait.node == CASE:
        return (program.process,)
    node = program.nodes[wait.node]
    match wait.kind:
        case WaitKind.TASK:
            return node.id, node.form
        case WaitKind.JOB | WaitKind.SCRIPT:
            return node.id, work_of(node), node.retries
        case _:
            return (node.id,)


def work_of(node: Node) -> str | None:
    """Return what does the work of a job: the name of a service, the language of a script."""
    return node.script.language if node.script is not None else node.service


def _opened(program: Program, state: State, number: int, wait: Wait) -> Opened:
    activity = state.activities.get(wait.activity)
    execution = max(1, activity.execution) if activity else 1
    event = program.nodes[wait.node].events[wait.event] if wait.node != CASE and wait.kind in _EVENTS else None
    name = event.name if isinstance(event, Message | Signal) else None
    return Opened(number, wait.kind, wait.node, execution, wait.at, name=name, key=wait.key)


_EVENTS = (WaitKind.TIMER, WaitKind.MESSAGE, WaitKind.SIGNAL)
