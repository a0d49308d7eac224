"""``ironcage key add NAME --scope S | list | revoke NAME``: the keys that open the REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import UsageError
from ironcage.messages import mark, text
from ironcage_console.cli.opening import opened_store
from ironcage_console.cli.showing import jsonable, when
from ironcage_console.cli.verb import declare_verb
from ironcage_console.scope import Scope

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from ironcage_console.cli.output import Output
    from ironcage_console.keys import ApiKey


class KeyNameMissingError(UsageError):
    """``add`` or ``revoke`` was asked for without a name."""

    message = mark("Name the key: ironcage key {verb} NAME")


class ScopeMissingError(UsageError):
    """A key that opens nothing."""

    message = mark("Say what the key opens, one --scope for each: {scopes}.")


def declare(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    declare_verb(parser, ["add", "list", "revoke"], text("what to do with the keys"))
    parser.add_argument("name", nargs="?", metavar="NAME", help=text("name of the key; the record will show it"))
    parser.add_argument(
        "--scope", action="append", choices=[*Scope], default=[], help=text("what the key opens; may be given again")
    )
    parser.add_argument(
        "--topic", action="append", metavar="T", default=[], help=text("only jobs of this topic; may be given again")
    )
    parser.add_argument(
        "--process",
        action="append",
        metavar="P",
        default=[],
        help=text("only cases, tasks, jobs, incidents and messages of this process; may be given again"),
    )


def run(arguments: Namespace, output: Output) -> int:
    """Make a key and show it once, list the keys without their secrets, or revoke one."""
    from ironcage.clock import SystemClock  # noqa: PLC0415
    from ironcage_console.keys import list_keys, make_key, revoke_key  # noqa: PLC0415  (loads the database)

    now = SystemClock().now()
    if arguments.verb != "list" and arguments.name is None:
        raise KeyNameMissingError(verb=arguments.verb)
    if arguments.verb == "add" and not arguments.scope:
        raise ScopeMissingError(scopes=", ".join(Scope))
    with opened_store(arguments) as store:
        if arguments.verb == "add":
            scopes = map(Scope, arguments.scope)
            made = make_key(store, arguments.name, scopes, arguments.topic, now, arguments.process)
            output.say(made.text)
            output.say(text("Keep it now: it is not shown again."))
            output.data({**_document(made.key), "key": made.text})
        elif arguments.verb == "revoke":
            revoked = revoke_key(store, arguments.name, now)
            output.say(text("The key {name} opens nothing any more.", name=revoked.name))
            output.data(_document(revoked))
        else:
            _list(list_keys(store), output)
    return 0


def _list(keys: Sequence[ApiKey], output: Output) -> None:
    output.table(
        [
            text("API key"),
            text("opens"),
            text("topics"),
            text("processes"),
            text("made"),
            text("used"),
            text("revoked"),
        ],
        [
            (
                key.name,
                " ".join(key.scopes),
                " ".join(key.topics),
                " ".join(key.processes),
                when(key.made_at),
                when(key.used_at),
                when(key.revoked_at),
            )
            for key in keys
        ],
    )
    output.data([_document(key) for key in keys])


def _document(key: ApiKey) -> dict[str, object]:
    document = jsonable(key)
    assert isinstance(document, dict)
    return {name: value for name, value in document.items() if name != "id"}
