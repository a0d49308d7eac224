"""``ironcage message NAME --to PROCESS/K --data JSON``: prints the case that received it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import case_data, opened_engine
from ironcage_console.cli.showing import jsonable, when

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from ironcage_console.cli.output import Output


class DurationOptionError(UsageError):
    """``--ttl`` is no duration."""

    message = mark("--ttl {found} is no duration of days and time, such as P1D or PT12H.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("name", metavar="NAME", help=text("name of the message"))
    parser.add_argument("--to", metavar="PROCESS/K", help=text("the case it is for"))
    parser.add_argument("--key", metavar="JSON", help=text("the values by which the case is found, a JSON array"))
    parser.add_argument("--data", metavar="JSON", help=text("what the message brings, a JSON object"))
    parser.add_argument("--ttl", metavar="DURATION", help=text("how long to keep it where nothing waits for it"))
    parser.add_argument("--actor", metavar="A", help=text("who does it"))
    parser.add_argument("--channel", metavar="C", help=text("by which channel the message came"))


def run(arguments: Namespace, output: Output) -> int:
    """Give the message to the one that waits for it."""
    with opened_engine(arguments) as engine:
        receipt = engine.message(
            arguments.name,
            case_data(arguments.data),
            to=arguments.to,
            key=_key(arguments.key),
            ttl=_duration(arguments.ttl),
            actor=arguments.actor,
            channel=arguments.channel,
        )
    if receipt.outcome == "started":
        output.say(text("{case}: started by the message", case=receipt.case))
    elif receipt.outcome == "received":
        output.say(text("{case}: received the message", case=receipt.case))
    else:
        output.say(text("Nothing waits for it; kept until {until}.", until=when(receipt.kept_until)))
    output.data(jsonable(receipt))
    return 0


def _key(written: str | None) -> Sequence[object]:
    """Return the values of a key; a value that is no array is a key of one."""
    from ironcage.values import from_json  # noqa: PLC0415

    if written is None:
        return ()
    read = from_json(written)
    return read if isinstance(read, list) else [read]


def _duration(written: str | None) -> timedelta:
    from ironcage.values.temporal import duration_of  # noqa: PLC0415

    if written is None:
        return timedelta()
    try:
        return duration_of(written)
    except ValueError as error:
        raise DurationOptionError(found=written) from error
