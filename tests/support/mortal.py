"""A process that gives commands and is killed at the instant of a commit; each in a child of its own, forked from one.

``python mortal.py URL`` reads a command, a number and an instant a line, and answers how the child ended.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from hosting import driver
from made import Made, end, message, program, start, task, throw
from sqlalchemy.engine.default import DefaultDialect

if TYPE_CHECKING:
    from collections.abc import Callable

TELLING = program(
    {"s": start(), "t": task(), "m": throw(message("gone")), "u": task(), "e": end()},
    "s -> t", "t -> m", "m -> u", "u -> e",
)  # fmt: skip
TOLD = program({"s": start(message("gone")), "e": end()}, "s -> e")
COMMANDS: dict[str, Callable[[Made, str], Callable[[], object]]] = {
    "start": lambda made, number: partial(made.engine.start, "telling", key=f"new{number}"),
    "complete": lambda made, number: partial(made.engine.complete, made.open_task(f"telling/{number}"), actor="amy"),
    "keep": lambda made, number: partial(made.engine.message, "come", key=[number], ttl=timedelta(days=1)),
}
INSTANTS = ("before its commit", "after its commit", "before the commit of its host", "after the commit of its host")


def opened(url: str) -> Made:
    """Return an engine that knows the processes of the commands."""
    made = Made(url)
    made.put(TELLING, key="telling")
    made.put(TOLD, key="told")
    return made


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _be_killed(url: str, command: str, number: str, instant: str) -> None:
    made = opened(url)
    give = COMMANDS[command](made, number)
    if instant.endswith("host"):
        connection = driver(url)
        with made.engine.within(connection):
            connection.execute(f"INSERT INTO permits VALUES ('{number}')")
            give()
        if instant.startswith("after"):
            connection.commit()
        _die()
    commit = DefaultDialect.do_commit

    def killed(dialect: DefaultDialect, pooled: Any) -> None:
        if instant.startswith("after"):
            commit(dialect, pooled)
        _die()

    DefaultDialect.do_commit = killed  # type: ignore[method-assign]  # this process ends with it
    give()


def main(url: str) -> None:
    """Be killed as each line says."""
    opened(url).close()  # so that no child need import anything
    for line in sys.stdin:
        command, number, instant = line.strip().split(" ", 2)
        child = os.fork()
        if not child:
            _be_killed(url, command, number, instant)
            os._exit(0)  # it should not have come so far
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
