"""When timers and deadlines are due: from the value of an expression to microseconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ironcage.clock import micros
from ironcage.feel.temporal import months_later
from ironcage.machine.faults import DurationValueError, InstantValueError
from ironcage.program import TimerKind
from ironcage.values import Months

if TYPE_CHECKING:
    from ironcage.clock import Micros, Moment
    from ironcage.feel import Expression
    from ironcage.program import Due, Timer
    from ironcage.values import Context, Value

_DATE = TimerKind.DATE
_NOTHING, _MICROSECOND = timedelta(), timedelta(microseconds=1)
LAST = micros(datetime.max.replace(tzinfo=UTC))
"""The last instant that can be written."""


def timer_at(timer: Timer, element: str, variables: Context, moment: Moment) -> Micros:
    """Return when *timer*, armed at *moment*, is due; a date without a time means its first moment.

    Raises:
        InstantValueError, DurationValueError: the value is not what the kind of the timer asks for; null never is.
    """
    value = timer.value.evaluate(variables, moment)
    if timer.kind is _DATE:
        return _at(timer.value, element, value, moment, time.min)
    return _after(timer.value, element, value, moment)


def due_at(due: Due, element: str, variables: Context, moment: Moment) -> Micros | None:
    """Return the due instant, or None where the expression yields null: there is no deadline then.

    A date without a time is met until its last microsecond in the zone of the process.

    Raises:
        InstantValueError, DurationValueError: the value is something else.
    """
    expression = due.at or due.within
    assert expression is not None, "the readers give every deadline one of the two"
    value = expression.evaluate(variables, moment)
    if value is None:
        return None
    if due.at:
        return _at(expression, element, value, moment, time.max)
    return _after(expression, element, value, moment)


def _at(expression: Expression, element: str, value: Value, moment: Moment, of_day: time) -> Micros:
    if isinstance(value, datetime):
        return micros(value if value.tzinfo else value.replace(tzinfo=moment.zone))
    if isinstance(value, date):
        return micros(datetime.combine(value, of_day, moment.zone))
    raise InstantValueError(element=element, text=expression.text, value=value)


def _after(expression: Expression, element: str, value: Value, moment: Moment) -> Micros:
    if isinstance(value, timedelta) and value >= _NOTHING:
        at = moment.at + value // _MICROSECOND
        if at <= LAST:
            return at
    if isinstance(value, Months) and value.count >= 0:
        try:
            return micros(months_later(moment.local(), value.count))
        except (ValueError, OverflowError):
            pass  # beyond the last year that a calendar here knows
    raise DurationValueError(element=element, text=expression.text, value=value)
