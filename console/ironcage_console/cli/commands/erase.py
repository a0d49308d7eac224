"""``ironcage erase PROCESS/K --order TEXT``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("case", metavar="PROCESS/K", help=text("process and key of the case"))
    parser.add_argument(
        "--order", required=True, metavar="TEXT", help=text("who ordered it, by what right; it is recorded")
    )
    parser.add_argument("--actor", metavar="A", help=text("who does it"))
    parser.add_argument(
        "--archive", type=Path, metavar="FOLDER", help=text("the archive that holds the case; it is brought back first")
    )


def run(arguments: Namespace, output: Output) -> int:
    """Erase what people wrote; the chain stays whole and says so."""
    with opened_engine(arguments) as engine:
        if arguments.archive is not None:
            from ironcage.operations.archive.returning import bring_back  # noqa: PLC0415

            bring_back(engine.store, arguments.archive, arguments.case)
        erased = engine.erase(arguments.case, arguments.order, actor=arguments.actor)
    output.say(
        text(
            "{case}: {payloads} payloads erased by order; variables emptied: {variables}.",
            case=arguments.case,
            payloads=erased.payloads,
            variables=", ".join(erased.variables) or "-",
        )
    )
    for sentence in erased.remaining:
        output.say(sentence)
    output.data(
        {
            "case": arguments.case,
            "payloads": erased.payloads,
            "variables": list(erased.variables),
            "remaining": list(erased.remaining),
        }
    )
    return 0
