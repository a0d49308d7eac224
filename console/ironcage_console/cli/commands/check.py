"""``ironcage check PATH...``: every fault with file, line and element; exit code 1 where something is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.faults import Level
from ironcage.messages import text
from ironcage_console.cli.output import visible
from ironcage_console.cli.paths import process_folders

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.faults import Fault
    from ironcage_console.cli.output import Output


_MODELS = (".bpmn", ".bpmn2", ".xml")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help=text("process folder, a folder of them, or a BPMN file")
    )
    parser.add_argument("--strict", action="store_true", help=text("let warnings count as errors"))
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), help=text("how to say it; --json is --format json")
    )


def run(arguments: Namespace, output: Output) -> int:
    """List the faults of every folder and file."""
    from ironcage.definitions import check, check_file  # noqa: PLC0415

    files = [path for path in arguments.paths if path.suffix in _MODELS]
    folders = process_folders(path for path in arguments.paths if path not in files)
    faults = check(*folders)
    faults += [fault for file in files for fault in check_file(file)]
    counts = {level: sum(fault.level is level for fault in faults) for level in Level}
    _print(
        faults, counts, len(folders) + len(files), arguments.format or ("json" if output.as_json else "text"), output
    )
    return 1 if counts[Level.ERROR] or (arguments.strict and counts[Level.WARNING]) else 0


def _print(faults: list[Fault], counts: dict[Level, int], folders: int, form: str, output: Output) -> None:
    if form == "sarif":
        from ironcage_console.cli.sarif import sarif  # noqa: PLC0415  (loads every rule)

        output.document(sarif(faults))
        return
    if form == "json":
        output.document([_as_json(fault) for fault in faults])
        return
    for fault in faults:
        output.write(visible(str(fault)))
    output.write(
        text(
            "Processes checked: {folders}. Errors: {errors}, warnings: {warnings}, advice: {advice}.",
            folders=folders,
            errors=counts[Level.ERROR],
            warnings=counts[Level.WARNING],
            advice=counts[Level.ADVICE],
        )
    )


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
