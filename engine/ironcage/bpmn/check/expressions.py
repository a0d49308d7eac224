"""Rules about expressions and timers: each can be read, in a language we execute."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.check.position import position
from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.names import FEEL
from ironcage.bpmn.timers import literal
from ironcage.messages import mark
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject, TimerText
    from ironcage.bpmn.model import Element, Formula


class _Reason:
    """Why an expression cannot be read, said in the language of whoever reads it."""

    def __init__(self, error: feel.FeelSyntaxError) -> None:
        self.error = error

    def __str__(self) -> str:
        return self.error.reason()


def _all(subject: Subject) -> Iterator[tuple[Element, Formula]]:
    yield from subject.expressions
    for owner, formula, _ in subject.timers:
        yield owner, formula


def _is_literal(timer: TimerText) -> bool:
    try:
        return literal(timer.formula.text) is not None
    except ValueError:
        return True


def _value(timer: TimerText) -> date | timedelta | Months | None:
    try:
        return literal(timer.formula.text)
    except ValueError:
        return None


@rule("expression-empty", mark("An expression is empty."), mark("Write it, or remove what holds it."))
def expression_empty(subject: Subject) -> Iterator[Place]:
    """An expression that is there says something."""
    for owner, formula in _all(subject):
        if not formula.text:
            yield at(owner, formula.line)


@rule(
    "expression-language",
    mark("The language of an expression is {language}; FEEL alone is executed."),
    mark("Write it in FEEL, and remove the language or expressionLanguage."),
)
def expression_language(subject: Subject) -> Iterator[Place]:
    """Expressions are in FEEL. Source: BPMN 2.0.2, table 8.28; DMN 1.5, 10.3."""
    for owner, formula in _all(subject):
        if formula.language and formula.language not in FEEL:
            yield at(owner, formula.line, language=formula.language[:120])


@rule(
    "expression-syntax",
    mark("The expression {written!r} cannot be read: {reason}."),
    mark("Correct it; it is FEEL."),
)
def expression_syntax(subject: Subject) -> Iterator[Place]:
    """An expression can be read. Source: DMN 1.5, 10.3.1.2."""
    literals = {id(timer.formula) for timer in subject.timers if _is_literal(timer)}
    for owner, formula in _all(subject):
        foreign = formula.language and formula.language not in FEEL
        if foreign or not formula.text or id(formula) in literals:
            continue
        try:
            feel.compile(formula.text)
        except feel.FeelSyntaxError as error:
            line, column = position(subject.model.source, formula, error.line, error.column)
            written = " ".join(formula.text.split())[:80]
            yield at(owner, line, column, written=written, reason=_Reason(error))


@rule(
    "timer-literal",
    mark("{written!r} is written like an ISO 8601 date or duration, and is none that there is."),
    mark("Write 2011-07-01T10:00:00+08:00, PT1H30M, P3D or P6M; months do not mix with days."),
)
def timer_literal(subject: Subject) -> Iterator[Place]:
    """A literal of a timer says an instant or a duration. Source: BPMN 2.0.2, table 10.101; ISO 8601."""
    for timer in subject.timers:
        try:
            literal(timer.formula.text)
        except ValueError:
            yield at(timer.owner, timer.formula.line, written=timer.formula.text[:80])


@rule(
    "timer-negative",
    mark("The duration {written} runs back in time."),
    mark("Remove the minus."),
)
def timer_negative(subject: Subject) -> Iterator[Place]:
    """A timer runs forward."""
    for timer in subject.timers:
        value = _value(timer)
        back = isinstance(value, timedelta) and value < timedelta()
        if back or (isinstance(value, Months) and value.count < 0):
            yield at(timer.owner, timer.formula.line, written=timer.formula.text[:80])


@rule(
    "timer-kind",
    mark("{written} stands where {expected} is meant."),
    mark("Use timeDate or at for an instant, timeDuration or within for a duration."),
)
def timer_kind(subject: Subject) -> Iterator[Place]:
    """A date says an instant, a duration how long. Source: BPMN 2.0.2, table 10.101."""
    for timer in subject.timers:
        value = _value(timer)
        if value is not None and isinstance(value, date) != timer.is_instant:
            expected = "timeDate" if timer.is_instant else "timeDuration"
            yield at(timer.owner, timer.formula.line, written=timer.formula.text[:80], expected=expected)
