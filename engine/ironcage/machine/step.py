"""What goes into a step and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.machine.state import State, Status, WaitKind
    from ironcage.program import Binding
    from ironcage.values import Context, Value


made = tuple.__new__
"""Makes a named tuple of a tuple in its order: several times as fast as its class, and every step makes twenty."""

Key = tuple["Value", ...]
"""The values of a correlation key, in the order of its properties."""


@dataclass(frozen=True, slots=True)
class Start:
    """The case begins with *data*.

    *at* is the node that begins it, with what it was begun by in *data*: a start event with a definition, a receive
    task or an event after a gateway that begin a case. Without it, the case begins at its none start events.
    """

    data: Context
    at: int | None = None
    payload: Context = field(default_factory=dict)
    """What the message or signal brought that began it."""
    key: Key = ()
    """The correlation values of that message."""


@dataclass(frozen=True, slots=True)
class Complete:
    """The work of a task, a job, a script or a called case is done; *data* is what it brings to the case."""

    wait: int
    data: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer or deadline has come."""

    wait: int


@dataclass(frozen=True, slots=True)
class Receive:
    """A message or a signal has come for *wait*, with its payload and correlation values."""

    wait: int
    data: Context = field(default_factory=dict)
    key: Key = ()


@dataclass(frozen=True, slots=True)
class Throw:
    """The work *wait* waits for ended in a BPMN error or escalation, known by *code*.

    An escalation leaves the work open.
    """

    wait: int
    code: str
    data: Context = field(default_factory=dict)
    escalation: bool = False


@dataclass(frozen=True, slots=True)
class CancelCase:
    """The case is ended from outside."""


Stimulus = Start | Complete | Fire | Receive | Throw | CancelCase


class EntryKind(StrEnum):
    """What a recorded fact is about."""

    __hash__ = str.__hash__  # as in ``Kind``

    CASE = "case"
    ACTIVITY = "activity"
    EVENT = "event"
    DEADLINE = "deadline"
    RECORD = "record"
    """The record itself: an erasure."""


class Transition(StrEnum):
    """What happened to it. The words are those of the XES lifecycle extension; the rest says what XES has no word for.

    Source: IEEE 1849-2016 (XES), standard lifecycle.
    """

    __hash__ = str.__hash__  # as in ``Kind``

    SCHEDULE = "schedule"
    """Offered; for a deadline: set."""
    ASSIGN = "assign"
    """Claimed by a person."""
    WITHDRAW = "withdraw"
    """Ended by something else before it was done."""
    START = "start"
    COMPLETE = "complete"
    ABORT = "pi_abort"
    """The case was ended from outside, or by a terminate event."""
    RELEASE = "release"
    """Given back by the person who claimed it."""
    RESOLVE = "resolve"
    """What is stopped is done by a person instead, who says why."""
    MISSED = "missed"
    """A due instant passed with the thing still open."""
    ERASE = "erase"
    """A payload was erased by order."""
    MIGRATE = "migrate"
    """The case goes on on another version of its process."""


# Those that every step names: Python 3.11 takes as long to find a member of an enumeration as to call a function.
ACTIVITY, EVENT, SCHEDULE, COMPLETE = EntryKind.ACTIVITY, EntryKind.EVENT, Transition.SCHEDULE, Transition.COMPLETE


class Entry(NamedTuple):
    """One fact for the record, before the engine has numbered and chained it.

    *element* is a node index, or -1 for the process. *happened* is None for "at the instant of the step"; a missed
    deadline happened when it was due.
    """

    kind: EntryKind
    transition: Transition
    element: int = -1
    execution: int = 1
    role: str | None = None
    unit: str | None = None
    due: Micros | None = None
    happened: Micros | None = None
    payload: Context | None = None


EntryRow: TypeAlias = tuple[
    EntryKind, Transition, int, int, "str | None", "str | None", "Micros | None", "Micros | None", "Context | None"
]
"""The fields of an entry without their names, or an entry: most are made only to be taken apart by the recorder."""


class Opened(NamedTuple):
    """A wait began; the store makes its row."""

    wait: int
    kind: WaitKind
    node: int
    execution: int
    at: Micros | None = None
    due: Micros | None = None
    role: str | None = None
    unit: str | None = None
    actor: str | None = None
    """The person it is assigned to by the model."""
    follow_up: Micros | None = None
    name: str | None = None
    """Of a message or a signal."""
    key: Key = ()
    """The correlation values a message must have; empty if any will do."""
    call: Called | None = None
    """Of a call activity."""


class Closed(NamedTuple):
    """A wait ended; the store closes its row. *withdrawn* says that something else ended it."""

    wait: int
    kind: WaitKind
    withdrawn: bool


class Called(NamedTuple):
    """What a wait for a called case calls, and with what data."""

    process: str
    binding: Binding
    version: int | None
    data: Context


class Sent(NamedTuple):
    """A message was sent that nothing in the case itself waited for; *node* sent it."""

    node: int
    name: str
    payload: Context
    key: Key


class Signalled(NamedTuple):
    """A signal was broadcast: whatever waited for it in the case itself has had it, other cases have not."""

    name: str
    payload: Context


class Escalated(NamedTuple):
    """An escalation left the case unhandled: a case that called this one may handle it."""

    code: str | None


class Ended(NamedTuple):
    """The case is over; *data* is what it ends with, *code* that of the error it failed with, if any.

    The data are a context in all but their type: few ask for them.
    """

    status: Status
    data: Context
    code: str | None = None


Effect = Opened | Closed | Sent | Signalled | Escalated | Ended


class Step(NamedTuple):
    """What one stimulus did: the state after it, the waits it opened and closed, the facts to record, in order."""

    state: State
    effects: tuple[Effect, ...]
    rows: tuple[EntryRow, ...]

    @property
    def records(self) -> tuple[Entry, ...]:
        """The facts, with the names of their fields."""
        return tuple(map(Entry._make, self.rows))
