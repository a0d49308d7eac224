"""``ironcage start PROCESS --data JSON``: prints ``PROCESS/KEY``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import case_data, opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("process", metavar="PROCESS", help=text("key of the process"))
    parser.add_argument("--data", metavar="JSON", help=text("case data, a JSON object"))
    parser.add_argument("--key", metavar="K", help=text("key of the case; one is made if none is given"))
    parser.add_argument("--actor", metavar="A", help=text("who does it"))
    parser.add_argument("--at", metavar="ELEMENT", help=text("what begins it, where several things can"))
    parser.add_argument("--channel", metavar="C", help=text("by which channel the case came"))


def run(arguments: Namespace, output: Output) -> int:
    """Start the case."""
    with opened_engine(arguments) as engine:
        case = engine.start(
            arguments.process,
            case_data(arguments.data),
            key=arguments.key,
            actor=arguments.actor,
            channel=arguments.channel,
            at=arguments.at,
        )
    output.say(case)
    output.data({"case": case})
    return 0
