"""How an element begins to wait: for its events, and for due instants to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.cycles import Cycle
from ironcage.machine.faults import CycleValueError
from ironcage.machine.instants import LAST, timer_at
from ironcage.machine.state import CONDITION, DEADLINE, TIMER, Wait, WaitKind
from ironcage.machine.step import Entry, EntryKind, Transition, made
from ironcage.program import Conditional, Message, Signal, Timer, TimerKind

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.machine.run import Run
    from ironcage.machine.state import Activity
    from ironcage.machine.step import Key
    from ironcage.program import Node

_CYCLE = TimerKind.CYCLE


def arm(run: Run, number: int, index: int) -> None:
    """Let the activity wait for the events of the node: its own, those on its boundary, those after a gateway.

    Errors, escalations, compensation and cancellation are not waited for: they are looked for where they are thrown.
    """
    node = run.program.nodes[index]
    for place, event in enumerate(node.events):
        if isinstance(event, Timer):
            _arm_timer(run, number, index, place, event)
        elif isinstance(event, Message):
            open_message(run, number, index, place, event)
        elif isinstance(event, Signal):
            _open(run, Wait(WaitKind.SIGNAL, index, number, event=place), event.name)
        elif isinstance(event, Conditional):
            run.open(Wait(CONDITION, index, number, event=place))
            run.changed = True


def open_message(run: Run, number: int, index: int, place: int, event: Message) -> None:
    """Let the activity wait for a message, with the correlation values that hold now."""
    scope = run.state.activities[number].scope
    if event.expected:
        key: Key = tuple(run.evaluate(each, scope) for each in event.expected)
    else:
        key = run.state.conversations.get(event.conversation, ())
    _open(run, Wait(WaitKind.MESSAGE, index, number, event=place, key=key), event.name)


def _arm_timer(run: Run, number: int, index: int, place: int, timer: Timer) -> None:
    activity, left = run.state.activities[number], None
    delay = run.plan.delays.get((index, place))
    if delay is not None and run.now + delay <= LAST:
        at = run.now + delay
    elif timer.kind is _CYCLE:
        at, left = _cycle(run, run.program.nodes[index], timer, activity.scope).first(run.now, run.moment.zone)
    else:
        at = timer_at(timer, run.program.nodes[index].id, run.see(activity.scope), run.moment)
    run.open(made(Wait, (TIMER, index, number, at, place, left, (), False)), activity.execution or 1)


def arm_again(run: Run, number: int) -> bool:
    """Let the timer of a cycle wait for its next instant under a new number; return whether there is one."""
    wait = run.state.waits[number]
    node = run.program.nodes[wait.node]
    timer = node.events[wait.event]
    if not isinstance(timer, Timer) or timer.kind is not TimerKind.CYCLE or wait.at is None:
        return False
    cycle = _cycle(run, node, timer, run.state.activities[wait.activity].scope)
    following = cycle.next(wait.at, wait.left, run.moment.zone)
    if following is None:
        return False
    run.close(number, withdrawn=False)
    _open(run, Wait(TIMER, wait.node, wait.activity, following[0], wait.event, following[1]))
    return True


def _cycle(run: Run, node: Node, timer: Timer, scope: int) -> Cycle:
    value = run.evaluate(timer.value, scope)
    if isinstance(value, str):
        try:
            return Cycle.parse(value)
        except ValueError:
            pass
    raise CycleValueError(element=node.id, text=timer.value.text, value=value)


def _open(run: Run, wait: Wait, name: str | None = None) -> None:
    execution = run.state.activities[wait.activity].execution
    run.open(wait, execution or 1, name=name)


def watch(run: Run, index: int, number: int, activity: Activity | None, due: Micros) -> None:
    """Watch over a due instant of an activity, or of the case; one that is past already is missed at once, now."""
    execution = activity.execution if activity else 1
    if due < run.now:
        role, unit = (activity.role, activity.unit) if activity else (None, None)
        missed = Entry(EntryKind.DEADLINE, Transition.MISSED, index, execution, role, unit, due)
        run.rows.append(missed)
        return
    run.open(Wait(DEADLINE, index, number, due + 1), execution, due)


def miss_what_has_passed(run: Run) -> None:
    """Miss every deadline that has passed: the record must not depend on whether a worker came by in time."""
    missed: list[tuple[Micros, int]] = []
    for number, wait in run.state.waits.items():
        if wait[0] is DEADLINE and wait.at is not None and wait.at <= run.now:
            missed.append((wait.at, number))
    if missed:
        for _, number in sorted(missed):
            miss(run, number)


def miss(run: Run, number: int) -> None:
    """Record that the deadline, of an activity or of the case, has passed."""
    wait = run.state.waits[number]
    run.close(number, withdrawn=False)
    activity = run.state.activities.get(wait.activity)
    assert wait.at is not None, "a deadline has an instant"
    due = wait.at - 1
    if activity is None:
        run.rows.append(Entry(EntryKind.DEADLINE, Transition.MISSED, due=due, happened=due))
    else:
        run.record(activity, Transition.MISSED, kind=EntryKind.DEADLINE, happened=due)
