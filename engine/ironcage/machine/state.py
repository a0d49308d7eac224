"""What is alive in a case: scopes, activities and waits. What is over is in the event log.

Its size depends on what is active, never on how long the case has run (design, invariant 10). Numbers are drawn from
a counter in the state itself, so that ``advance`` is deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.values import Context


class Status(IntEnum):
    """How a case stands."""

    OPEN = 0
    COMPLETED = 1
    TERMINATED = 2
    """Ended by a terminate event."""
    FAILED = 3
    """Ended by an error that nothing caught."""
    CANCELLED = 4
    """Ended from outside."""


class WaitKind(IntEnum):
    """What a wait waits for."""

    TASK = 0
    """A person."""
    JOB = 1
    """A service."""
    TIMER = 2
    DEADLINE = 3
    """The first microsecond after a due instant: what is still open then has missed it."""
    MESSAGE = 4
    SIGNAL = 5
    CONDITION = 6
    """A condition over the data of the case, asked by the machine itself after every change."""
    SCRIPT = 7
    """A script, run outside the step."""
    CALL = 8
    """A case called by this one."""


@dataclass(slots=True)
class Scope:
    """A process or sub-process at work: its tokens, its variables, and what has arrived at its joins."""

    live: int
    """How many tokens are in it: moving, waiting, or held by a join."""
    variables: Context
    arrivals: dict[int, int] = field(default_factory=dict)
    """Tokens held by joins, by flow index; never zero."""


@dataclass(slots=True)
class Activity:
    """One execution of an activity or a catching event that has begun and not ended."""

    node: int
    scope: int
    execution: int
    """The n-th time the element is executed in this case, from 1."""
    role: str | None = None
    unit: str | None = None
    due: Micros | None = None


@dataclass(slots=True)
class Wait:
    """A place where the case waits for the world."""

    kind: WaitKind
    node: int
    activity: int
    """The number of the activity it belongs to; 0 for the case itself."""
    at: Micros | None = None
    """When to wake: the instant of a timer; for a deadline one microsecond after the due instant."""


@dataclass(slots=True)
class State:
    """A case between two steps. ``advance`` never changes the one it is given."""

    status: Status = Status.OPEN
    next: int = 1
    """The number the next scope, activity or wait gets; all three draw from it."""
    due: Micros | None = None
    """The due instant of the whole case."""
    executions: dict[int, int] = field(default_factory=dict)
    """How often each node has been executed, by node index; absent is never."""
    scopes: dict[int, Scope] = field(default_factory=dict)
    activities: dict[int, Activity] = field(default_factory=dict)
    waits: dict[int, Wait] = field(default_factory=dict)

    def wake_at(self) -> Micros | None:
        """Return the earliest instant at which a timer or a deadline is due, or None."""
        return min((wait.at for wait in self.waits.values() if wait.at is not None), default=None)

    def copy(self) -> State:
        """Return a state that can be changed without changing this one; values are shared, for they never change."""
        return State(
            self.status,
            self.next,
            self.due,
            dict(self.executions),
            {n: Scope(s.live, dict(s.variables), dict(s.arrivals)) for n, s in self.scopes.items()},
            dict(self.activities),
            dict(self.waits),
        )
