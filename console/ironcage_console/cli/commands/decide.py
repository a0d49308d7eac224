"""``ironcage decide MODEL --decision NAME --data JSON``: asks a decision, and with ``--explain`` why it answers so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import NotFoundError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import case_data

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.dmn import Answer, Decision, Model, Step
    from ironcage.values import Value
    from ironcage_console.cli.output import Output


class NoSuchDecisionError(NotFoundError):
    """The model has no decision of that name, or several and none was named."""

    message = mark("{file} has no decision {name}; it has: {known}.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("model", type=Path, metavar="MODEL", help=text("DMN file; those beside it may be imported"))
    parser.add_argument("--decision", metavar="NAME", help=text("id or name; needed if there are several decisions"))
    parser.add_argument("--data", metavar="JSON", help=text("input data, a JSON object"))
    parser.add_argument("--explain", action="store_true", help=text("tell which rows matched and why a value is null"))


def run(arguments: Namespace, output: Output) -> int:
    """Ask the decision; exit code 1 where its table refuses to answer."""
    from ironcage.clock import Moment, SystemClock  # noqa: PLC0415
    from ironcage.dmn import load  # noqa: PLC0415

    arguments.model.stat()  # what is not there is usage
    decision = _chosen(load(arguments.model), arguments.decision)
    given = case_data(arguments.data)
    answer = decision.explain(given, Moment(SystemClock().now()))
    if unused := sorted(given.keys() - decision.names()):
        message = text("{decision} reads no {names}; it reads: {known}.", decision=decision.name,
                       names=", ".join(unused), known=", ".join(sorted(decision.names())))  # fmt: skip
        output.say(message)
    output.say(_literal(answer.value))
    if answer.error:
        output.say(str(answer.error))
    if arguments.explain:
        for step in answer.steps:
            _tell(step, output)
    output.data(_as_json(decision, answer, arguments.explain))
    return 1 if answer.error else 0


def _chosen(model: Model, name: str | None) -> Decision:
    only = model.decisions[0] if name is None and len(model.decisions) == 1 else None
    decision = only or (model.decision(name) if name else None)
    if decision is None:
        known = ", ".join(each.name for each in model.decisions)
        raise NoSuchDecisionError(file=model.file, name=name or "", known=known)
    return decision


def _tell(step: Step, output: Output) -> None:
    output.say(text("{decision} = {value}", decision=step.decision.name, value=_literal(step.value)))
    for rule in step.rules:
        place = f"{step.decision.file}:{rule.line}"
        output.say("    " + text("row {row} matches ({place})", row=rule.row, place=place))
    for null in step.nulls:
        output.say(f"    {null}")


def _as_json(decision: Decision, answer: Answer, explain: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "decision": decision.id,
        "value": _plain(answer.value),
        "feel": _literal(answer.value),
        "error": str(answer.error) if answer.error else None,
    }
    if explain:
        said["steps"] = [
            {
                "decision": step.decision.id,
                "name": step.decision.name,
                "file": step.decision.file,
                "line": step.decision.line,
                "value": _plain(step.value),
                "feel": _literal(step.value),
                "rules": [{"id": rule.id, "row": rule.row, "line": rule.line} for rule in step.rules],
                "nulls": [str(null) for null in step.nulls],
            }
            for step in answer.steps
        ]
    return said


def _plain(value: Value) -> object:
    """Return *value* as the JSON of case data; what is none, a range or a function, as its text."""
    from ironcage.errors import IroncageError  # noqa: PLC0415
    from ironcage.values import to_json  # noqa: PLC0415

    try:
        return json.loads(to_json(value))
    except (IroncageError, TypeError):
        return _literal(value)


def _literal(value: Value) -> str:
    from ironcage.feel.literals import literal  # noqa: PLC0415

    return literal(value)
