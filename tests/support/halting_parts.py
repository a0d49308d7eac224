"""What a process of the chaos tests runs: a worker that halts where the test wants it, until it is told to go on.

It says what happens to it on its standard output, and is told to go on by a line on its standard input.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from ironcage.engine import Engine, jobs
from ironcage.hooks import Plugins, hookimpl
from ironcage.messages import speaking
from ironcage.store import Store
from ironcage.work import Worker

if TYPE_CHECKING:
    from ironcage.hooks import Service, ServiceCall
    from ironcage.values import Value

LEASE = 2_000_000
_gate = threading.Lock()


def tell(*words: object) -> None:
    """Say something to the test."""
    print(*words, flush=True)


def halt(*words: object) -> None:
    """Say where this process stands, and stand there until a line comes."""
    with _gate:
        tell(*words)
        sys.stdin.readline()


class Asking:
    """A package whose service says what it is asked, and halts in the first job of one case."""

    def __init__(self, halts_in: str) -> None:
        self._halts_in: str | None = halts_in

    @hookimpl
    def services(self) -> dict[str, Service]:
        return {"ask": self.ask}

    def ask(self, call: ServiceCall) -> Value:
        tell("asked", call.case, call.attempt)
        if call.case == self._halts_in:
            self._halts_in = None
            halt("in the job of", call.case)
        return 7


def halt_in_the_step_of(name: str) -> None:
    """Halt when the job of the case *name* is answered: its rows are locked then, and nothing is committed."""
    real: Any = jobs.answer
    halted: list[str] = []

    def answer(work: Any, catalogue: Any, taken: jobs.Taken, *rest: Any) -> int | None:
        sent: int | None = real(work, catalogue, taken, *rest)
        if taken.call.case == name and not halted:
            halted.append(name)
            halt("in the step of", name)
        return sent

    jobs.answer = answer


def work(url: str, *, job: str = "", step: str = "", poll_seconds: float = 0.5) -> None:
    """Work until SIGTERM, and halt in the first *job*, and in the first answer, of the cases of these names."""
    jobs.LEASE = LEASE
    halt_in_the_step_of(step)
    with speaking("en"):
        store = Store.open(url)
        worker = Worker(Engine(store, plugins=Plugins(Asking(job))), poll_seconds, say=lambda said: tell("says", said))
        with worker.stopped_by_signals():
            tell("ready")
            worker.run()
        store.close()
        tell("done")


def hurry() -> None:
    """Let what guards against a server that confirms and keeps silent be over in seconds."""
    from ironcage.store import answering, link, units

    units.RECONNECTING_SECONDS = 0.5
    link.CONNECT_SECONDS = 2
    answering.AnsweredConnection.answer_seconds = 3.5
    link.PATIENCE["idle_in_transaction_session_timeout"] = "2500"
