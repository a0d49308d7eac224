"""Several workers, each in a process of its own, under a parent that begins them anew and lets them finish."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from ironcage.messages import mark, text
from ironcage.work.patience import Pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.work.bell import Bell

SUPERVISED = "IRONCAGE_SUPERVISED"
"""The environment variable by which a worker knows that its parent holds the other end of its standard input.

It holds the number of the worker, from 1.
"""
LOOK_SECONDS = 0.2
"""How often the parent looks after its workers."""
STEADY_SECONDS = 60.0
"""A worker that lived so long was sound: the one in its place begins without a long pause."""
USAGE = 2
"""The exit code of a call that is wrong, and would be as wrong the next time."""

_KILLED = mark("Worker {number} (process {pid}) was ended by {signal}; another takes its place in {seconds} s.")
_ENDED = mark("Worker {number} (process {pid}) ended with exit code {code}; another takes its place in {seconds} s.")
_NOT_BEGUN = mark("Worker {number} could not be started ({reason}); it is tried again in {seconds} s.")


class Supervisor:
    """Keeps a number of worker processes running until the bell rings for the end; holds nothing that could be lost."""

    def __init__(
        self, command: Sequence[str], count: int, bell: Bell, say: Callable[[str], None], *,
        environment: dict[str, str] | None = None, pauses: Callable[[], Pauses] = Pauses,
    ) -> None:  # fmt: skip
        """Supervise *count* processes of *command*.

        Args:
            command: what runs one worker, which must call ``drained_by_parent``.
            count: how many.
            bell: rings for the end.
            say: tells people.
            environment: what the processes find in theirs beside what this one has.
            pauses: makes the pauses before a worker that died is begun anew.
        """
        self._bell = bell
        self._say = say
        self.is_hurried = False
        """Whether the workers are to end at once, whatever is under way."""
        self.restarts = 0
        surroundings = {**os.environ, **(environment or {})}
        self._places = [_Place(number, command, surroundings, pauses()) for number in range(1, count + 1)]

    def run(self) -> int:
        """Supervise until the bell rings for the end, and return the exit code once every worker has ended."""
        code = 0
        try:
            while not self._bell.is_stopping and not code:
                code = max(self._look(place) for place in self._places)
                self._bell.wait(LOOK_SECONDS)
            self._drain()
        finally:
            for place in self._places:
                place.kill()
        return code

    def hurry(self, _signal: int = 0) -> None:
        """Let the workers end at once."""
        self.is_hurried = True
        self._bell.ring()

    def _look(self, place: _Place) -> int:
        """Begin what is to be begun, tell what has ended; return the exit code where it is of no use to go on."""
        ended = place.ended()
        if ended is None:
            reason = place.begin()
            if reason:
                self._say(text(_NOT_BEGUN, number=place.number, reason=reason, seconds=place.put_off()))
            return 0
        if ended == USAGE:
            return ended
        self.restarts += 1
        facts = {"number": place.number, "pid": place.pid, "seconds": place.put_off()}
        if ended < 0:
            self._say(text(_KILLED, signal=_name_of(-ended), **facts))
        else:
            self._say(text(_ENDED, code=ended, **facts))
        return 0

    def _drain(self) -> None:
        """Let every worker finish what is under way."""
        for place in self._places:
            place.drain()
        while not self.is_hurried and any(place.is_running() for place in self._places):
            self._bell.wait(LOOK_SECONDS)


class _Place:
    """The place of one worker, and the process that fills it, if one does."""

    def __init__(self, number: int, command: Sequence[str], environment: dict[str, str], pauses: Pauses) -> None:
        self.number = number
        self.pid = 0
        self._command = command
        self._environment = {**environment, SUPERVISED: str(number)}
        self._pauses = pauses
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0
        self._due = 0.0

    def begin(self) -> str | None:
        """Start the process where there is none and its time has come; return why it could not be done."""
        if self._process is not None or time.monotonic() < self._due:
            return None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=self._environment
            )
        except OSError as error:
            return str(error)
        self.pid, self._begun = self._process.pid, time.monotonic()
        return None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ended(self) -> int | None:
        """Return the exit code of a process that has ended, once; the place is empty then."""
        code = self._process.poll() if self._process else None
        if code is not None:
            self._close()
            self._process = None
        return code

    def put_off(self) -> float:
        """Let the next process begin later; return after how many seconds."""
        if time.monotonic() - self._begun > STEADY_SECONDS:
            self._pauses.reset()
        pause = self._pauses.next()
        self._due = time.monotonic() + pause
        return round(pause, 1)

    def drain(self) -> None:
        """Let the process finish what is under way: its standard input ends."""
        self._close()

    def kill(self) -> None:
        """End the process at once, if it runs."""
        self._close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def drained_by_parent(bell: Bell) -> bool:
    """Let *bell* ring for the end when the parent that supervises this process says so, or is gone.

    Returns whether there is such a parent.
    """
    if SUPERVISED not in os.environ:
        return False

    def listen() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        bell.stop()

    threading.Thread(target=listen, daemon=True).start()
    return True


def number_of_worker() -> int:
    """Return which of the workers of its parent this process is, from 1; 1 where it has no parent."""
    return int(os.environ.get(SUPERVISED, "1"))


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
