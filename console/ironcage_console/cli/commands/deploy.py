"""``ironcage deploy PATH...``: refuses what ``check`` refuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.faults import Level
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine
from ironcage_console.cli.paths import process_folders

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output

_DEPLOYED = mark("{process}, version {version}: deployed.")
_UNCHANGED = mark("{process}, version {version}: deployed already, unchanged.")
_CALLS_NOTHING = mark("{element} calls {called}, which is not deployed: a case that comes there stops. Deploy it, too.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=text("process folder, or a folder of them"))


def run(arguments: Namespace, output: Output) -> int:
    """Read every folder first, then deploy all of them in one transaction."""
    from ironcage.definitions import load  # noqa: PLC0415

    definitions = [load(folder) for folder in process_folders(arguments.paths)]
    with opened_engine(arguments, create=True) as engine, engine.batch():
        deployments = [engine.deploy(definition) for definition in definitions]
        calls = [engine.calls_of_nothing(definition) for definition in definitions]
    for definition, deployment, missing in zip(definitions, deployments, calls, strict=True):
        warnings = sum(fault.level is Level.WARNING for fault in definition.faults)
        said = _DEPLOYED if deployment.is_new else _UNCHANGED
        output.say(text(said, process=deployment.process, version=deployment.version))
        if warnings:
            output.say(text("Warnings: {count}. See them with: ironcage check", count=warnings))
        for element, called in missing:
            output.say(text(_CALLS_NOTHING, element=element, called=called))
    output.data(
        [
            {
                "process": deployment.process,
                "version": deployment.version,
                "digest": deployment.digest.hex(),
                "new": deployment.is_new,
                "warnings": sum(fault.level is Level.WARNING for fault in definition.faults),
                "calls_of_nothing": [{"element": element, "process": called} for element, called in missing],
            }
            for definition, deployment, missing in zip(definitions, deployments, calls, strict=True)
        ]
    )
    return 0
