"""``ironcage check PATH...``: every fault with file, line and element; exit code 1 where something is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.faults import Level
from ironcage.messages import text
from ironcage_console.cli.paths import process_folders

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.faults import Fault
    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=text("process folder, or a folder of them"))
    parser.add_argument("--strict", action="store_true", help=text("let warnings count as errors"))


def run(arguments: Namespace, output: Output) -> int:
    """List the faults of every folder."""
    from ironcage.definitions import check  # noqa: PLC0415

    folders = process_folders(arguments.paths)
    faults = [fault for folder in folders for fault in check(folder)]
    for fault in faults:
        output.say(str(fault))
    counts = {level: sum(fault.level is level for fault in faults) for level in Level}
    output.say(
        text(
            "{folders} processes checked: {errors} errors, {warnings} warnings, {advice} pieces of advice.",
            folders=len(folders),
            errors=counts[Level.ERROR],
            warnings=counts[Level.WARNING],
            advice=counts[Level.ADVICE],
        )
    )
    output.data([_as_json(fault) for fault in faults])
    return 1 if counts[Level.ERROR] or (arguments.strict and counts[Level.WARNING]) else 0


def _as_json(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "element": fault.element,
        "level": fault.level.value,
        "rule": fault.rule,
        "what": fault.sentence(),
        "mend": fault.advice(),
    }
