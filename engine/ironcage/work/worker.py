"""A loop over the engine's background work. It holds nothing itself: any number may run, and any may be killed."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ironcage.errors import SurroundingsError
from ironcage.work.bell import Bell, end_at_once
from ironcage.work.ear import Ear
from ironcage.work.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.engine import Engine

POLL_SECONDS = 5.0
"""The longest sleep: what another process has scheduled is found after that, if no hint of it was heard."""
SHORTEST_SECONDS = 0.05
"""The shortest: what is due now and was not done is in another worker's hands."""
AT_A_TIME = 100
UPKEEP_SECONDS = 600.0
"""How often the worker tidies up."""


class Worker:
    """Wakes the due cases of an engine and runs its jobs."""

    def __init__(
        self,
        engine: Engine,
        poll_seconds: float = POLL_SECONDS,
        bell: Bell | None = None,
        say: Callable[[str], None] | None = None,
        upkeep: Callable[[Engine], object] | None = None,
    ) -> None:
        """Make a worker that stops when *bell* rings for the end, and tells people by *say*, else the log of Python.

        *upkeep* tidies up what nobody waits for: at the beginning, and every ten minutes.
        """
        self.engine = engine
        self.bell = bell or Bell()
        self._poll_seconds = max(SHORTEST_SECONDS, poll_seconds)
        self._upkeep = upkeep
        self._tidy_at = 0.0
        self._patience = Patience(self.bell, say or logging.getLogger("ironcage.work").warning)

    def run(self) -> None:
        """Work until ``stop``; what is under way then is finished first.

        A database that cannot be reached is waited for; whatever was under way then was not kept, and is done again.
        """
        ear = Ear(self.engine.store)
        try:
            while not self.bell.is_stopping:
                ear.open()
                try:
                    self._tidy()
                    rest = 0.0 if self.work() else self.rest()
                except SurroundingsError as error:
                    ear.close()  # its connection may be as lost, without a word
                    self._patience.wait(error)
                    continue
                self._patience.end()
                if rest:
                    ear.rest(self.bell, rest)
        finally:
            ear.close()

    def stop(self) -> None:
        """Let ``run`` return after what it is doing now."""
        self.bell.stop()

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Stop at SIGTERM or SIGINT inside the block, at a second one at once; only in the main thread of a process."""
        with self.bell.rung_by_signals(second=end_at_once):
            yield

    def _tidy(self) -> None:
        if self._upkeep is not None and time.monotonic() >= self._tidy_at:
            self._upkeep(self.engine)
            self._tidy_at = time.monotonic() + UPKEEP_SECONDS

    def work(self) -> bool:
        """Do one round of what is due now; return whether there was anything."""
        woken = self.engine.wake(AT_A_TIME)
        answered = self.engine.run_jobs(AT_A_TIME)
        return bool(woken.steps or woken.incidents or woken.delivered or woken.expired or answered)

    def rest(self) -> float:
        """Return how many seconds to sleep: until the next thing is due, but not longer than the poll interval."""
        planned = [at for at in (self.engine.next_wake(), self.engine.next_job()) if at is not None]
        if not planned:
            return self._poll_seconds
        until = (min(planned) - self.engine.clock.now()) / 1_000_000
        return min(self._poll_seconds, max(SHORTEST_SECONDS, until))
