"""``ironcage plugin list``: exit code 1 where one could not be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["list"], text("what to do with the plugins"))


def run(arguments: Namespace, output: Output) -> int:  # noqa: ARG001  (every command has the same form)
    """List what was found by its entry point, and what could not be used."""
    from ironcage_audit.hooks import load  # noqa: PLC0415

    found = load()
    output.table(
        [text("plugin"), text("module"), text("distribution"), text("version")],
        [(plugin.name, plugin.module, plugin.distribution, plugin.version) for plugin in found.plugins],
    )
    for broken in found.broken:
        output.say(text("Plugin {plugin} could not be used: {why}", plugin=broken.plugin, why=broken.why))
    output.data(
        {
            "plugins": [
                {"name": p.name, "module": p.module, "distribution": p.distribution, "version": p.version}
                for p in found.plugins
            ],
            "broken": [{"plugin": broken.plugin, "why": broken.why} for broken in found.broken],
        }
    )
    return 1 if found.broken else 0
