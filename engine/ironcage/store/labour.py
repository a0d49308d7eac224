"""Jobs, in a unit of work: who takes them, and what came of each attempt."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

from ironcage.store import statements
from ironcage.store.rows import StoredAttempt, StoredJob

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.clock import Micros
    from ironcage.store.database import Cursor
    from ironcage.store.pending import Pending
    from ironcage.store.rows import WaitKey


class Labour:
    """The side of a unit of work that those who take jobs see."""

    __slots__ = ("_cursor", "_flush", "_pending")

    def __init__(self, cursor: Cursor, pending: Pending, flush: Callable[[], None]) -> None:
        self._cursor = cursor
        self._pending = pending
        self._flush = flush

    def due(self, now: Micros, limit: int) -> list[StoredJob]:
        """Return at most *limit* jobs of the engine itself to take at *now*, those that have waited longest first."""
        return self._jobs(statements.DUE_JOBS, (now, limit))

    def due_topic(self, topic: str, now: Micros, limit: int, processes: Sequence[str] = ()) -> list[StoredJob]:
        """Return at most *limit* jobs for workers outside under *topic*, those that have waited longest first.

        Where *processes* are named, only jobs of their cases.
        """
        if not processes:
            return self._jobs(statements.DUE_TOPIC, (topic, now, limit))
        ways = product((statements.DUE_TOPIC_OF, statements.DUE_TOPIC_UNSAID), processes)
        of_each = (self._jobs(way, (topic, process, now, limit)) for way, process in ways)
        return sorted(chain.from_iterable(of_each), key=lambda job: job.run or 0)[:limit]

    def stopped(self, part: int, case: bytes) -> list[StoredJob]:
        """Return the jobs of the case that are stopped by an incident."""
        return self._jobs(statements.STOPPED_JOBS, (part, case))

    def next_run(self) -> Micros | None:
        """Return when the next job of the engine itself may be taken, or None where there is none."""
        self._flush()
        row: tuple[Micros] | None = self._cursor.one(statements.NEXT_JOB)
        return row[0] if row else None

    def _jobs(self, sql: str, parameters: Sequence[object]) -> list[StoredJob]:
        self._flush()
        return [StoredJob(*row) for row in self._cursor.all(sql, parameters)]

    def begin(self, attempt: StoredAttempt) -> None:
        """Insert an attempt that begins now."""
        self._pending.any = True
        self._pending.begun.append(attempt)

    def end(self, place: WaitKey, attempt: int, at: Micros, outcome: str, error: str | None = None) -> None:
        """Note what came of an attempt, unless it is over already."""
        if self._pending.begun:
            self._flush()  # what is written at once must not depend on each other
        self._pending.any = True
        self._pending.ended.append((at, outcome, error, *place, attempt))

    def withdraw(self, place: WaitKey, at: Micros) -> None:
        """Note that something else ended the job, while an attempt may have been under way."""
        self._flush()
        self._cursor.change(statements.WITHDRAW_ATTEMPTS, (at, *place))

    def attempt(self, place: WaitKey, attempt: int) -> StoredAttempt | None:
        """Return an attempt, or None."""
        self._flush()
        row = self._cursor.one(statements.ATTEMPT, (*place, attempt))
        return StoredAttempt(*row) if row else None

    def attempts(self, place: WaitKey) -> list[StoredAttempt]:
        """Return the attempts of a job, the first first."""
        self._flush()
        return [StoredAttempt(*row) for row in self._cursor.all(statements.ATTEMPTS, place)]

    def erase(self, part: int, case: bytes, without_quotes: Callable[[str], str]) -> None:
        """Write what *without_quotes* leaves of them over the incidents and errors of the case's jobs."""
        self._flush()
        for wait, incident in self._cursor.all(statements.INCIDENTS, (part, case)):
            self._cursor.change(statements.REWORD, (without_quotes(incident), part, case, wait))
        for wait, attempt, error in self._cursor.all(statements.FAILED_ATTEMPTS, (part, case)):
            self._cursor.change(statements.REWORD_ATTEMPT, (without_quotes(error), part, case, wait, attempt))
