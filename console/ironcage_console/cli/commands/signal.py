"""``ironcage signal NAME --data JSON``: prints how many received it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import case_data, opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("name", metavar="NAME", help=text("name of the signal"))
    parser.add_argument("--data", metavar="JSON", help=text("what the signal brings, a JSON object"))


def run(arguments: Namespace, output: Output) -> int:
    """Give the signal to all that wait for it."""
    with opened_engine(arguments) as engine:
        count = engine.signal(arguments.name, case_data(arguments.data))
    output.say(text("{count} received the signal {name}.", count=count, name=arguments.name))
    output.data({"signal": arguments.name, "received": count})
    return 0
