"""Event definitions: what an event waits for or throws. Source: BPMN 2.0.2, 10.5.5."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.feel import Expression


class TimerKind(StrEnum):
    """How a timer names its instants. Source: BPMN 2.0.2, table 10.101."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition: a date and time, a duration from the moment the event is armed, or a cycle.

    The value of a cycle is text: ``R3/PT10S``, ``R/2026-01-01T09:00:00+08:00/P1D``, or five fields of cron.
    """

    kind: TimerKind
    value: Expression


@dataclass(frozen=True, slots=True)
class Message:
    """A message event definition, or the message of a send or receive task.

    Attributes:
        name: the name of the message.
        conversation: the id of the correlation key that finds the case, empty without one.
        found: what the values of the key are in the payload of the message, an expression a property.
        expected: what they must be, over the data of the case; without any, those of the first message of the
            conversation that the case sent or received.
    """

    name: str
    conversation: str = ""
    found: tuple[Expression, ...] = ()
    expected: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal event definition."""

    name: str


@dataclass(frozen=True, slots=True)
class Error:
    """An error event definition; one that catches without a code catches every error."""

    code: str | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """An escalation event definition; one that catches without a code catches every escalation."""

    code: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """A conditional event definition: happens when its condition becomes true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Link:
    """A link event definition: a throwing one goes on at the catching one of its name in the same scope."""

    name: str


@dataclass(frozen=True, slots=True)
class Compensation:
    """A compensate event definition; without an *activity* (a node index) it compensates all of its scope."""

    activity: int | None = None
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Cancel:
    """A cancel event definition: a transaction is rolled back and left."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """The terminate event definition of an end event: ends every other token of its scope."""


EventDefinition = Timer | Message | Signal | Error | Escalation | Conditional | Link | Compensation | Cancel | Terminate
