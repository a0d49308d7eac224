"""``ironcage db upgrade|check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage.settings import database
from ironcage_console.cli.opening import opened_store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("verb", choices=["upgrade", "check"], help=text("make or upgrade the tables, or check them"))


def run(arguments: Namespace, output: Output) -> int:
    """Bring the schema to that of this release, or say whether it is."""
    from ironcage.store import Store  # noqa: PLC0415

    if arguments.verb == "upgrade":
        Store.upgrade(database(arguments.db))
    with opened_store(arguments) as store:
        output.say(text("The database {place} has the schema of this release.", place=store.place))
        output.data({"database": store.place, "current": True})
    return 0
