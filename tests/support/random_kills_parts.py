"""What the processes of ``tests/chaos/test_random_kills.py`` run: an engine whose service keeps what it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ironcage.engine import Engine, jobs
from ironcage.hooks import Plugins, hookimpl
from ironcage.store import Store

if TYPE_CHECKING:
    from ironcage.hooks import Service, ServiceCall
    from ironcage.values import Value


class Asking:
    """A package with one service."""

    def __init__(self, told: str) -> None:
        self._told = Path(told)

    @hookimpl
    def services(self) -> dict[str, Service]:
        return {"ask": self.ask}

    def ask(self, call: ServiceCall) -> Value:
        with self._told.open("a", encoding="utf-8") as file:
            file.write(json.dumps([call.key, f"{call.case} {call.variables['x']}"]) + "\n")
        return call.variables["x"]


def engine_at(url: str, told: str) -> Engine:
    """Return an engine on the database at *url* by the machine's clock."""
    jobs.LEASE = 2_000_000  # whoever was killed with a job is not waited for longer
    return Engine(Store.open(url), plugins=Plugins(Asking(told)))
