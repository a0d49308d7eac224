"""Alarms: the timers that begin cases of a process.

Source: BPMN 2.0.2, 10.5.2 and 13.2.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import Moment
from ironcage.machine import CycleValueError
from ironcage.machine.cycles import Cycle
from ironcage.machine.instants import timer_at
from ironcage.program import Kind, Timer, TimerKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.program import Program


class Alarm(NamedTuple):
    """When a start event begins its next case, and how often after that; None for without end."""

    at: Micros
    process: str
    node: int
    cycle: Cycle | None = None
    remaining: int | None = 0

    def following(self, program: Program) -> Alarm | None:
        """Return the alarm after this one, or None if it was the last."""
        after = self.cycle.next(self.at, self.remaining, program.zone or UTC) if self.cycle else None
        return None if after is None else self._replace(at=after[0], remaining=after[1])


def alarms(program: Program, now: Micros) -> Iterator[Alarm]:
    """Yield the first alarm of every timer that begins cases of *program* from *now* on.

    Raises:
        StepError: a timer does not say when.
    """
    for index, node in enumerate(program.nodes):
        if node.kind is Kind.START_EVENT and node.parent is None:
            for timer in (event for event in node.events if isinstance(event, Timer)):
                yield _first(program, index, timer, now)


def _first(program: Program, index: int, timer: Timer, now: Micros) -> Alarm:
    element, zone = program.nodes[index].id, program.zone or UTC
    if timer.kind is not TimerKind.CYCLE:
        return Alarm(timer_at(timer, element, {}, Moment(now, zone)), program.process, index)
    value = timer.value.evaluate({}, Moment(now, zone))
    try:
        cycle = Cycle.parse(str(value))
        at, remaining = cycle.first(now, zone)
    except ValueError as error:
        raise CycleValueError(element=element, text=timer.value.text, value=value) from error
    return Alarm(at, program.process, index, cycle, remaining)
