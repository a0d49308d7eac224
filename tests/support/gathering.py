"""Units of work that gather behind others, so that they are brought together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.store import Store, Work


class Together:
    """Lets units gather behind others that hold every lane, and then go together: one lane is free, then the others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(32)
        held = threading.Semaphore(0)

        def hold(gate: threading.Event, _: Work) -> None:
            held.release()
            gate.wait()

        self._lanes = store._database.lanes  # what is tested is what happens when they are taken
        self._gates = [threading.Event() for _ in range(self._lanes)]
        self._holding = [self._threads.submit(store.run, partial(hold, gate)) for gate in self._gates]
        for _ in range(self._lanes):
            held.acquire()

    def bring(self, *units: Callable[[Work], object]) -> list[object]:
        """Return the result of each of *units*, or what it raised."""
        return self.call(*(partial(self._store.run, unit) for unit in units))

    def call(self, *commands: Callable[[], object]) -> list[object]:
        """Return the result of each of *commands*, which brings one unit, or what it raised."""
        brought = []
        for number, command in enumerate(commands):
            brought.append(self._threads.submit(command))
            while len(self._store._grouping._waiting) <= number:
                threading.Event().wait(0.001)
        outcomes: list[object] = []
        for gate, holding in zip(self._gates, self._holding, strict=True):
            gate.set()
            holding.result()
            outcomes = [each.exception() or each.result() for each in brought]
        self._threads.shutdown()
        return outcomes
