"""Every error Ironcage raises on purpose.

    IroncageError
    ├── RefusedError          asked for something the rules do not allow; nothing was changed         exit code 1
    ├── NotFoundError         named something that does not exist                                     exit code 1
    ├── UsageError            the call itself is wrong: a missing file, a setting out of range        exit code 2
    └── SurroundingsError     the world around us failed: database, disk                              exit code 3
        └── ExtraMissingError     an extra is not installed: the same for ever, until somebody installs it

The families decide what a caller does about an error; each concrete error stands beside the code that raises it and
names its facts as fields, so that programs read the fields and people read the sentence, in their language.

The sentence names no option and no field of a request: the same refusal is met at the command line, over HTTP and in a
host. Where one of them has words of its own for what to do, they stand beside the sentence, in ``ways``.
"""

from __future__ import annotations

from typing import NamedTuple

from ironcage.messages import mark, text


class Ways(NamedTuple):
    """What to do about an error, in the words of who asked; empty where the sentence says all."""

    command: str = ""
    """At the command line."""
    request: str = ""
    """In a request to the REST API."""


class IroncageError(Exception):
    """The base of every error raised on purpose.

    A subclass sets ``message``: a sentence saying what happened, where, and what to do, with its fields in braces.
    """

    message = mark("Ironcage could not go on.")
    ways = Ways()

    def __init__(self, **fields: object) -> None:
        super().__init__(fields)
        self.fields = fields

    def __str__(self) -> str:
        return text(self.message, **self.fields)

    def at_the_command_line(self) -> str:
        """Return the sentence, and what to do at the command line."""
        return self._with(self.ways.command)

    def in_a_request(self) -> str:
        """Return the sentence, and what to do in a request to the REST API."""
        return self._with(self.ways.request)

    def _with(self, way: str) -> str:
        return text("{sentence} {way}", sentence=self, way=text(way, **self.fields)) if way else str(self)


class RefusedError(IroncageError):
    """What was asked for is not allowed as things stand; nothing was changed."""


class NotFoundError(IroncageError):
    """What was named does not exist."""


class UsageError(IroncageError):
    """The call itself is wrong."""


class SurroundingsError(IroncageError):
    """The database, the disk or the installation failed."""


class ExtraMissingError(SurroundingsError):
    """A package is not installed; to wait for it mends nothing."""
