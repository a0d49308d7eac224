"""What is alive in a case: scopes, activities and waits. What is over is in the event log.

Its size depends on what is active, never on how long the case has run (design, invariant 10); only what may still have
to be compensated is remembered. Numbers are drawn from a counter in the state itself, so that ``advance`` is
deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from ironcage.machine.plan import CASE

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.values import Context, Value


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


class Completed(NamedTuple):
    """A completed activity that may have to be compensated."""

    node: int
    snapshot: Context | None
    """What its handler will see; None if it has none itself."""
    inside: tuple[Completed, ...] = ()
    """What was completed inside it."""


# Those that every step names: Python 3.11 takes as long to find a member of an enumeration as to call a function.
TASK, TIMER, DEADLINE, CONDITION = WaitKind.TASK, WaitKind.TIMER, WaitKind.DEADLINE, WaitKind.CONDITION

blank = object.__new__
"""Makes a scope or a state whose fields are set one by one, all of them: twice as fast as its class does it."""


@dataclass(slots=True)
class Scope:
    """A process or sub-process at work: its tokens, its variables, and what has arrived at its joins.

    A task with variables of its own has one as well, in which no token ever is.
    """

    live: int
    """How many tokens are in it: moving, waiting, or held."""
    variables: Context
    arrivals: dict[int, int] = field(default_factory=dict)
    """Tokens held by joins, by flow index; never zero."""
    node: int = CASE
    parent: int = 0
    """The scope around it; 0 for the process."""
    activity: int = 0
    """The activity it belongs to; 0 for the process."""
    pending: dict[int, int] = field(default_factory=dict)
    """Tokens held by activities that begin with several at once, by node index."""
    resets: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Complex gateways that have gone on and wait for the rest of their tokens, with the flows already served."""
    backlog: tuple[int, ...] = ()
    """Activities of an ad-hoc sub-process still to be begun."""
    done: tuple[Completed, ...] = ()
    """What may have to be compensated, in the order of completion."""
    shadow: Context | None = None
    """The data of an earlier time, which hide those of the scopes around."""

    def copy(self) -> Scope:
        """Return a scope that can be changed without changing this one."""
        copied = blank(Scope)
        copied.live, copied.variables, copied.arrivals = self.live, self.variables.copy(), self.arrivals.copy()
        copied.node, copied.parent, copied.activity = self.node, self.parent, self.activity
        copied.pending, copied.resets = self.pending.copy(), self.resets.copy()
        copied.backlog, copied.done = self.backlog, self.done
        copied.shadow = None if self.shadow is None else self.shadow.copy()
        return copied


@dataclass(frozen=True, slots=True)
class Rounds:
    """How far a loop or a multi-instance activity has come.

    Attributes:
        total: how many instances there will be; None for a standard loop.
        begun: how many have begun.
        completed: how many have completed.
        items: the items of the instances, if there are any.
        yielded: what the completed instances yielded, by loop counter.
        is_over: whether no more are to complete; so it is within a step only, and is not stored.
    """

    total: int | None = None
    begun: int = 0
    completed: int = 0
    items: tuple[Value, ...] = ()
    yielded: dict[int, Value] = field(default_factory=dict)
    is_over: bool = False


class Activity(NamedTuple):
    """One execution of an activity or a catching event that has begun and not ended.

    So are a loop as a whole, an event sub-process that may be triggered (by its start event), and an event that waits
    for compensation to be done.
    """

    node: int
    scope: int
    execution: int
    """The n-th time the element is executed in this case, from 1; 0 for what is not an execution itself."""
    role: str | None = None
    unit: str | None = None
    due: Micros | None = None
    inner: int = 0
    """The scope it has of its own."""
    outer: int = 0
    """The loop it is a round of, or the event it compensates for."""
    round: int = 0
    """Which round of a loop it is, from 1."""
    rounds: Rounds | None = None
    todo: tuple[Completed, ...] | None = None
    """What is still to be compensated, the next last."""
    is_detached: bool = False
    """Whether nothing waits for the compensation to be done."""


class Wait(NamedTuple):
    """A place where the case waits for the world."""

    kind: WaitKind
    node: int
    activity: int
    """The number of the activity it belongs to; 0 for the case itself."""
    at: Micros | None = None
    """When to wake: the instant of a timer; for a deadline one microsecond after the due instant."""
    event: int = 0
    """Which of the node's event definitions it waits for."""
    left: int | None = None
    """How often a cycle will come after this time; None without a limit."""
    key: tuple[Value, ...] = ()
    """The correlation values a message must have; empty if any will do."""
    held: bool = False
    """What the condition was when it was last asked."""


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
    conversations: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """The values of each correlation key that the case has taken on, by the id of the key."""

    def wake_at(self) -> Micros | None:
        """Return the earliest instant at which a timer or a deadline is due, or None."""
        earliest: Micros | None = None
        for wait in self.waits.values():
            at = wait.at
            if at is not None and (earliest is None or at < earliest):
                earliest = at
        return earliest

    def copy(self) -> State:
        """Return a state that can be changed without changing this one; what never changes is shared."""
        copied = blank(State)
        copied.status, copied.next, copied.due = self.status, self.next, self.due
        copied.executions, copied.conversations = self.executions.copy(), self.conversations.copy()
        copied.scopes = {number: scope.copy() for number, scope in self.scopes.items()}
        copied.activities, copied.waits = self.activities.copy(), self.waits.copy()
        return copied
