"""``ironcage incident list|retry``: what is stopped until somebody looks at it."""

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
    """``retry`` was asked for without a case."""

    message = mark("Name the case whose wake-ups and jobs should go on: ironcage incident retry PROCESS/K")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["list", "retry"], help=text("what to do with the incidents"))
    parser.add_argument("case", nargs="?", metavar="PROCESS/K", help=text("process and key of the case"))


def run(arguments: Namespace, output: Output) -> int:
    """List the incidents, or let one case go on."""
    with opened_engine(arguments) as engine:
        if arguments.verb == "retry":
            if arguments.case is None:
                raise CaseMissingError
            engine.retry(arguments.case)
        incidents = [each for each in engine.incidents() if arguments.case in (None, each.case)]
    output.table(
        [text("case"), text("element"), text("reason")],
        [(incident.case, incident.element, incident.reason) for incident in incidents],
    )
    output.data(list(map(incident_document, incidents)))
    return 0
