"""``ironcage import LOG --map MAP.toml``: takes a log into the event log; JSON: ``{cases, events, rejected}``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_store
from ironcage_console.cli.progress import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("log", type=Path, metavar="LOG", help=text("CSV file, plain or compressed by gzip"))
    parser.add_argument("--map", type=Path, required=True, metavar="MAP.toml", help=text("what its columns mean"))
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help=text("set faulty rows aside in this file and go on")
    )


def run(arguments: Namespace, output: Output) -> int:
    """Import the log: all of it, or nothing."""
    from ironcage.importing import import_log, load  # noqa: PLC0415

    mapping = load(arguments.map)
    with opened_store(arguments, create=True) as store, progress(text("importing")) as moved:
        imported = import_log(store, arguments.log, mapping, arguments.rejects, moved)
    output.say(
        text(
            "{cases} cases, {events} events taken in; {rejected} rows set aside.",
            cases=imported.cases,
            events=imported.events,
            rejected=imported.rejected,
        )
    )
    output.data({"cases": imported.cases, "events": imported.events, "rejected": imported.rejected})
    return 0
