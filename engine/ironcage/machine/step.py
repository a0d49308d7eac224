"""What goes into a step and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.machine.state import State, WaitKind
    from ironcage.values import Context


@dataclass(frozen=True, slots=True)
class Start:
    """The case begins with *data*."""

    data: Context


@dataclass(frozen=True, slots=True)
class Complete:
    """The work a task or a job waits for is done; *data* is what it brings to the case."""

    wait: int
    data: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer or deadline has come."""

    wait: int


Stimulus = Start | Complete | Fire


class EntryKind(StrEnum):
    """What a recorded fact is about."""

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
    MISSED = "missed"
    """A due instant passed with the thing still open."""
    ERASE = "erase"
    """A payload was erased by order."""


@dataclass(frozen=True, slots=True)
class Entry:
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


@dataclass(frozen=True, slots=True)
class Opened:
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


@dataclass(frozen=True, slots=True)
class Closed:
    """A wait ended; the store closes its row. *withdrawn* says that something else ended it."""

    wait: int
    kind: WaitKind
    withdrawn: bool


Effect = Opened | Closed


@dataclass(frozen=True, slots=True)
class Step:
    """What one stimulus did: the state after it, the waits it opened and closed, the facts to record, in order."""

    state: State
    effects: tuple[Effect, ...]
    records: tuple[Entry, ...]
