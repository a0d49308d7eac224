"""``ironcage archive --before DATE FOLDER``: moves cases that are over into Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.instants import day_or_instant_of
from ironcage_console.cli.opening import opened_store
from ironcage_console.cli.progress import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.operations.archive.archiving import Archived
    from ironcage.store import Store
    from ironcage_console.cli.output import Output


class WhatToArchiveError(UsageError):
    """Neither of the two things the command does was asked for."""

    message = mark(
        "Say which cases to archive, those over before a day: --before 2012-01-01; or which to bring back: "
        "--bring-back PROCESS/K"
    )


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=text("the archive"))
    parser.add_argument(
        "--before",
        metavar="DATE",
        help=text("archive the cases that were over before: a day, from its beginning in UTC, or an instant"),
    )
    parser.add_argument("--bring-back", metavar="PROCESS/K", help=text("move this case back into the database"))


def run(arguments: Namespace, output: Output) -> int:
    """Archive what is over, or bring a case back."""
    if (arguments.before is None) == (arguments.bring_back is None):
        raise WhatToArchiveError
    with opened_store(arguments) as store:
        if arguments.bring_back is not None:
            return _bring_back(store, arguments, output)
        return _archive(store, arguments, output)


def _archive(store: Store, arguments: Namespace, output: Output) -> int:
    from ironcage.clock import SystemClock  # noqa: PLC0415
    from ironcage.operations.archive.archiving import archive_cases  # noqa: PLC0415

    before = day_or_instant_of(arguments.before)
    with progress(text("archiving")) as moved:
        done = archive_cases(store, arguments.folder, before, SystemClock().now(), moved)
    for problem in done.left:
        output.say(text("Left where it is: {problem}", problem=problem))
    counts = {"cases": done.cases, "events": done.rows.get("events", 0), "bundles": len(done.bundles)}
    output.say(
        text("{folder}: {cases} cases, {events} events, {bundles} bundles archived.", folder=arguments.folder, **counts)
    )
    output.data(_document(arguments.folder, done))
    return 1 if done.left else 0


def _document(folder: Path, done: Archived) -> dict[str, object]:
    return {
        "folder": str(folder),
        "cases": done.cases,
        "rows": done.rows,
        "bundles": done.bundles,
        "left": [problem.to_json() for problem in done.left],
    }


def _bring_back(store: Store, arguments: Namespace, output: Output) -> int:
    from ironcage.operations.archive.returning import bring_back  # noqa: PLC0415

    bring_back(store, arguments.folder, arguments.bring_back)
    output.say(text("{case}: back in the database; nothing of it is in the archive.", case=arguments.bring_back))
    output.data({"folder": str(arguments.folder), "case": arguments.bring_back})
    return 0
