"""``ironcage migrate PROCESS --from A --to B``: running cases go on on another version of their process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable

    from ironcage.engine import Engine, MigratedCase, Migration
    from ironcage.migration import Remark
    from ironcage_console.cli.output import Output

_EXAMPLES = 3
"""So many cases of which the same is said are named."""
_OUTCOMES = {
    "migrates": mark("would migrate: {count}"),
    "migrated": mark("migrated: {count}"),
    "refused": mark("cannot migrate: {count}"),
    "undone": mark("back on their version: {count}"),
    "left": mark("left where they are: {count}"),
}
_HINDERED = ("refused", "left")


class WhatToMigrateError(UsageError):
    """Neither a process and two versions were named, nor a migration to take back."""

    message = mark("Name the process and both versions: ironcage migrate PROCESS --from A --to B; or --undo ID.")


class MapOptionError(UsageError):
    """``--map`` is not of the form OLD=NEW."""

    message = mark("--map {found}: write OLD=NEW, the id of an element in the old version and that in the new one.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("process", metavar="PROCESS", nargs="?", help=text("key of the process"))
    parser.add_argument("--from", dest="before", type=int, metavar="A", help=text("the version the cases run on"))
    parser.add_argument("--to", dest="after", type=int, metavar="B", help=text("the version they are to run on"))
    parser.add_argument(
        "--map", action="append", default=[], metavar="OLD=NEW", help=text("an element that has another id; again")
    )
    parser.add_argument("--map-file", type=Path, metavar="FILE", help=text('a TOML file of lines OLD = "NEW"'))
    parser.add_argument("--dry-run", action="store_true", help=text("say what would be done, and do nothing"))
    parser.add_argument("--undo", metavar="ID", help=text("take a migration back, for cases that have not gone on"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=text("why; it is recorded with each case"))
    parser.add_argument("--actor", metavar="A", help=text("who does it"))


def run(arguments: Namespace, output: Output) -> int:
    """Plan or do it, and say of each case what became of it; 1 if some cannot."""
    groups: dict[Group, list[str]] = {}

    def told(case: MigratedCase) -> None:
        output.lines([_line(case)])
        if not output.as_json:
            names = groups.setdefault(Group(case.outcome, _said(case.changes), _said(case.reasons)), [])
            names.append(case.case if len(names) < _EXAMPLES else "")

    with opened_engine(arguments) as engine:
        found = (
            _migrate(engine, arguments, told)
            if arguments.undo is None
            else engine.undo_migration(arguments.undo, reason=arguments.reason, actor=arguments.actor, told=told)
        )
    output.lines([_document(found)])
    if not output.as_json:
        _show(found, groups, output)
    return int(any(found.counts.get(outcome) for outcome in _HINDERED))


class Group(NamedTuple):
    """What is said of cases, which is the same of many."""

    outcome: str
    changes: tuple[str, ...]
    reasons: tuple[str, ...]


def _migrate(engine: Engine, arguments: Namespace, told: Callable[[MigratedCase], None]) -> Migration:
    if arguments.process is None or arguments.before is None or arguments.after is None:
        raise WhatToMigrateError
    route = (arguments.process, arguments.before, arguments.after, _elements(arguments))
    if arguments.dry_run:
        return engine.plan_migration(*route, told=told)
    return engine.migrate(*route, reason=arguments.reason, actor=arguments.actor, told=told)


def _elements(arguments: Namespace) -> dict[str, str]:
    from ironcage.faults import FaultyError  # noqa: PLC0415
    from ironcage.toml import settings  # noqa: PLC0415

    found: dict[str, str] = {}
    if arguments.map_file is not None:
        table, faults = settings(arguments.map_file.read_bytes(), str(arguments.map_file))
        for name in table.left():
            found[name] = table.text(name) or ""
        if faults:
            raise FaultyError(faults)
    for each in arguments.map:
        old, equals, new = each.partition("=")
        if not (old and equals and new):
            raise MapOptionError(found=each)
        found[old] = new
    return found


def _said(remarks: Iterable[Remark]) -> tuple[str, ...]:
    return tuple(
        text("{element}:{line}: {what}", element=each.element, line=each.line, what=each) if each.line else str(each)
        for each in remarks
    )


def _show(found: Migration, groups: dict[Group, list[str]], output: Output) -> None:
    versions = {"process": found.process, "before": found.before, "after": found.after}
    output.say(text("{process}: version {before} to version {after}", **versions))
    for old, new in found.renamed.items():
        output.say(text("  {old} becomes {new}", old=old, new=new))
    if found.gone:
        output.say(text("  not in version {after}: {elements}", after=found.after, elements=", ".join(found.gone)))
    if found.added:
        output.say(text("  new in version {after}: {elements}", after=found.after, elements=", ".join(found.added)))
    for group, names in sorted(groups.items(), key=lambda each: (each[0].outcome in _HINDERED, -len(each[1]))):
        named = [name for name in names if name]
        more = len(names) - len(named)
        output.say()
        output.say(text(_OUTCOMES[group.outcome], count=len(names)))
        output.say("  " + ", ".join(named) + (text(" and {count} more", count=more) if more else ""))
        for sentence in (*group.changes, *group.reasons):
            output.say(f"  - {sentence}")
    output.say()
    _close(found, output)


def _close(found: Migration, output: Output) -> None:
    if not found.counts:
        output.say(text("No open case runs on version {version}.", version=found.before))
    if found.counts.get("refused"):
        output.say(text("What cannot migrate stays on version {version} and is done there.", version=found.before))
        if found.gone:
            output.say(text("Say what an element has become with: --map OLD=NEW"))
    if found.id is None:
        output.say(text("Nothing was done: this is what would be. To do it: --reason TEXT instead of --dry-run"))
    elif found.counts.get("migrated"):
        output.say(text("Take it back with: ironcage migrate --undo {id} --reason TEXT", id=found.id))


def _line(case: MigratedCase) -> dict[str, object]:
    return {
        "type": "case", "case": case.case, "outcome": case.outcome, "changes": _listed(case.changes),
        "reasons": _listed(case.reasons),
    }  # fmt: skip


def _listed(remarks: Iterable[Remark]) -> list[dict[str, object]]:
    return [{"element": each.element, "line": each.line, "what": str(each)} for each in remarks]


def _document(found: Migration) -> dict[str, object]:
    return {
        "type": "migration", "id": found.id, "process": found.process, "from": found.before, "to": found.after,
        "renamed": dict(found.renamed), "gone": list(found.gone), "added": list(found.added),
        "counts": dict(found.counts),
    }  # fmt: skip
