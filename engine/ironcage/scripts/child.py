"""The process that runs scripts: reads a frame, runs, writes a frame, until its input ends.

It is started by ``ironcage.scripts.process`` with nothing open but its two pipes, and limits itself before it takes
the first script: memory, processor time a script, no file that grows, no further process.
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from ironcage.scripts.errors import ScriptSyntaxError, ScriptThrewError
from ironcage.scripts.evaluation import Wrong, evaluate
from ironcage.scripts.frames import Reply, frame, read_frame, write_frame
from ironcage.scripts.language import read
from ironcage.scripts.limits import address_space

if TYPE_CHECKING:
    from ironcage.values import Context

_INPUT, _OUTPUT = 0, 1
_TOO_MUCH = ("memory", "capacity", "AlignedSize")
"""What Rust says of, when there is no room."""
_FILES = 8
"""The pipes, and what reads the rules of a time zone."""


def main() -> None:
    """Run scripts with the limits of the command line: bytes of memory, processor seconds, bytes of an answer."""
    memory, seconds, size = map(int, sys.argv[1:4])
    evaluate(read("x = 1 - 0.5"), {}, datetime(1970, 1, 1, tzinfo=UTC))  # all is loaded before the door is shut
    _shut(memory)
    write_frame(_OUTPUT, frame({"is": Reply.DONE.value}))
    while (request := read_frame(_INPUT)) is not None:
        _allow(seconds)
        write_frame(_OUTPUT, _answer(cast("Context", request), size))


def _shut(memory: int) -> None:
    """Take from this process whatever a script needs none of; *memory* comes on top of what it has now."""
    for kind, most in (
        (resource.RLIMIT_AS, address_space(os.getpid()) + memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(kind, (most, most))


def _allow(seconds: int) -> None:
    """Allow *seconds* more of processor time; after them the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(request: Context, size: int) -> bytes:
    try:
        answer = frame(_outcome(request))
    except BaseException as error:  # noqa: BLE001 - what Rust says when it gives up is no Exception; it is the end
        full = isinstance(error, MemoryError) or any(word in str(error) for word in _TOO_MUCH)
        write_frame(_OUTPUT, frame({"is": (Reply.OUT_OF_MEMORY if full else Reply.DIED).value}))
        os._exit(1)
    return answer if len(answer) <= size else frame({"is": Reply.TOO_LARGE.value})


def _outcome(request: Context) -> Context:
    try:
        source = read(cast("str", request["script"]))
        found = evaluate(source, cast("Context", request["data"]), cast("datetime", request["now"]))
    except ScriptSyntaxError as error:
        return {"is": Reply.UNREADABLE.value, "fields": {name: str(value) for name, value in error.fields.items()}}
    except Wrong as error:
        place = {"line": str(error.line), "column": str(error.column)}
        return {"is": Reply.FAILED.value, "fields": {**error.fields, **place, "reason": error.reason}}
    except ScriptThrewError as error:
        return {"is": Reply.THROWN.value, "code": error.code, "data": error.data}
    return {"is": Reply.DONE.value, "variables": found.variables, "value": found.value, "answers": source.answers}


if __name__ == "__main__":
    main()
