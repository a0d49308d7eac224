"""Jobs, in a unit of work: who takes them, and what came of each attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.store import statements
from ironcage.store.rows import StoredAttempt, StoredJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.clock import Micros
    from ironcage.store.rows import WaitKey


class Labour:
    """The side of a unit of work that those who take jobs see."""

    __slots__ = ("_cursor",)

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def due(self, now: Micros, limit: int) -> list[StoredJob]:
        """Return at most *limit* jobs of the engine itself to take at *now*, those that have waited longest first."""
        return [StoredJob(*row) for row in self._cursor.execute(statements.DUE_JOBS, (now, limit)).fetchall()]

    def due_topic(self, topic: str, now: Micros, limit: int) -> list[StoredJob]:
        """Return at most *limit* jobs for workers outside under *topic*, those that have waited longest first."""
        return [StoredJob(*row) for row in self._cursor.execute(statements.DUE_TOPIC, (topic, now, limit)).fetchall()]

    def next_run(self) -> Micros | None:
        """Return when the next job of the engine itself may be taken, or None where there is none."""
        row: tuple[Micros] | None = self._cursor.execute(statements.NEXT_JOB).fetchone()
        return row[0] if row else None

    def stopped(self, part: int, case: bytes) -> list[StoredJob]:
        """Return the jobs of the case that are stopped by an incident."""
        return [StoredJob(*row) for row in self._cursor.execute(statements.STOPPED_JOBS, (part, case)).fetchall()]

    def begin(self, attempt: StoredAttempt) -> None:
        """Insert an attempt that begins now."""
        self._cursor.execute(statements.ADD_ATTEMPT, attempt)

    def end(self, place: WaitKey, attempt: int, at: Micros, outcome: str, error: str | None = None) -> None:
        """Note what came of an attempt, unless it is over already."""
        self._cursor.execute(statements.END_ATTEMPT, (at, outcome, error, *place, attempt))

    def withdraw(self, place: WaitKey, at: Micros) -> None:
        """Note that something else ended the job, while an attempt may have been under way."""
        self._cursor.execute(statements.WITHDRAW_ATTEMPTS, (at, *place))

    def attempt(self, place: WaitKey, attempt: int) -> StoredAttempt | None:
        """Return an attempt, or None."""
        row = self._cursor.execute(statements.ATTEMPT, (*place, attempt)).fetchone()
        return StoredAttempt(*row) if row else None

    def attempts(self, place: WaitKey) -> list[StoredAttempt]:
        """Return the attempts of a job, the first first."""
        return [StoredAttempt(*row) for row in self._cursor.execute(statements.ATTEMPTS, place).fetchall()]

    def erase(self, part: int, case: bytes, without_quotes: Callable[[str], str]) -> None:
        """Write what *without_quotes* leaves of them over the incidents and errors of the case's jobs."""
        for wait, incident in self._cursor.execute(statements.INCIDENTS, (part, case)).fetchall():
            self._cursor.execute(statements.REWORD, (without_quotes(incident), part, case, wait))
        for wait, attempt, error in self._cursor.execute(statements.FAILED_ATTEMPTS, (part, case)).fetchall():
            self._cursor.execute(statements.REWORD_ATTEMPT, (without_quotes(error), part, case, wait, attempt))
