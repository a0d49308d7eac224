"""Units of work that gather behind others, so that they are brought together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.store import Store, Work


class Together:
    """Lets units gather behind others that hold every lane, and then all go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(32)
        self._go = threading.Event()
        held = threading.Semaphore(0)

        def hold(_: Work) -> None:
            held.release()
            self._go.wait()

        self._lanes = store._database.lanes  # what is tested is what happens when they are taken
        self._holding = [self._threads.submit(store.run, hold) for _ in range(self._lanes)]
        for _ in range(self._lanes):
            held.acquire()

    def bring(self, *units: Callable[[Work], object]) -> list[object]:
        """Return the result of each of *units*, or what it raised."""
        brought = []
        for number, unit in enumerate(units):
            brought.append(self._threads.submit(self._store.run, unit))
            while len(self._store._grouping._waiting) <= number:
                threading.Event().wait(0.001)
        self._go.set()
        for each in self._holding:
            each.result()
        outcomes = [each.exception() or each.result() for each in brought]
        self._threads.shutdown()
        return outcomes
