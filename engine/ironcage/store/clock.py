"""The clock of a database server, by which all who work on it go, however wrong the clocks of their machines are."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from ironcage.errors import SurroundingsError
from ironcage.logs import Happening, log

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros

LOOK_SECONDS = 30.0
"""How long the server's clock is reckoned before it is looked at again."""
PACE = 0.5
"""How fast time goes while the server's clock is behind what was told already."""
SET_BACK_SECONDS = 60.0
"""A clock that is behind by more was set back, and people are told."""


class ServerClock:
    """Reckons the server's time by this machine's steady clock, which nobody sets, between two looks at the server's.

    It never goes back: where the server's clock is found to be behind, it goes at half its pace until that has caught
    up (``docs/decisions/0025-a-clock-that-is-set-back.md``).
    """

    def __init__(self, ask: Callable[[], Micros], steady: Callable[[], float] = time.monotonic) -> None:
        """Reckon what *ask* tells, by seconds of *steady*."""
        self._ask = ask
        self._steady = steady
        self._lock = threading.Lock()
        self._last = 0
        self._told = 0.0
        self._offset = 0
        self._looked = 0.0
        self._is_set_back = False
        self._look()

    def now(self) -> Micros:
        """Return the present instant of the server."""
        if self._steady() - self._looked > LOOK_SECONDS:
            with suppress(SurroundingsError):  # whoever needs the server itself will say that it is away
                self._look()
        with self._lock:
            steady = self._steady()
            slowly = self._last + round((steady - self._told) * PACE * 1_000_000)
            self._last, self._told = max(slowly, self._offset + round(steady * 1_000_000)), steady
            return self._last

    def _look(self) -> None:
        """Ask the server, and take it that its answer was given half-way between question and answer."""
        asked = self._looked = self._steady()
        found = self._ask()
        self._offset = found - round((asked + self._steady()) / 2 * 1_000_000)
        behind = (self._last - found) / 1_000_000
        if behind > SET_BACK_SECONDS and not self._is_set_back:
            log(Happening.CLOCK_SET_BACK, seconds=round(behind))
        self._is_set_back = behind > SET_BACK_SECONDS
