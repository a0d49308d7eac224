"""From the words on the command line to a command, and from what it raises to an exit code.

Exit codes: 0 done (findings are a result); 1 refused, or what was checked does not hold; 2 usage, a file that is not
there included; 3 the surroundings: database, disk, an extra that is not installed.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING

from ironcage.errors import IroncageError, NotFoundError, RefusedError, UsageError
from ironcage.messages import LANGUAGES, language, mark, speaking, text
from ironcage_console.cli.commands import COMMANDS
from ironcage_console.cli.output import Output, visible
from ironcage_console.cli.usage import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.messages import Language

DONE, REFUSED, USAGE, SURROUNDINGS = 0, 1, 2, 3
LOG = "IRONCAGE_LOG"
"""The environment variable that says in which form is logged."""


class LogFormError(UsageError):
    """The form of the log is not known."""

    message = mark("{variable} says {form}; it can say json or text.")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command named by *words* (the process's own by default) and return its exit code."""
    words = sys.argv[1:] if words is None else list(words)
    with speaking(_language(words)):
        try:
            return _run(words)
        except (RefusedError, NotFoundError) as error:
            return _complain(error, REFUSED)
        except UsageError as error:
            return _complain(error, USAGE)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            return _complain(text("{file}: there is no such file or folder.", file=error.filename), USAGE)
        except (IroncageError, OSError) as error:
            return _complain(error, SURROUNDINGS)
        except UnicodeEncodeError:
            return _complain(text("An argument holds bytes that are no text in UTF-8. Nothing was changed."), USAGE)
        except KeyboardInterrupt:
            return _complain(text("Interrupted."), 130)


def _run(words: Sequence[str]) -> int:
    with translated():
        parser = _parser(words)
        arguments = parser.parse_args(words)
        if arguments.command is None:
            parser.print_help()
            return USAGE
    _log_as(arguments.logs or os.environ.get(LOG))
    output = Output(as_json=arguments.json, file=arguments.out)
    try:
        code: int = arguments.run(arguments, output)
        output.close()
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads our output has seen enough; Python must not complain again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except BaseException:
        output.abandon()
        raise
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser; only the command that is asked for is loaded, the others stand in the list with their names."""
    parser = argparse.ArgumentParser(
        prog="ironcage",
        description=text("Cases that run by BPMN, are recorded, audited and improved."),
        epilog=text("ironcage COMMAND --help tells about a command."),
    )
    parser.add_argument("--version", action="version", version=_version(words), help=text("show the version and exit"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("language of what is printed"))
    commands = parser.add_subparsers(dest="command", metavar=text("COMMAND"), title=text("commands"))
    asked = next((word for word in words if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=text(summary), description=text(summary))
        if name == asked:
            module = import_module(f"ironcage_console.cli.commands.{name}{'_' if iskeyword(name) else ''}")
            module.declare(command)
            _common(command)
            command.set_defaults(run=module.run)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    shared = command.add_argument_group(text("for every command"))
    shared.add_argument(
        "--db", metavar="URL", help=text("database; else IRONCAGE_DATABASE, else sqlite:///ironcage.db")
    )
    shared.add_argument("--json", action="store_true", help=text("print machine-readable output"))
    shared.add_argument(
        "--logs",
        choices=["json", "text"],
        help=text("write to standard error what happens, a line each; else as IRONCAGE_LOG says, else nothing"),
    )
    shared.add_argument("--out", metavar="FILE", help=text("write the output to a file"))
    shared.add_argument(
        "--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=text("language of what is printed")
    )


def _version(words: Sequence[str]) -> str:
    if "--version" not in words:
        return ""
    from importlib.metadata import version  # noqa: PLC0415  (reading the metadata takes longer than all the rest)

    return version("ironcage")


def _language(words: Sequence[str]) -> Language:
    """Return the language asked for by ``--lang``; it must be known before the parser speaks."""
    for position, word in enumerate(words):
        asked = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and position + 1 < len(words):
            asked = words[position + 1]
        for known in LANGUAGES:
            if asked == known:
                return known
    return language()


def _log_as(form: str | None) -> None:
    if not form:
        return
    from ironcage.logs import FORMS, configure  # noqa: PLC0415 - most commands log nothing

    for known in FORMS:
        if form == known:
            configure(known)
            return
    raise LogFormError(form=form, variable=LOG)


def _complain(error: IroncageError | OSError | str, code: int) -> int:
    from ironcage.logs import Happening, kind_of, log  # noqa: PLC0415

    happening = Happening.COMMAND_FAILED if code == SURROUNDINGS else Happening.COMMAND_REFUSED
    log(happening, error=kind_of(error) if isinstance(error, Exception) else None, code=code)
    said = error.at_the_command_line() if isinstance(error, IroncageError) else str(error)
    print(visible(said), file=sys.stderr)
    return code
