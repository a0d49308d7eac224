"""``ironcage report --dir DIR``: the risk report as text, JSON and HTML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.auditing import audited, declare_scope

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--dir", type=Path, required=True, metavar="DIR", help=text("where to write the report"))
    declare_scope(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Audit, and write what was found; exit code 1 where a rule failed, the report says which."""
    from ironcage_audit.proposals import propose  # noqa: PLC0415
    from ironcage_audit.reports import gather, to_json  # noqa: PLC0415
    from ironcage_audit.reports import text as told  # noqa: PLC0415
    from ironcage_console.cli.reporting import write_report  # noqa: PLC0415

    with audited(arguments) as (store, done):
        report = gather(store, done, proposals=propose(store, done))
    files = write_report(report, arguments.dir)
    output.say(told(report))
    for file in files:
        output.say(str(file))
    if output.as_json:
        output.write(to_json(report).rstrip())
    return 1 if done.failed or done.broken else 0
