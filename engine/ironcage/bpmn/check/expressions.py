"""Rules about expressions and timers: each can be read, in a language we execute."""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003  (a named tuple holds one)
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ironcage import feel
from ironcage.bpmn.check.position import position
from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.check.written import Written
from ironcage.bpmn.names import FEEL
from ironcage.bpmn.timers import cycle, literal
from ironcage.messages import mark
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject, TimerText
    from ironcage.bpmn.model import Element, Formula


_URI = re.compile(r"(?:[\w.~:/?\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?:#(?:[\w.~:/?@!$&'()*+,;=#-]|%[0-9A-Fa-f]{2})*)?")


def _is_uri(text: str) -> bool:
    """Return whether *text* is a reference by RFC 3986; ``##Compensate`` and the like of BPMN are, too."""
    return bool(_URI.fullmatch(text))


class _Reason:
    """Why an expression cannot be read, said in the language of whoever reads it."""

    def __init__(self, error: feel.FeelSyntaxError) -> None:
        self.error = error

    def __str__(self) -> str:
        return self.error.reason()


def _all(subject: Subject) -> Iterator[Written]:
    """Yield every expression, each with the element it belongs to."""
    yield from subject.expressions
    yield from (Written(owner, formula) for owner, formula, _ in subject.timers)
    yield from subject.cycles


def _literals(subject: Subject) -> set[int]:
    """Return what is written like a literal of a timer, good or bad, by identity: it is no expression."""
    found = {id(timer.formula) for timer in subject.timers if _is_literal(literal, timer.formula.text)}
    return found | {id(formula) for _, formula in subject.cycles if _is_literal(cycle, formula.text)}


def _is_literal(read: Callable[[str], object], text: str) -> bool:
    try:
        return read(text) is not None
    except ValueError:
        return True


def _is_foreign(formula: Formula) -> bool:
    return bool(formula.language) and formula.language not in FEEL


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
    """Expressions are in FEEL; a literal of a timer is in none. Source: BPMN 2.0.2, table 8.28; DMN 1.5, 10.3."""
    others = {id(formula) for formula, _, _ in _timed(subject)}
    for owner, formula in _all(subject):
        if _is_foreign(formula) and id(formula) not in others and _is_uri(formula.language):
            yield at(owner, formula.line, language=formula.language[:120])


@rule(
    "expression-language-uri",
    mark("The language {language} is no URI."),
    mark("Write the URI of the language, or leave it out for FEEL."),
)
def expression_language_uri(subject: Subject) -> Iterator[Place]:
    """A language is named by a URI. Source: BPMN 2.0.2, tables 8.28 and 8.1; RFC 3986."""
    for owner, formula in _all(subject):
        if formula.language and not _is_uri(formula.language):
            yield at(owner, formula.line, language=formula.language[:120])


@rule(
    "expression-informal",
    mark("The expression {written!r} is natural language, which nothing can execute: it has no xsi:type."),
    mark('Add xsi:type="tFormalExpression" to its element, with the prefix of BPMN before the name if there is one.'),
)
def expression_informal(subject: Subject) -> Iterator[Place]:
    """What an executable process has to evaluate is a formal expression.

    Source: BPMN 2.0.2, 8.4.7, tables 10.99 and 10.101.
    """
    assigned = (
        Written(node, each.to)
        for _, _, node in subject.nodes
        for association in node.data_inputs + node.data_outputs
        for each in association.assignments
        if each.to
    )
    for owner, formula in chain(_all(subject), assigned):
        if not formula.formal:
            yield at(owner, formula.line, written=" ".join(formula.text.split())[:80])


@rule(
    "expression-syntax",
    mark("The expression {written!r} cannot be read: {reason}."),
    mark("Correct it; it is FEEL."),
)
def expression_syntax(subject: Subject) -> Iterator[Place]:
    """An expression can be read. Source: DMN 1.5, 10.3.1.2."""
    literals = _literals(subject)
    for owner, formula in _all(subject):
        if _is_foreign(formula) or not formula.text or not formula.formal or id(formula) in literals:
            continue
        try:
            feel.compile(formula.text, subject.words)
        except feel.FeelSyntaxError as error:
            line, column = position(subject.model.source, formula, error.line, error.column)
            written = " ".join(formula.text.split())[:80]
            yield at(owner, line, column, written=written, reason=_Reason(error))


class _Timed(NamedTuple):
    """What a timer says, what is meant by it, and the reader of its literals."""

    formula: Formula
    owner: Element
    read: Callable[[str], object]


def _timed(subject: Subject) -> Iterator[_Timed]:
    for timer in subject.timers:
        yield _Timed(timer.formula, timer.owner, literal)
    for owner, formula in subject.cycles:
        yield _Timed(formula, owner, cycle)


@rule(
    "timer-literal",
    mark("{written!r} is none of the dates, durations and cycles of ISO 8601 that can stand there."),
    mark("Write 2011-07-01T10:00:00+08:00, PT1H30M, P3D or P6M, for a cycle R3/PT10M or 0 9 * * MON-FRI."),
)
def timer_literal(subject: Subject) -> Iterator[Place]:
    """A timer says an instant, a duration or a cycle, as a literal or as an expression in FEEL.

    Years and months do not mix with days in a duration. Source: BPMN 2.0.2, table 10.101; ISO 8601.
    """
    for formula, owner, read in _timed(subject):
        try:
            wrong = read(formula.text) is None and _is_foreign(formula) and formula.formal
        except ValueError:
            wrong = True
        if wrong:
            yield at(owner, formula.line, written=formula.text[:80])


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
