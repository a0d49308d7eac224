"""The clock of a database server, by which all who work on it go, however wrong the clocks of their machines are."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from ironcage.errors import SurroundingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros

LOOK_SECONDS = 30.0
"""How long the server's clock is reckoned before it is looked at again."""


class ServerClock:
    """Reckons the server's time by this machine's steady clock, which nobody sets, between two looks at the server's.

    It never goes back: where the server's clock is found to be behind, it stands until that has caught up.
    """

    def __init__(self, ask: Callable[[], Micros], steady: Callable[[], float] = time.monotonic) -> None:
        """Reckon what *ask* tells, by seconds of *steady*."""
        self._ask = ask
        self._steady = steady
        self._lock = threading.Lock()
        self._last = 0
        self._offset = 0
        self._looked = 0.0
        self._look()

    def now(self) -> Micros:
        """Return the present instant of the server."""
        if self._steady() - self._looked > LOOK_SECONDS:
            with suppress(SurroundingsError):  # whoever needs the server itself will say that it is away
                self._look()
        with self._lock:
            self._last = max(self._last, self._offset + round(self._steady() * 1_000_000))
            return self._last

    def _look(self) -> None:
        """Ask the server, and take it that its answer was given half-way between question and answer."""
        asked = self._looked = self._steady()
        found = self._ask()
        self._offset = found - round((asked + self._steady()) / 2 * 1_000_000)
