"""Rules about scripts: each is in a language we execute, and can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import feel, scripts
from ironcage.bpmn.check.position import position
from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.bpmn.model import Formula
from ironcage.bpmn.scripts import FEEL, STARLARK, language
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import Activity, Script


class _Reason:
    """Why a script cannot be read, said in the language of whoever reads it."""

    def __init__(self, error: feel.FeelSyntaxError | scripts.ScriptSyntaxError) -> None:
        self.error = error

    def __str__(self) -> str:
        return self.error.reason()


def _written(subject: Subject) -> Iterator[tuple[Activity, Script]]:
    for activity in subject.activities:
        if activity.script is not None and activity.script.text:
            yield activity, activity.script


@rule(
    "script-empty",
    mark("The script task {node} has no script."),
    mark("Write one in <script>, or make it another kind of task."),
)
def script_empty(subject: Subject) -> Iterator[Place]:
    """A script task has a script. Source: BPMN 2.0.2, table 10.16."""
    for activity in subject.activities:
        if activity.kind is Kind.SCRIPT_TASK and (activity.script is None or not activity.script.text):
            yield at(activity, node=activity.id)


@rule(
    "script-result",
    mark("Nothing says which variable the script of {node} sets: a script in FEEL is one expression."),
    mark("Name the variable with <ironcage:script> and its attribute result."),
)
def script_result(subject: Subject) -> Iterator[Place]:
    """The value of a script in FEEL is kept in a variable."""
    for activity, script in _written(subject):
        if language(script.format) == FEEL and not script.result:
            yield at(activity, script.line, node=activity.id)


@rule(
    "script-language",
    mark("The script is in the language {language!r}, which is not executed."),
    mark('Write it in Starlark and say so with scriptFormat="starlark", or in FEEL with scriptFormat="feel".'),
)
def script_language(subject: Subject) -> Iterator[Place]:
    """Scripts are in Starlark or FEEL. Source: BPMN 2.0.2, table 10.16."""
    for activity, script in _written(subject):
        if language(script.format) not in (FEEL, STARLARK):
            yield at(activity, script.line, language=script.format[:120] or "?")


@rule(
    "script-syntax",
    mark("The script cannot be read: {reason}."),
    mark("Correct it; it is {language}."),
)
def script_syntax(subject: Subject) -> Iterator[Place]:
    """A script can be read. Source: BPMN 2.0.2, table 10.16; the Starlark language specification."""
    for activity, script in _written(subject):
        try:
            if language(script.format) == FEEL:
                feel.compile(script.text, subject.words)
            elif language(script.format) == STARLARK:
                scripts.read(script.text)
        except (feel.FeelSyntaxError, scripts.ScriptSyntaxError) as error:
            found = position(subject.model.source, Formula(script.text, script.line), error.line, error.column)
            said = "FEEL" if isinstance(error, feel.FeelSyntaxError) else "Starlark"
            yield at(activity, *found, reason=_Reason(error), language=said)


@rule(
    "script-answer",
    mark("The script is to give {variable} a value, and ends in a statement that has none."),
    mark("Let its last line be the expression whose value it is, or name no result."),
)
def script_answer(subject: Subject) -> Iterator[Place]:
    """A script with a result ends in an expression, whose value it is."""
    for activity, script in _written(subject):
        if script.result and language(script.format) == STARLARK:
            try:
                answers = scripts.read(script.text).answers
            except scripts.ScriptSyntaxError:
                continue
            if not answers:
                yield at(activity, script.line, variable=script.result)
