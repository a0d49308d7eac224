"""What can keep a step from being taken. The state before it stands; nothing of the step is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ironcage.errors import RefusedError
from ironcage.feel.literals import literal
from ironcage.messages import mark, text
from ironcage.values import Transient, ValueKind, kind_of

if TYPE_CHECKING:
    from ironcage.values import Value


MOST_TOLD = 200
"""Of a value, at most so many characters are told."""

_KINDS: dict[ValueKind, str] = {
    ValueKind.BOOLEAN: mark("true or false"),
    ValueKind.NUMBER: mark("a number"),
    ValueKind.TEXT: mark("a text"),
    ValueKind.DATE: mark("a date"),
    ValueKind.TIME: mark("a time of day"),
    ValueKind.DATE_TIME: mark("a date and time"),
    ValueKind.DURATION: mark("a duration of days and time"),
    ValueKind.MONTHS: mark("a duration of years and months"),
    ValueKind.LIST: mark("a list"),
    ValueKind.CONTEXT: mark("a context"),
}
"""What the kinds of values are called; null says itself what it is."""


class StepError(RefusedError):
    """The model, with the data of this case, does not say how to go on.

    A field ``value`` is a value of the case, and is told as FEEL writes it, with its kind.
    """

    def __str__(self) -> str:
        fields = {name: _told(cast("Value", each)) if name == "value" else each for name, each in self.fields.items()}
        return text(self.message, **fields)


def _told(value: Value) -> str:
    written = literal(value)
    if len(written) > MOST_TOLD:
        written = f"{written[:MOST_TOLD]}..."
    kind = None if isinstance(value, Transient) else _KINDS.get(kind_of(value))
    return text("{value} ({kind})", value=written, kind=text(kind)) if kind else written


class NotWaitingError(StepError):
    """The case does not wait for this, or no longer does."""

    message = mark("Nothing in the case waits under number {wait}; it was completed, withdrawn or never opened.")


class NoFlowError(StepError):
    """No flow could be taken out of a gateway or an activity.

    Source: BPMN 2.0.2, tables 13.2 and 13.3, exceptions of the exclusive and the inclusive gateway.
    """

    message = mark(
        "No condition holds at {element} and it has no default flow. Correct the case data, or give it a default flow."
    )


class ConditionValueError(StepError):
    """A condition yielded neither true, false nor null."""

    message = mark(
        "The condition of {element}, {text}, yields {value} instead of true, false or null. Correct the case data, or "
        "the condition."
    )


class InstantValueError(StepError):
    """A timer or a deadline yielded something that is no instant."""

    message = mark("{element}: {text} yields {value}, which is neither a date nor a date and time.")


class DurationValueError(StepError):
    """A timer or a deadline yielded something that is no duration, or a duration that runs back."""

    message = mark(
        "{element}: {text} yields {value}, which is not a duration that runs forward, to a year before 10000."
    )


class AssignmentValueError(StepError):
    """A role, unit or actor yielded something that is neither text nor null."""

    message = mark("{element}: the assignment {text} yields {value}, which is not text.")


class EndlessStepError(StepError):
    """A step did not come to rest."""

    message = mark(
        "The case did not come to rest after {moves} moves at element {element}: the model turns in a circle that "
        "never waits, or multiplies its tokens without end."
    )


class CycleValueError(StepError):
    """A timer of a cycle yielded something that is none."""

    message = mark(
        "{element}: {text} yields {value}, which is no cycle. Write for example R3/PT10M, or five fields of cron."
    )


class CardinalityError(StepError):
    """A multi-instance activity does not know how many instances it has."""

    message = mark("{element}: {text} yields {value}, which is no whole number from 0 to {most}.")


class CollectionError(StepError):
    """A multi-instance activity was given no list."""

    message = mark(
        "{element}: {text} yields {value}, which is no list. Correct the case data; the empty list means no instance."
    )


class CalledProcessError(StepError):
    """A call activity does not know what to call."""

    message = mark("{element}: {text} yields {value}, which is not the key of a process.")


class NoneStartError(StepError):
    """A case was to begin without anything that begins it."""

    message = mark(
        "The process {process} begins only by an event: a message, a signal or an instant. Say at which: {starts}."
    )
