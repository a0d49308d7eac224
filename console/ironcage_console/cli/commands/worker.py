"""``ironcage worker``: fires timers and deadlines and runs service tasks until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.showing import incident_document

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--once", action="store_true", help=text("do what is due now, then stop"))


def run(arguments: Namespace, output: Output) -> int:
    """Work until SIGTERM or Ctrl-C; what is under way is finished first."""
    from ironcage.work import Worker  # noqa: PLC0415

    with opened_engine(arguments) as engine:
        worker = Worker(engine)
        if arguments.once:
            while worker.work():
                pass
        else:
            output.say(text("Working on {place}; Ctrl-C stops.", place=engine.store.place))
            with worker.stopped_by_signals():
                worker.run()
        stopped = engine.incidents()
    for incident in stopped:
        output.say(text("{case}: stopped: {reason}", case=incident.case, reason=incident.reason))
    output.data({"incidents": list(map(incident_document, stopped))})
    return 0
