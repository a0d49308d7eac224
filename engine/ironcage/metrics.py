"""What the process has done since it began, in plain counters: how often, and how much altogether.

They cost next to nothing, know no format and are never reset; the console shows them to whoever collects such figures.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tallied(NamedTuple):
    """What a tally stood at."""

    times: int
    """How often."""
    total: float
    """How much altogether."""


class Tally:
    """How often something happened, and how much of it; any thread may add to it."""

    __slots__ = ("_count", "_lock", "_total")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count, self._total = 0, 0.0

    def add(self, amount: float = 1) -> None:
        """Count one more time, of *amount*."""
        with self._lock:
            self._count += 1
            self._total += amount

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count one more time, of the seconds that the block takes."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(time.perf_counter() - began)

    def read(self) -> Tallied:
        """Return what it stands at."""
        with self._lock:
            return Tallied(self._count, self._total)


STEPS = Tally()
"""Steps of cases that were written, in events; one that other transactions were in the way of counts again."""
GROUPS = Tally()
"""Transactions of units of work, in units: how many shared a commit."""
COMMITS = Tally()
"""The same transactions, in seconds from their beginning to the commit."""
CLAIMS = Tally()
"""Looking for cases whose wake-up is due, in seconds."""
JOBS = Tally()
"""Jobs that this process ran itself and that were answered, in attempts."""
