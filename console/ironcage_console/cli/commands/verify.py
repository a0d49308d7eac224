"""``ironcage verify [--seal FILE ...]``: exit code 1 where the record is not whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage.settings import DEFAULT_DATABASE, database
from ironcage_console.cli.opening import opened_engine, opened_store

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage.record.sealed import Seals
    from ironcage.record.verification import Verification
    from ironcage_console.cli.output import Output


class NoArchiveError(UsageError):
    """The folder is no archive."""

    message = mark("{folder} is no archive: it has no folder of manifests. Name the folder that was archived into.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--seal",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=text("seals to compare with, all that were made"),
    )
    parser.add_argument(
        "--archive",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=text("archives that belong to the record; without a database they are verified by themselves"),
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help=text("the public key that must have signed them"))


def run(arguments: Namespace, output: Output) -> int:
    """Verify the record."""
    from ironcage.record.keys import load_public_key  # noqa: PLC0415
    from ironcage.record.seal import read_seal  # noqa: PLC0415
    from ironcage.record.sealed import Seals  # noqa: PLC0415

    expected = load_public_key(arguments.key) if arguments.key else None
    seals = Seals([read_seal(file) for file in arguments.seal], expected) if arguments.seal else None
    found = _found(arguments, seals)
    for problem in found.problems:
        output.say(str(problem))
    counts = {"cases": found.cases, "events": found.events, "payloads": found.payloads, "problems": len(found.problems)}
    if found.whole:
        output.say(text("The record is whole: {cases} cases, {events} events, {payloads} payloads.", **counts))
    else:
        output.say(text("The record is NOT whole: {problems} problems in {cases} cases, {events} events.", **counts))
    for limit in found.limits():
        output.say(limit)
    output.data(found.to_json())
    return 0 if found.whole else 1


def _found(arguments: Namespace, seals: Seals | None) -> Verification:
    if not arguments.archive:
        with opened_engine(arguments) as engine:
            return engine.verify(seals)
    from ironcage.operations.archive.verifying import verify_with  # noqa: PLC0415
    from ironcage.store.address import DatabaseMissingError  # noqa: PLC0415

    missing = [folder for folder in arguments.archive if not (folder / "manifests").is_dir()]
    if missing:
        raise NoArchiveError(folder=missing[0])
    try:
        with opened_store(arguments) as store:
            return verify_with(store, arguments.archive, seals)
    except DatabaseMissingError:
        if database(arguments.db) != DEFAULT_DATABASE:
            raise
        return verify_with(None, arguments.archive, seals)
