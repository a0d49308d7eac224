"""``ironcage seal --key FILE --to SEAL.json``: signs the heads of all cases that changed since the seals before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_engine

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from ironcage_console.cli.output import Output


class NotWholeError(RefusedError):
    """A record that is not whole is not sealed: the seal would vouch for what is wrong in it."""

    message = mark("The record has {problems} problems and is not sealed. See: ironcage verify")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--key",
        type=Path,
        required=True,
        metavar="FILE",
        help=text("the secret key, PEM; keep it away from the database"),
    )
    parser.add_argument("--new-key", action="store_true", help=text("create the key first"))
    parser.add_argument(
        "--after",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=text("the seals made before, all of them"),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Print the seal, or write it with ``--out``; keep it where the owner of the database cannot change it."""
    from ironcage.record.keys import create_key, load_key  # noqa: PLC0415
    from ironcage.record.seal import read_seal  # noqa: PLC0415
    from ironcage.record.sealed import Seals  # noqa: PLC0415

    earlier = [read_seal(file) for file in arguments.after]
    key = create_key(arguments.key) if arguments.new_key else load_key(arguments.key)
    with opened_engine(arguments) as engine:
        found = engine.verify(Seals(earlier) if earlier else None)
        if not found.whole:
            raise NotWholeError(problems=len(found.problems))
        made = engine.seal(key, earlier)
    output.write(made.to_json())
    return 0
