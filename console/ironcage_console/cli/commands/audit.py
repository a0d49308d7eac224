"""``ironcage audit``: JSON is a line a finding and a line a rule. Findings are exit code 0, a failed rule is 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.messages import text
from ironcage_console.cli.auditing import audited, declare_scope, show_results
from ironcage_console.cli.showing import when

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_scope(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Run the rules, keep what is new, and say what each examined, found and could not examine."""
    from ironcage_audit.reports.words import LEFT_OUT  # noqa: PLC0415

    with audited(arguments) as (_, done):
        seen = done.watermark
        as_of = when(instant(seen.as_of_us))
        output.say(
            text("{cases} cases, {events} events, as of {as_of}.", cases=seen.cases, events=seen.events, as_of=as_of)
        )
        if seen.left_out:
            output.say(text(LEFT_OUT, count=seen.left_out))
        output.table(
            [
                text("rule"),
                text("what it looks for"),
                text("examined"),
                text("findings"),
                text("new"),
                text("not examined"),
            ],
            show_results(done),
            right=[2, 3, 4],
        )
        for broken in done.broken:
            output.say(text("Plugin {plugin} could not be used: {why}", plugin=broken.plugin, why=broken.why))
        output.say(
            text("A finding is a lead to be explained, never a verdict. See: ironcage findings, ironcage report")
        )
        output.lines(done.lines())
    return 1 if done.failed or done.broken else 0
