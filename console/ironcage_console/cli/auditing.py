"""What ``audit``, ``report`` and ``propose`` share: which cases are examined, as of when, by which rules."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.clock import SystemClock
from ironcage.errors import NotFoundError, UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.instants import instant_of
from ironcage_console.cli.opening import opened_store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from ironcage.store import Store
    from ironcage_audit import AuditRun, Rule


class NoSuchRuleError(NotFoundError):
    """A rule was named that no installed plugin brings."""

    message = mark("There is no rule {rule}. See: ironcage rule list")


class ParameterOptionError(UsageError):
    """A parameter is not written as it must be."""

    message = mark("{text} does not set a parameter. Write RULE:NAME=VALUE, for example deadlines.too-fast:floor=60.")


class MapMissingError(UsageError):
    """A log was named without its mapping."""

    message = mark("--log needs --map: what the columns of {log} mean.")


def declare_scope(parser: ArgumentParser) -> None:
    """Add the options that say what is examined."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--log", type=Path, metavar="LOG", help=text("examine this log instead of the database"))
    source.add_argument(
        "--archive",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=text("an archive whose cases are examined, too; may be given again"),
    )
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help=text("what the columns of the log mean"))
    parser.add_argument(
        "--as-of", metavar="INSTANT", help=text("hide what happened later; else now, for a log its end")
    )
    parser.add_argument("--rules", nargs="+", metavar="RULE", help=text("only these rules, or families"))
    parser.add_argument(
        "--set", action="append", default=[], metavar="RULE:NAME=VALUE", help=text("set a parameter of a rule")
    )


@contextmanager
def audited(arguments: Namespace) -> Iterator[tuple[Store, AuditRun]]:
    """Examine what the options say and yield the store with the run."""
    from ironcage_audit import audit, usual_as_of  # noqa: PLC0415  (loads the SQL profile and the database)

    rules, parameters = _rules(arguments.rules), _parameters(arguments.set)
    named = instant_of(arguments.as_of) if arguments.as_of else None
    with _examined(arguments) as store:
        as_of = usual_as_of(store, SystemClock().now()) if named is None else named
        yield store, audit(store, as_of, rules, parameters, archives=arguments.archive)


@contextmanager
def _examined(arguments: Namespace) -> Iterator[Store]:
    """Yield the store to examine: the database, or one made of the log that was named."""
    if arguments.log is None:
        with opened_store(arguments) as store:
            yield store
        return
    if arguments.map is None:
        raise MapMissingError(log=arguments.log)
    from ironcage.importing import import_log, load  # noqa: PLC0415
    from ironcage.store import Store  # noqa: PLC0415

    store = Store.open(":memory:")
    try:
        import_log(store, arguments.log, load(arguments.map))
        yield store
    finally:
        store.close()


def _rules(names: list[str] | None) -> list[Rule] | None:
    """Return the rules that *names*, ids or families, mean; None for all."""
    if not names:
        return None
    from ironcage_audit.hooks import load  # noqa: PLC0415

    installed = load().rules
    chosen: list[Rule] = []
    for name in names:
        meant = [rule for rule in installed if name in (rule.id, rule.id.partition(".")[0], rule.code)]
        if not meant:
            raise NoSuchRuleError(rule=name)
        chosen += [rule for rule in meant if rule not in chosen]
    return chosen


def _parameters(settings: list[str]) -> dict[str, dict[str, int | str]]:
    found: dict[str, dict[str, int | str]] = {}
    for setting in settings:
        rule, colon, rest = setting.partition(":")
        name, equals, value = rest.partition("=")
        if not colon or not equals:
            raise ParameterOptionError(text=setting)
        found.setdefault(rule, {})[name] = int(value) if value.lstrip("-").isdigit() else value
    return found


def show_results(run: AuditRun) -> list[tuple[str, str, int, int, int, str]]:
    """Return a row a rule: id, title, examined, findings, new ones, and what it did not examine or why it failed."""
    rows: list[tuple[str, str, int, int, int, str]] = []
    for result in run.results:
        notes = [text("{cases} cases: {why}", cases=each.cases, why=each.why) for each in result.not_examined]
        if result.failed is not None:
            notes.insert(0, text("FAILED: {why}", why=result.failed))
        new = sum(finding.is_new for finding in result.findings)
        rows.append(
            (result.rule.id, str(result.rule.title), result.examined, len(result.findings), new, "\n".join(notes))
        )
    return rows
