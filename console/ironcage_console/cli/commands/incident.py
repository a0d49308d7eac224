"""``ironcage incident list|retry|dismiss``: what is stopped until somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.showing import incident_document

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


class CaseMissingError(UsageError):
    """``retry`` or ``dismiss`` was asked for without a case."""

    message = mark("Say what is meant, as the list names it: ironcage incident {verb} PROCESS/K")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["list", "retry", "dismiss"], help=text("what to do with the incidents"))
    parser.add_argument("case", nargs="?", metavar="PROCESS/K", help=text("as the list names it"))


def run(arguments: Namespace, output: Output) -> int:
    """List the incidents, let what is stopped go on, or give up messages that nobody received."""
    with opened_engine(arguments) as engine:
        if arguments.verb != "list" and arguments.case is None:
            raise CaseMissingError(verb=arguments.verb)
        if arguments.verb == "retry":
            engine.retry(arguments.case)
        elif arguments.verb == "dismiss":
            engine.dismiss(arguments.case)
        incidents = [each for each in engine.incidents() if arguments.case in (None, each.case)]
    output.table(
        [text("case"), text("element"), text("reason")],
        [(incident.case, incident.element, incident.reason) for incident in incidents],
    )
    output.data(list(map(incident_document, incidents)))
    return 0
