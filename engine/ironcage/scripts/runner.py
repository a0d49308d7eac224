"""Runs scripts in a few child processes: a script that does harm is ended with its process, and delays no other."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, cast

from ironcage.clock import instant
from ironcage.messages import mark
from ironcage.scripts.errors import (
    LANGUAGE,
    ScriptFailedError,
    ScriptLanguageError,
    ScriptLimitError,
    ScriptSyntaxError,
    ScriptThrewError,
)
from ironcage.scripts.frames import Reply
from ironcage.scripts.limits import Limits
from ironcage.scripts.process import Child, GoneError
from ironcage.values import NotAValueError, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from types import TracebackType
    from typing import Self

    from ironcage.clock import Micros
    from ironcage.program import Script
    from ironcage.values import Context, Value

_RUNS = 1000
"""After so many scripts a process is replaced, whatever it has kept in its memory."""
_LIMITS = {
    Reply.OUT_OF_TIME: mark("it ran longer than {seconds} seconds"),
    Reply.OUT_OF_MEMORY: mark("it needed more than {memory} MiB of memory"),
    Reply.TOO_LARGE: mark("what it brings to the case is larger than {answer} bytes"),
    Reply.DIED: mark("its process ended, for a reason that is not known"),
}
NO_ANSWER = mark("it ends in a statement, and its answer would be the value of an expression at its end")
NO_VALUE = mark("what it brings is no case data ({said})")


class Runner:
    """A pool of child processes; used by any number of threads at once, each process by one of them at a time.

    A process is started when there is a script for it; leaving the ``with`` block ends them all.
    """

    def __init__(self, limits: Limits | None = None, processes: int = 2) -> None:
        self._limits = limits or Limits()
        self._places = threading.BoundedSemaphore(processes)
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._owner = os.getpid()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the processes: the idle ones at once, one at work when it has answered."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for child in idle:
            child.end()

    def run(self, script: Script, data: Context, now: Micros, zone: tzinfo = UTC, result: str | None = None) -> Context:
        """Return what *script* brings to the case: the variables it changed, or its answer as the variable *result*.

        Raises:
            ScriptLanguageError: it is not in Starlark.
            ScriptSyntaxError: it is not Starlark.
            ScriptFailedError: it failed, or what it brings is no case data.
            ScriptLimitError: it was stopped at a limit.
            ScriptThrewError: it threw a BPMN error.
            NoScriptsError: no process could be started.
        """
        if script.language != LANGUAGE:
            raise ScriptLanguageError(language=script.language)
        request: Context = {"script": script.text, "data": data, "now": instant(now).astimezone(zone)}
        try:
            with self._child() as child:
                reply = child.ask(request)
        except GoneError as error:
            self._refuse(error.reply, {})
            raise
        self._refuse(Reply(str(reply["is"])), reply)
        return _brought(reply, result)

    @contextmanager
    def _child(self) -> Iterator[Child]:
        """Lend a process: an idle one, or a new one; one that did not answer does not come back."""
        with self._places:
            child = self._taken() or Child(self._limits)
            try:
                yield child
            except BaseException:
                child.end()
                raise
            self._put_back(child)

    def _taken(self) -> Child | None:
        with self._lock:
            if self._owner != os.getpid():  # a fork: the processes, and their pipes, are the parent's
                self._owner, self._idle = os.getpid(), []
            return self._idle.pop() if self._idle else None

    def _put_back(self, child: Child) -> None:
        with self._lock:
            if not self._closed and child.runs < _RUNS:
                self._idle.append(child)
                return
        child.end()

    def _refuse(self, reply: Reply, content: Context) -> None:
        fields = cast("dict[str, str]", content.get("fields", {}))
        if reply is Reply.THROWN:
            raise ScriptThrewError(str(content["code"]), _data(content["data"]))
        if reply is Reply.UNREADABLE:
            rest = {name: value for name, value in fields.items() if name not in ("line", "column", "reason")}
            raise ScriptSyntaxError(int(fields["line"]), int(fields["column"]), fields["reason"], **rest)
        if reply is Reply.FAILED:
            raise ScriptFailedError(**fields)
        if reply in _LIMITS:
            limits = self._limits
            raise ScriptLimitError(
                limit=_LIMITS[reply], seconds=limits.seconds, memory=limits.memory >> 20, answer=limits.answer
            )


def _brought(reply: Context, result: str | None) -> Context:
    if result is not None and not reply["answers"]:
        raise ScriptFailedError(reason=NO_ANSWER)
    return _data({result: reply["value"]} if result is not None else reply["variables"])


def _data(found: Value) -> Context:
    try:
        return cast("Context", plain(found))
    except NotAValueError as error:
        raise ScriptFailedError(reason=NO_VALUE, said=error) from error
