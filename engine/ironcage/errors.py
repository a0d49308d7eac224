"""Every error Ironcage raises on purpose.

    IroncageError
    ├── RefusedError          asked for something the rules do not allow; nothing was changed         exit code 1
    ├── NotFoundError         named something that does not exist                                     exit code 1
    ├── UsageError            the call itself is wrong: a missing file, a setting out of range        exit code 2
    └── SurroundingsError     the world around us failed: database, disk, an extra not installed      exit code 3

The families decide what a caller does about an error; each concrete error stands beside the code that raises it and
names its facts as fields, so that programs read the fields and people read the sentence, in their language.
"""

from __future__ import annotations

from ironcage.messages import mark, text


class IroncageError(Exception):
    """The base of every error raised on purpose.

    A subclass sets ``message``: a sentence saying what happened, where, and what to do, with its fields in braces.
    """

    message = mark("Ironcage could not go on.")

    def __init__(self, **fields: object) -> None:
        super().__init__(fields)
        self.fields = fields

    def __str__(self) -> str:
        return text(self.message, **self.fields)


class RefusedError(IroncageError):
    """What was asked for is not allowed as things stand; nothing was changed."""


class NotFoundError(IroncageError):
    """What was named does not exist."""


class UsageError(IroncageError):
    """The call itself is wrong."""


class SurroundingsError(IroncageError):
    """The database, the disk or the installation failed."""
