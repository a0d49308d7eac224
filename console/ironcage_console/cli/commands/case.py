"""``ironcage case show PROCESS/K``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.showing import jsonable, when

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.engine import CaseView
    from ironcage_console.cli.output import Output

STATUSES = (mark("open"), mark("completed"), mark("terminated"))
_EVENT = (
    mark("happened"),
    mark("kind"),
    mark("transition"),
    mark("element"),
    mark("actor"),
    mark("facts"),
    mark("payload"),
)


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["show"], help=text("what to do with the case"))
    parser.add_argument("case", metavar="PROCESS/K", help=text("process and key of the case"))


def run(arguments: Namespace, output: Output) -> int:
    """Show the case: how it stands, what it waits for, and what was recorded."""
    with opened_engine(arguments) as engine:
        case = engine.case(arguments.case)
    _show(case, output)
    if output.as_json:
        output.data(_document(case))
    return 0


def _show(case: CaseView, output: Output) -> None:
    output.say(text("{case}: {status}", case=case.name, status=text(case.status)))
    output.say(
        text(
            "opened {opened}, closed {closed}, due {due}",
            opened=when(case.opened_at),
            closed=when(case.closed_at) or "-",
            due=when(case.due_at) or "-",
        )
    )
    if case.incident:
        output.say(text("stopped: {reason}", reason=case.incident))
    _show_tasks(case, output)
    output.say()
    _show_events(case, output)


def _show_tasks(case: CaseView, output: Output) -> None:
    output.table(
        [text("task"), text("element"), text("status"), text("unit"), text("actor"), text("due"), ""],
        [
            (t.name, t.element, t.status, t.unit, t.actor, when(t.due_at), text("overdue") if t.is_overdue else "")
            for t in case.tasks
        ],
    )


def _show_events(case: CaseView, output: Output) -> None:
    output.table(
        ["#", *map(text, _EVENT)],
        [
            (
                e.seq,
                when(instant(e.happened)),
                e.kind,
                e.transition,
                e.element,
                e.actor,
                e.facts,
                case.payloads.get(e.seq),
            )
            for e in case.events
        ],
        right=[0],
    )


def _document(case: CaseView) -> dict[str, object]:
    from ironcage.values import to_json  # noqa: PLC0415

    document = {
        name: jsonable(getattr(case, name))
        for name in (
            "name",
            "process",
            "key",
            "version",
            "origin",
            "status",
            "opened_at",
            "closed_at",
            "due_at",
            "is_overdue",
            "incident",
            "tasks",
            "waits",
        )
    }
    document["variables"] = to_json(case.variables)
    document["events"] = [jsonable(event._asdict()) for event in case.events]
    return document
