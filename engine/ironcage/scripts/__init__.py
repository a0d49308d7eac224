"""Scripts: Starlark, a hermetic dialect of Python, run in child processes with hard limits.

A script sees the case data as variables and ``now``, the instant of its step; no clock, no chance, no file, no network.
What it assigns at its top level it brings to the case, unless the name begins with ``_``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.scripts.errors import (
        LANGUAGE,
        ScriptError,
        ScriptFailedError,
        ScriptLanguageError,
        ScriptLimitError,
        ScriptSyntaxError,
        ScriptThrewError,
    )
    from ironcage.scripts.language import VARIABLES, Source, read
    from ironcage.scripts.limits import Limits
    from ironcage.scripts.process import NoScriptsError
    from ironcage.scripts.runner import Runner

_HOMES = {
    "LANGUAGE": "errors",
    "Limits": "limits",
    "NoScriptsError": "process",
    "Runner": "runner",
    "ScriptError": "errors",
    "ScriptFailedError": "errors",
    "ScriptLanguageError": "errors",
    "ScriptLimitError": "errors",
    "ScriptSyntaxError": "errors",
    "ScriptThrewError": "errors",
    "Source": "language",
    "VARIABLES": "language",
    "read": "language",
}
__all__ = [
    "LANGUAGE",
    "VARIABLES",
    "Limits",
    "NoScriptsError",
    "Runner",
    "ScriptError",
    "ScriptFailedError",
    "ScriptLanguageError",
    "ScriptLimitError",
    "ScriptSyntaxError",
    "ScriptThrewError",
    "Source",
    "read",
]


def __getattr__(name: str) -> object:
    # The child process loads the language and never the runner; whoever checks a script, neither.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
