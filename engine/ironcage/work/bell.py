"""What a worker waits by: until the time is over, somebody rings, or there is something to read."""

from __future__ import annotations

import os
import selectors
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Readable(Protocol):
    """What the operating system can wait for: a socket, a connection."""

    def fileno(self) -> int:
        """Return its file descriptor."""
        ...


class Bell:
    """Ends the waiting of one thread; signals and other threads may ring it.

    It is a pair of sockets and not an event of ``threading``: that one may lock itself out where a signal sets it.
    """

    def __init__(self) -> None:
        self.is_stopping = False
        """Whether whoever waits is to finish what is under way, and stop."""
        self._heard, self._rope = socket.socketpair()
        self._heard.setblocking(False)
        self._rope.setblocking(False)

    def ring(self) -> None:
        """End the waiting, or the next one."""
        with suppress(BlockingIOError):  # it rings already
            self._rope.send(b"!")

    def stop(self) -> None:
        """Ring for the end."""
        self.is_stopping = True
        self.ring()

    def wait(self, seconds: float, other: Readable | None = None) -> None:
        """Wait so long, or until it rings, or until there is something to read from *other*."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._heard, selectors.EVENT_READ)
            if other is not None:
                selector.register(other.fileno(), selectors.EVENT_READ)
            selector.select(seconds)
        with suppress(BlockingIOError):
            while self._heard.recv(1024):
                pass

    def __del__(self) -> None:
        self._heard.close()
        self._rope.close()

    @contextmanager
    def rung_by_signals(self, second: Callable[[int], None]) -> Iterator[None]:
        """Stop at SIGTERM or SIGINT inside the block, and call *second* with the number of every further one.

        Only in the main thread of a process.
        """

        def ring(number: int, _frame: FrameType | None) -> None:
            if self.is_stopping:
                second(number)
            self.stop()

        before = [signal.signal(number, ring) for number in _SIGNALS]
        try:
            yield
        finally:
            for number, handler in zip(_SIGNALS, before, strict=True):
                signal.signal(number, handler)


def end_at_once(number: int) -> None:
    """End this process by the signal *number*, whatever is under way."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
