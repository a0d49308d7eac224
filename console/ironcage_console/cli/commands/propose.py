"""``ironcage propose``: one limit to look at, where the overdue findings carry it; else why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage_console.cli.auditing import audited, declare_scope

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_scope(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Audit, and say what the findings lead to. Nothing is changed: people decide."""
    from ironcage_audit.proposals import as_json, propose, tell  # noqa: PLC0415

    with audited(arguments) as (store, done):
        proposals = propose(store, done)
    for line in tell(proposals):
        output.say(line)
    output.data(as_json(proposals))
    return 0
