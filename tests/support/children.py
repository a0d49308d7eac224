"""Processes that a test starts, listens to, lets go on and ends."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ENDED = "(ended)"


class Child:
    """A process that runs a script of Python and says, a line each, what happens to it."""

    def __init__(self, script: str, env: Mapping[str, str], before: Sequence[str] = ()) -> None:
        """Run *script*; the words *before* come before the command, to run it elsewhere."""
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, bufsize=1,
        )  # fmt: skip
        self.heard: list[str] = []
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.strip())
        self._said.put(ENDED)

    def says(self, words: str, seconds: float = 60) -> float:
        """Wait until it says *words*; return after how many seconds it did."""
        begun = time.monotonic()
        while True:
            left = begun + seconds - time.monotonic()
            assert left > 0, f"{words!r} was not said in {seconds} s, but: {self.heard}"
            try:
                self.heard.append(self._said.get(timeout=left))
            except queue.Empty:
                continue
            if words in self.heard[-1]:
                return time.monotonic() - begun
            assert self.heard[-1] != ENDED, f"it ended, and {words!r} was not said, but: {self.heard}"

    def go_on(self) -> None:
        """Let it go on where it halts."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self) -> None:
        """Let it stand still, until it is sent SIGCONT; return once it does."""
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def code(self, seconds: float = 60) -> int:
        """Return its exit code once it has ended."""
        return self.process.wait(seconds)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listening.join(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def until(happens: Callable[[], object], seconds: float = 60) -> float:
    """Do *happens* until it gives something; return after how many seconds it did."""
    begun = time.monotonic()
    while not happens():
        assert time.monotonic() - begun < seconds, "it never came"
        time.sleep(0.1)
    return time.monotonic() - begun
