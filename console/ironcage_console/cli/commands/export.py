"""``ironcage export FILE``: the record as JSON lines, which the stand-alone verifier reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=text("where to write the record, for example record.jsonl")
    )
    parser.add_argument(
        "--archive",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=text("archives whose cases are written, too"),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Write every case with its events and payloads."""
    from ironcage.operations.archive.verifying import record_with  # noqa: PLC0415
    from ironcage.record.export import export  # noqa: PLC0415

    written = 0
    with (
        opened_store(arguments) as store,
        store.reading() as connection,
        arguments.file.open("w", encoding="utf-8") as file,
    ):
        for line in export(record_with(connection, arguments.archive)):
            file.write(line + "\n")
            written += 1
    output.say(text("{file}: {lines} lines.", file=arguments.file, lines=written))
    output.data({"file": str(arguments.file), "lines": written})
    return 0
