"""``ironcage rule list|explain|test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.auditing import NoSuchRuleError
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_audit import Rule
    from ironcage_console.cli.output import Output


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["list", "explain", "test"], text("what to do with the rules"))
    parser.add_argument("rules", nargs="*", metavar="RULE", help=text("which rules; all if none is named"))


def run(arguments: Namespace, output: Output) -> int:
    """List the rules, print their pages, or try them on their own cases."""
    from ironcage_audit.hooks import load  # noqa: PLC0415

    installed = load().rules
    for name in arguments.rules:
        if name not in {rule.id for rule in installed}:
            raise NoSuchRuleError(rule=name)
    chosen = [rule for rule in installed if not arguments.rules or rule.id in arguments.rules]
    return _VERBS[arguments.verb](chosen, output)


def _list(rules: list[Rule], output: Output) -> int:
    from ironcage_audit.rules import word  # noqa: PLC0415

    output.table(
        [text("code"), text("rule"), text("what it looks for"), text("axis"), text("severity"), text("maturity")],
        [(rule.code, rule.id, rule.title, word(rule.axis), word(rule.severity), word(rule.maturity)) for rule in rules],
    )
    output.data(
        [
            {
                "rule": rule.id,
                "code": rule.code,
                "version": rule.version,
                "title": str(rule.title),
                "axis": rule.axis.value,
                "severity": rule.severity.value,
                "maturity": rule.maturity.value,
            }
            for rule in rules
        ]
    )
    return 0


def _explain(rules: list[Rule], output: Output) -> int:
    from ironcage_audit.rules import explain  # noqa: PLC0415

    for rule in rules:
        output.say(explain(rule))
    output.data([{"rule": rule.id, "page": explain(rule)} for rule in rules])
    return 0


def _test(rules: list[Rule], output: Output) -> int:
    from ironcage_audit.testing import check  # noqa: PLC0415

    outcomes = [(rule, outcome) for rule in rules for outcome in check(rule)]
    for rule, outcome in outcomes:
        output.say(f"{'✗' if outcome.wrong else '✓'} {rule.id}: {outcome.name}")
        for wrong in outcome.wrong:
            output.say(f"    {wrong}")
    output.data([{"rule": rule.id, "case": outcome.name, "wrong": list(outcome.wrong)} for rule, outcome in outcomes])
    return 1 if any(outcome.wrong for _, outcome in outcomes) else 0


_VERBS = {"list": _list, "explain": _explain, "test": _test}
