"""What can become of a script instead of an answer.

ScriptError
├── ScriptSyntaxError      it is not Starlark, or more than is run of it
├── ScriptLanguageError    it says that it is in another language
├── ScriptFailedError      it failed, or what it brings is no case data
├── ScriptLimitError       it took too much time or memory, or brings too much; tried once more, it may pass
└── ScriptThrewError       it threw a BPMN error
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.foreign import Foreign
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from ironcage.values import Context


LANGUAGE = "starlark"
"""The language of scripts that are run, as ``ironcage.bpmn.scripts`` names it."""


class ScriptError(RefusedError):
    """A script gave no answer."""

    passes = False
    """Whether it may go well another time: a script itself is deterministic."""


class ScriptSyntaxError(ScriptError):
    """A script is not Starlark, or more than is run of it."""

    message = mark("The script is wrong at line {line}, column {column}: {reason}. Correct it; it is Starlark.")

    def __init__(self, line: int, column: int, reason: str, **fields: object) -> None:
        super().__init__(line=line, column=column, reason=reason, **fields)
        self.line = line
        self.column = column

    def reason(self) -> str:
        """Return what is wrong, in the reader's language."""
        return _reason(self)

    def __str__(self) -> str:
        return text(self.message, **{**self.fields, "reason": self.reason()})


class ScriptLanguageError(ScriptError):
    """A script is in a language that is not run."""

    message = mark(
        "The script is in the language {language!r}; Starlark alone is run. Write it in Starlark with "
        'scriptFormat="starlark", or as a FEEL expression.'
    )


class ScriptFailedError(ScriptError):
    """A script failed where it stands."""

    message = mark("The script failed: {reason}. Correct the script or the data, and let the case go on.")
    placed = mark("The script failed in line {line}: {reason}. Correct the script or the data, and let the case go on.")

    def __str__(self) -> str:
        reason = _reason(self)
        placed = str(self.fields.get("line", "0")) != "0"
        return text(self.placed if placed else self.message, **{**self.fields, "reason": reason})


def _reason(error: ScriptError) -> str:
    fields = {name: Foreign(value) if name == "said" else value for name, value in error.fields.items()}
    return text(str(fields["reason"]), **fields)


class ScriptLimitError(ScriptError):
    """A script was stopped at a limit."""

    message = mark("The script was stopped: {limit}. Let it do less at a time.")
    passes = True

    def __str__(self) -> str:
        return text(self.message, limit=text(str(self.fields["limit"]), **self.fields))


class ScriptThrewError(ScriptError):
    """The script threw the BPMN error known by *code*; *data* is what the error brings to the case."""

    message = mark("The script threw the error {code}.")

    def __init__(self, code: str, data: Context) -> None:
        super().__init__(code=code)
        self.code = code
        self.data = data
