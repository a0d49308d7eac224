"""``ironcage db upgrade|check|backup``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage.settings import database
from ironcage_console.cli.counts import some
from ironcage_console.cli.opening import opened_store
from ironcage_console.cli.verb import declare_verb

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.store import Store
    from ironcage_console.cli.output import Output


class BackupFileMissingError(UsageError):
    """``backup`` was asked for without a file."""

    message = mark("Where should the backup go? Name a file that does not exist yet: ironcage db backup FILE")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["upgrade", "check", "backup"], text("make or upgrade the tables, check or copy them"))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=text("where the backup goes"))
    parser.add_argument(
        "--sample", type=some, metavar="N", help=text("check about N cases, drawn by lot; without it, all")
    )


def run(arguments: Namespace, output: Output) -> int:
    """Bring the schema to that of this release, say whether the database is sound, or copy it."""
    from ironcage.store import Store  # noqa: PLC0415

    if arguments.verb == "backup" and arguments.file is None:
        raise BackupFileMissingError
    if arguments.verb == "upgrade":
        Store.upgrade(database(arguments.db))
    with opened_store(arguments) as store:
        if arguments.verb == "check":
            return _check(store, arguments.sample, output)
        if arguments.verb == "backup":
            return _backup(store, arguments.file, output)
        output.data({"database": store.place, "current": _say_schema(store, output)})
    return 0


def _say_schema(store: Store, output: Output) -> bool:
    """Say which schema the database has; return whether it is that of this release."""
    from ironcage.store import schema  # noqa: PLC0415

    with store.reading() as connection:
        found = schema.revision(connection)
    newest = schema.revisions()[-1]
    if found == newest:
        output.say(text("The database {place} has the schema of this release.", place=store.place))
    else:
        said = text(
            "The database {place} has schema {found} of a later release; this one, of schema {newest}, can work on it.",
            place=store.place,
            found=found,
            newest=newest,
        )
        output.say(said)
    return found == newest


def _check(store: Store, sample: int | None, output: Output) -> int:
    from ironcage.logs import Happening, log  # noqa: PLC0415
    from ironcage.operations.checking import check  # noqa: PLC0415

    current = _say_schema(store, output)
    found = check(store, sample)
    if not found.sound:
        log(Happening.DATABASE_UNSOUND, troubles=found.count)
    for trouble in found.troubles:
        output.say(str(trouble))
    counted = {"cases": found.cases, "waits": found.waits, "all": found.counts["cases"]}
    if found.sound:
        output.say(text("It is sound: {cases} of {all} cases were compared, {waits} waits have their rows.", **counted))
    else:
        output.say(text("It is NOT sound: {count} troubles in {cases} of {all} cases.", count=found.count, **counted))
    output.data(
        {
            "database": store.place,
            "current": current,
            "revision": found.revision,
            "sound": found.sound,
            "cases": found.cases,
            "waits": found.waits,
            "rows": found.counts,
            "troubles": [trouble.to_json() for trouble in found.troubles],
        }
    )
    return 0 if found.sound else 1


def _backup(store: Store, file: Path, output: Output) -> int:
    from ironcage.logs import Happening, log  # noqa: PLC0415
    from ironcage.store.backup import backup  # noqa: PLC0415

    size = backup(store, file)
    log(Happening.BACKUP_WRITTEN, file=str(file), bytes=size)
    output.say(text("{file}: a whole copy of {place}, {size} bytes.", file=file, place=store.place, size=size))
    output.data({"database": store.place, "file": str(file), "bytes": size})
    return 0
