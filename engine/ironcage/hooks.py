"""What an installed package may bring to the engine, a function each.

A package declares an entry point in the group ``ironcage`` that names a module; the module defines any of the hooks
below, each marked with ``@hookimpl``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pluggy

from ironcage.errors import SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from ironcage.store import Store
    from ironcage.values import Context, Value

PROJECT = "ironcage"
hookimpl = pluggy.HookimplMarker(PROJECT)
_hookspec = pluggy.HookspecMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A call of a service function on behalf of a case; it may be repeated, always with the same *key*."""

    key: str
    """Stable over repetitions: whoever receives it twice has received one call."""
    case: str
    """``PROCESS/KEY``."""
    element: str
    attempt: int
    """1 for the first."""
    variables: Context
    """The case data as they were when the call was taken; a copy."""


Service: TypeAlias = "Callable[[ServiceCall], Value]"
"""A service function: its answer is kept in the variable that the service task names."""


class DoubleServiceError(SurroundingsError):
    """Two packages bring services of one name."""

    message = mark("Two installed packages bring a service called {service}. Uninstall one of them.")


@_hookspec
def process_folders() -> Iterable[Path]:
    """Return process folders, each with its ``process.toml``, to be found by name."""
    return ()


@_hookspec
def services() -> Mapping[str, Service]:
    """Return functions that service tasks call, by the name the models use."""
    return {}


@_hookspec
def case_erased(store: Store, case: str) -> Iterable[str]:
    """Erase what this package keeps of the personal data of *case*, ``PROCESS/KEY``.

    Called inside the erasure's unit of work, to which units opened on *store* belong. Returns a sentence for each thing
    that could not be erased.
    """
    del store, case
    return ()


_SPECIFICATION = sys.modules[__name__]


class Plugins:
    """The installed plugins, asked through typed functions."""

    def __init__(self, *plugins: object) -> None:
        """Take *plugins* and no others."""
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(_SPECIFICATION)
        for plugin in plugins:
            self._manager.register(plugin)

    @classmethod
    def installed(cls) -> Plugins:
        """Return the plugins of every installed package."""
        found = cls()
        found._manager.load_setuptools_entrypoints(PROJECT)
        return found

    def process_folders(self) -> list[Path]:
        """Return the process folders that packages bring."""
        return [folder for folders in self._manager.hook.process_folders() for folder in folders]

    def services(self) -> dict[str, Service]:
        """Return the service functions that packages bring.

        Raises:
            DoubleServiceError: two bring one of the same name.
        """
        found: dict[str, Service] = {}
        for brought in self._manager.hook.services():
            for name, service in brought.items():
                if name in found:
                    raise DoubleServiceError(service=name)
                found[name] = service
        return found

    def case_erased(self, store: Store, case: str) -> list[str]:
        """Let every package erase what it keeps of *case*; return what could not be erased."""
        answers = self._manager.hook.case_erased(store=store, case=case)
        return [sentence for sentences in answers for sentence in sentences]
