"""``ironcage demo``: the main job on real records, from report to proposal, in a database of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--dir", type=Path, default=Path("build"), metavar="DIR", help=text("where to work; else build")
    )


def run(arguments: Namespace, output: Output) -> int:
    """Run, record, audit, propose, report, verify and seal; every run comes to the same."""
    from ironcage_console.demo import demonstrate  # noqa: PLC0415  (loads the engine and the audit)

    return demonstrate(arguments.dir, output)
