"""``ironcage erase PROCESS/K --order TEXT``."""

from __future__ import annotations

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


def run(arguments: Namespace, output: Output) -> int:
    """Erase what people wrote; the chain stays whole and says so."""
    with opened_engine(arguments) as engine:
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
