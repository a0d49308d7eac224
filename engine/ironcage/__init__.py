"""Ironcage: BPMN cases that run, are recorded, audited and improved.

What is named here is public. It is loaded when it is first asked for, so that importing the package costs next to
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.clock import SystemClock, VirtualClock
    from ironcage.definitions import Definition, load
    from ironcage.engine import Engine
    from ironcage.errors import IroncageError, NotFoundError, RefusedError, SurroundingsError, UsageError
    from ironcage.messages import Text
    from ironcage.store import Store
    from ironcage.work import Worker

__all__ = [
    "Definition",
    "Engine",
    "IroncageError",
    "NotFoundError",
    "RefusedError",
    "Store",
    "SurroundingsError",
    "SystemClock",
    "Text",
    "UsageError",
    "VirtualClock",
    "Worker",
    "load",
]

_HOMES = {
    "Definition": "definitions",
    "Engine": "engine",
    "IroncageError": "errors",
    "NotFoundError": "errors",
    "RefusedError": "errors",
    "Store": "store",
    "SurroundingsError": "errors",
    "SystemClock": "clock",
    "Text": "messages",
    "UsageError": "errors",
    "VirtualClock": "clock",
    "Worker": "work",
    "load": "definitions",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
