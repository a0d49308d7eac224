"""``ironcage claim TASK --actor A``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("task", metavar="TASK", help=text("PROCESS/KEY/NUMBER, as the list of tasks shows it"))
    parser.add_argument("--actor", metavar="A", required=True, help=text("who does it"))


def run(arguments: Namespace, output: Output) -> int:
    """Claim the task."""
    with opened_engine(arguments) as engine:
        engine.claim(arguments.task, arguments.actor)
    output.say(text("{task}: {status}", task=arguments.task, status=text("claimed")))
    output.data({"task": arguments.task, "actor": arguments.actor})
    return 0
