"""``ironcage verify [--seal FILE ...]``: exit code 1 where the record is not whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.messages import text
from ironcage_console.cli.opening import opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


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
    parser.add_argument("--key", type=Path, metavar="FILE", help=text("the public key that must have signed them"))


def run(arguments: Namespace, output: Output) -> int:
    """Verify the record."""
    from ironcage.record.keys import load_public_key  # noqa: PLC0415
    from ironcage.record.seal import read_seal  # noqa: PLC0415
    from ironcage.record.sealed import Seals  # noqa: PLC0415

    expected = load_public_key(arguments.key) if arguments.key else None
    seals = Seals([read_seal(file) for file in arguments.seal], expected) if arguments.seal else None
    with opened_engine(arguments) as engine:
        found = engine.verify(seals)
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
