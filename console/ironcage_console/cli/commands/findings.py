"""``ironcage findings``: what audits have found and kept, earliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.messages import text
from ironcage_console.cli.counts import count
from ironcage_console.cli.opening import opened_store
from ironcage_console.cli.showing import when

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from ironcage_audit import Evidence
    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--rule", metavar="RULE", help=text("only findings of this rule"))
    parser.add_argument("--case", metavar="PROCESS/K", help=text("only findings about this case"))
    parser.add_argument("--limit", metavar="N", type=count, help=text("at most this many"))


def run(arguments: Namespace, output: Output) -> int:
    """List the findings."""
    from ironcage_audit import findings  # noqa: PLC0415
    from ironcage_audit.findings import as_json  # noqa: PLC0415
    from ironcage_audit.rules import word  # noqa: PLC0415

    with opened_store(arguments) as store:
        kept = findings(store)
    chosen = [
        finding
        for finding in kept
        if arguments.rule in (None, finding.rule)
        and (arguments.case is None or _concerns(finding.evidence, arguments.case))
    ]
    shown = chosen[: arguments.limit]
    output.table(
        [text("happened"), text("severity"), text("rule"), text("subject"), text("occurrence"), text("fingerprint")],
        [
            (when(instant(f.occurred_us)), word(f.severity), f.rule, f.subject, f.occurrence, f.fingerprint[:12])
            for f in shown
        ],
    )
    output.say(text("{shown} of {count} findings.", shown=len(shown), count=len(chosen)))
    output.lines(as_json(finding) for finding in shown)
    return 0


def _concerns(evidence: Iterable[Evidence], case: str) -> bool:
    return any(each.case == case for each in evidence)
