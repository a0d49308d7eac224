"""A loop over the engine's background work. It holds nothing itself: any number may run, and any may be killed."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.engine import Engine

POLL_SECONDS = 5.0
"""The longest sleep: what another process has scheduled is found after that."""
AT_A_TIME = 100


class Worker:
    """Wakes the due cases of an engine and runs its jobs."""

    def __init__(self, engine: Engine, poll_seconds: float = POLL_SECONDS) -> None:
        self.engine = engine
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until ``stop``; what is under way then is finished first."""
        while not self._stopping.is_set():
            if not self.work():
                self._stopping.wait(self.rest())

    def stop(self) -> None:
        """Let ``run`` return after what it is doing now."""
        self._stopping.set()

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        """Stop at SIGTERM or SIGINT inside the block; only in the main thread of a process."""
        signals = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, lambda *_: self.stop()) for number in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)

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
        return min(self._poll_seconds, max(0.0, (min(planned) - self.engine.clock.now()) / 1_000_000))
