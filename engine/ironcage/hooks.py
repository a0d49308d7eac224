"""What an installed package may bring to the engine, a function each.

A package declares an entry point in the group ``ironcage`` that names a module; the module defines any of the hooks
below, each marked with ``@hookimpl``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import pluggy

from ironcage.errors import IroncageError, SurroundingsError
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.metadata import EntryPoint
    from pathlib import Path

    from ironcage.store import Store
    from ironcage.values import Context, Value

PROJECT = "ironcage"
Answer = TypeVar("Answer")
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
    """1 for the first, and for the first after somebody had it tried again."""
    variables: Context
    """The case data as they were when the call was taken; a copy."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the model tells the service beside the data."""


Service: TypeAlias = "Callable[[ServiceCall], Value]"
"""A service function: its answer is kept in the variable that the service task names."""


class BpmnError(IroncageError):
    """What a service function raises to end its task in a BPMN error, which the model may catch by its code."""

    message = mark("The service ended in the BPMN error {code}.")

    def __init__(self, code: str, data: Mapping[str, object] | None = None) -> None:
        """Make the error *code*, which brings *data* to the case."""
        super().__init__(code=code)
        self.code = code
        self.data = dict(data or {})


class GiveUpError(IroncageError):
    """What a service function raises when trying again would not help: the job is an incident at once.

    A subclass says in ``message`` what is the matter.
    """

    message = mark("The service cannot do it, and trying again would not help.")


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


@dataclass(frozen=True, slots=True)
class Broken:
    """What a plugin brings that cannot be used, and why; everything else goes on without it."""

    plugin: str
    why: str


class Plugins:
    """The installed plugins, asked through typed functions; one that fails is named, and the others are asked."""

    def __init__(self, *plugins: object) -> None:
        """Take *plugins* and no others."""
        self._managers: list[tuple[str, pluggy.PluginManager]] = []
        self.broken: list[Broken] = []
        """What could not be used so far, each once."""
        self._pending: list[EntryPoint] = []
        for plugin in plugins:
            self._take(type(plugin).__name__, plugin)

    @classmethod
    def installed(cls) -> Plugins:
        """Return the plugins of every installed package; each is loaded when the first hook is called."""
        found = cls()
        found._pending += entry_points(group=PROJECT)
        return found

    def process_folders(self) -> list[Path]:
        """Return the process folders that packages bring."""

        def ask(manager: pluggy.PluginManager) -> list[Path]:
            return [folder for folders in manager.hook.process_folders() for folder in folders]

        return [folder for folders in self._asked(ask) for folder in folders]

    def services(self) -> dict[str, Service]:
        """Return the service functions that packages bring.

        Raises:
            DoubleServiceError: two bring one of the same name.
        """

        def ask(manager: pluggy.PluginManager) -> list[tuple[str, Service]]:
            return [pair for brought in manager.hook.services() for pair in brought.items()]

        found: dict[str, Service] = {}
        for pairs in self._asked(ask):
            for name, service in pairs:
                if name in found:
                    raise DoubleServiceError(service=name)
                found[name] = service
        return found

    def case_erased(self, store: Store, case: str) -> list[str]:
        """Let every package erase what it keeps of *case*; return what could not be erased.

        A package that cannot be asked may keep something, so it is named among what could not be erased.
        """

        def ask(manager: pluggy.PluginManager) -> list[str]:
            answers = manager.hook.case_erased(store=store, case=case)
            return [sentence for sentences in answers for sentence in sentences]

        remaining = [sentence for sentences in self._asked(ask) for sentence in sentences]
        return remaining + [
            text("What plugin {plugin} keeps of the case was not erased: {why}", plugin=each.plugin, why=each.why)
            for each in self.broken
        ]

    def _take(self, name: str, plugin: object) -> None:
        # A manager each: what a plugin does wrong when it is taken or asked then concerns no other.
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(_SPECIFICATION)
        manager.register(plugin, name)
        self._managers.append((name, manager))

    def _asked(self, ask: Callable[[pluggy.PluginManager], Answer]) -> Iterator[Answer]:
        while self._pending:
            entry = self._pending.pop(0)
            try:
                self._take(entry.name, entry.load())
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the others go on
                self._break(entry.name, error)
        for name, manager in self._managers:
            try:
                answer = ask(manager)
            except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the others are asked
                self._break(name, error)
            else:
                yield answer

    def _break(self, plugin: str, error: Exception) -> None:
        broken = Broken(plugin, f"{type(error).__name__}: {error}")
        if broken not in self.broken:
            self.broken.append(broken)
