"""One child process, from our side: asked a script at a time, and killed when it does not answer in time."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from ironcage.errors import SurroundingsError
from ironcage.messages import mark
from ironcage.scripts.frames import HEAD, Reply, frame
from ironcage.scripts.limits import address_space
from ironcage.values import StoredBytesError, from_bytes

if TYPE_CHECKING:
    from ironcage.scripts.limits import Limits
    from ironcage.values import Context

_START_SECONDS = 30
_PIECE = 1 << 16
_BY_SIGNAL: dict[int, Reply] = {
    signal.SIGXCPU: Reply.OUT_OF_TIME,
    signal.SIGABRT: Reply.OUT_OF_MEMORY,
    signal.SIGSEGV: Reply.OUT_OF_MEMORY,
    signal.SIGBUS: Reply.OUT_OF_MEMORY,
}
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PROGRAM = "import sys; sys.path[:] = sys.argv[4:]; from ironcage.scripts.child import main; main()"


class NoScriptsError(SurroundingsError):
    """The process that runs scripts does not start."""

    message = mark("The process that runs scripts does not start ({reason}). Check the installation of Python.")


class GoneError(Exception):
    """The process did not answer and is no more; *reply* says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply)
        self.reply = reply


class Child:
    """A running child process; one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        """Start it.

        Raises:
            NoScriptsError: it does not start.
        """
        self._limits = limits
        self.runs = 0
        arguments = [str(limits.memory), str(limits.seconds), str(limits.answer)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own program
                [sys.executable, "-I", "-S", "-c", _PROGRAM, *arguments, *_path()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"RUST_BACKTRACE": "0"} | {name: os.environ[name] for name in _KEPT if name in os.environ},
                start_new_session=True,  # a Ctrl-C at the worker's terminal is the worker's alone
            )
        except OSError as error:
            raise NoScriptsError(reason=error) from error
        self.end = weakref.finalize(self, _end, self._process)
        """Ends the process, whatever it is doing; so does losing the last reference, and the end of ours."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        try:
            self._receive(time.monotonic() + _START_SECONDS)
        except GoneError as error:
            raise NoScriptsError(reason=f"exit code {self._process.returncode}") from error
        self._started_with = address_space(self._process.pid)

    def ask(self, request: Context) -> Context:
        """Return what the child answers.

        Raises:
            GoneError: it does not, in time; the process is no more.
        """
        self.runs += 1
        deadline = time.monotonic() + self._limits.wall
        self._send(frame(request), deadline)
        reply = self._receive(deadline)
        if (word := str(reply["is"])) in (Reply.OUT_OF_MEMORY, Reply.DIED):  # its last
            self.end()
            raise GoneError(Reply(word))
        return reply

    def _send(self, content: bytes, deadline: float) -> None:
        rest = memoryview(content)
        while rest:
            self._wait(self._in, selectors.EVENT_WRITE, deadline)
            try:
                rest = rest[os.write(self._in, rest[:_PIECE]) :]
            except BrokenPipeError:
                self._gone(timed_out=False)

    def _receive(self, deadline: float) -> Context:
        size = int.from_bytes(self._read(HEAD, deadline), "big")
        if size > self._limits.answer + HEAD:
            self.end()
            raise GoneError(Reply.TOO_LARGE)
        try:
            return cast("Context", from_bytes(self._read(size, deadline)))
        except StoredBytesError:
            self.end()
            raise GoneError(Reply.DIED) from None

    def _read(self, count: int, deadline: float) -> bytes:
        pieces = []
        while count:
            self._wait(self._out, selectors.EVENT_READ, deadline)
            piece = os.read(self._out, min(count, _PIECE))
            if not piece:
                self._gone(timed_out=False)
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        with selectors.PollSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                self._gone(timed_out=True)

    def _gone(self, *, timed_out: bool) -> NoReturn:
        """End the process and say why it did not answer."""
        if timed_out:
            # Out of memory, it can hang in the attempt to say so.
            reply = Reply.OUT_OF_MEMORY if self._is_half_full() else Reply.OUT_OF_TIME
        else:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            reply = _BY_SIGNAL.get(-(self._process.poll() or 0), Reply.DIED)
        self.end()
        raise GoneError(reply)

    def _is_half_full(self) -> bool:
        return address_space(self._process.pid) > self._started_with + self._limits.memory // 2


def _path() -> list[str]:
    """Return where modules are found: this process's own path, without what depends on the folder it is in."""
    return [folder for folder in sys.path if Path(folder).is_absolute()]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
