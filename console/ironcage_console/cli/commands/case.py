"""``ironcage case show|cancel PROCESS/K``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.showing import jsonable, task_heads, task_row, when
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from ironcage.engine import CaseView, IncidentView
    from ironcage.messages import Text
    from ironcage.record import Event
    from ironcage.values import Context
    from ironcage_console.cli.output import Output

WAITS = (
    mark("timer"),
    mark("deadline"),
    mark("job"),
    mark("script"),
    mark("message"),
    mark("signal"),
    mark("condition"),
    mark("call"),
)
"""What a case can wait for beside people; the engine's own words are the messages."""
_EVENT = (
    mark("when"),
    mark("what happened"),
    mark("element"),
    mark("actor"),
    mark("facts"),
    mark("payload"),
)


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["show", "cancel"], text("what to do with the case"))
    parser.add_argument("case", metavar="PROCESS/K", help=text("process and key of the case"))
    parser.add_argument("--reason", metavar="TEXT", help=text("why it is cancelled; it is recorded"))
    parser.add_argument("--actor", metavar="A", help=text("who does it"))


def run(arguments: Namespace, output: Output) -> int:
    """Show the case: how it stands, what it waits for, and what was recorded; end it first, if that is asked for."""
    with opened_engine(arguments) as engine:
        if arguments.verb == "cancel":
            engine.cancel(arguments.case, arguments.reason or "", actor=arguments.actor)
        case = engine.case(arguments.case)
        names = engine.names(case.process, case.version)
        stopped = [each for each in engine.incidents() if each.case == case.name]
    _show(case, stopped, names, output)
    if output.as_json:
        said = [{"element": each.element, "kind": each.kind, "reason": each.reason} for each in stopped]
        output.data({**_document(case), "incidents": said})
    return 0


def _show(case: CaseView, stopped: Sequence[IncidentView], names: Mapping[str, Text], output: Output) -> None:
    output.say(text("{case}: {status}", case=case.name, status=text(case.status)))
    output.say(
        text(
            "opened {opened}, closed {closed}, due {due}",
            opened=when(case.opened_at, case.zone),
            closed=when(case.closed_at, case.zone) or "-",
            due=when(case.due_at, case.zone) or "-",
        )
    )
    if case.archive:
        output.say(
            text("archived in bundle {bundle}; tasks and record are in the archive that holds it", bundle=case.archive)
        )
    if case.parent:
        output.say(text("called by {case}", case=case.parent))
    for incident in stopped:
        output.say(text("stopped: {reason}", reason=incident.reason))
    output.table(task_heads(), [task_row(task, names, case.zone) for task in case.tasks])
    _show_waits(case, names, output)
    output.say()
    _show_events(case, names, output)


def _show_waits(case: CaseView, names: Mapping[str, Text], output: Output) -> None:
    if case.scopes:
        output.say()
        output.table(
            [text("sub-process"), text("inside"), text("its data")],
            [(names.get(s.element, s.element), names.get(s.inside, s.inside), _json(s.variables)) for s in case.scopes],
        )
    if case.waits:
        output.say()
        output.table(
            [text("waits for"), text("element"), text("name"), text("key"), text("at")],
            [(text(w.kind), names.get(w.element, w.element), w.name, w.key, when(w.at, case.zone)) for w in case.waits],
        )


def _json(variables: Context) -> str:
    from ironcage.values import to_json  # noqa: PLC0415

    return to_json(variables)


def _show_events(case: CaseView, names: Mapping[str, Text], output: Output) -> None:
    from ironcage.record.words import happened  # noqa: PLC0415  (the record loads much that help does not need)

    output.table(
        ["#", *map(text, _EVENT)],
        [
            (
                e.seq,
                when(instant(e.happened), case.zone),
                happened(e.kind, e.transition),
                names.get(e.element, e.element),
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
            "parent",
            "waits",
            "archive",
        )
    }
    document["variables"] = json.loads(to_json(case.variables))
    document["scopes"] = [
        {
            "element": scope.element,
            "execution": scope.execution,
            "inside": scope.inside,
            "variables": json.loads(to_json(scope.variables)),
        }
        for scope in case.scopes
    ]
    document["events"] = [_event_document(event, case.payloads.get(event.seq)) for event in case.events]
    return document


def _event_document(event: Event, payload: str | None) -> dict[str, object]:
    document = {name: jsonable(value) for name, value in event._asdict().items()}
    for name in ("happened", "recorded", "due"):
        at = getattr(event, name)
        document[name] = None if at is None else jsonable(instant(at))
    document["facts"] = json.loads(event.facts) if event.facts else {}
    document["payload"] = json.loads(payload) if payload else None
    return document
