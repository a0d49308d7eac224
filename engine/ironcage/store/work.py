"""One unit of work: what a step reads and writes of cases and their waits, on the driver's own cursor.

Everything a unit writes is committed together, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.errors import RefusedError
from ironcage.messages import mark
from ironcage.store import statements
from ironcage.store.post import Post
from ironcage.store.rows import StoredCase, StoredJob, StoredTask, WaitKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from ironcage.clock import Micros
    from ironcage.record import Event, Payload


class ConflictError(RefusedError):
    """Somebody else took the case a step further in the meantime."""

    message = mark("The case {case} was changed by somebody else in the meantime; nothing was done. Try again.")


class Work:
    """A transaction under way, and what a step reads and writes in it."""

    __slots__ = ("_cursor", "connection", "post")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """For queries inside the same transaction."""
        self._cursor: Any = connection.connection.cursor()
        self.post = Post(self._cursor)
        """What passes between cases."""

    def close(self) -> None:
        """Let go of the cursor."""
        self._cursor.close()

    # Reading

    def newest_version(self, process: str) -> tuple[int, bytes] | None:
        """Return the number and the digest of the newest version of the process, or None."""
        found: tuple[int, bytes] | None = self._cursor.execute(statements.NEWEST, (process,)).fetchone()
        return found

    def version_digest(self, process: str, version: int) -> bytes:
        """Return the digest of a version that a case runs on."""
        digest: bytes = self._cursor.execute(statements.DIGEST, (process, version)).fetchone()[0]
        return digest

    def find_digest(self, process: str, version: int) -> bytes | None:
        """Return the digest of a version, or None where it is not deployed."""
        row = self._cursor.execute(statements.DIGEST, (process, version)).fetchone()
        return row[0] if row else None

    def case(self, part: int, process: str, key: str) -> StoredCase | None:
        """Return the case with *key*, or None."""
        row = self._cursor.execute(statements.CASE_BY_KEY, (part, process, key)).fetchone()
        return StoredCase(*row) if row else None

    def case_with_id(self, part: int, case: bytes) -> StoredCase | None:
        """Return the case with the internal id *case*, or None."""
        row = self._cursor.execute(statements.CASE_BY_ID, (part, case)).fetchone()
        return StoredCase(*row) if row else None

    def task(self, place: WaitKey) -> StoredTask | None:
        """Return the task, open or closed, or None."""
        row = self._cursor.execute(statements.TASK, place).fetchone()
        return StoredTask(*row) if row else None

    def job(self, place: WaitKey) -> StoredJob | None:
        """Return the job, or None where it was answered, withdrawn or never asked."""
        row = self._cursor.execute(statements.JOB, place).fetchone()
        return StoredJob(*row) if row else None

    def due_cases(self, now: Micros, limit: int) -> list[StoredCase]:
        """Return at most *limit* cases to wake at *now*, the longest due first."""
        return [StoredCase(*row) for row in self._cursor.execute(statements.DUE, (now, limit)).fetchall()]

    def next_wake(self) -> Micros | None:
        """Return when the next case is to be woken, or None where none is."""
        row: tuple[Micros] | None = self._cursor.execute(statements.NEXT_WAKE).fetchone()
        return row[0] if row else None

    # Writing

    def add_cases(self, cases: Sequence[StoredCase]) -> None:
        """Insert new cases."""
        self._cursor.executemany(statements.ADD_CASE, cases)

    def move_case(self, case: StoredCase, expected: int) -> None:
        """Write *case* over its row, provided the row still has *expected* events.

        Raises:
            ConflictError: it has not.
        """
        self._cursor.execute(
            statements.MOVE_CASE,
            (
                case.status, case.seq, case.head, case.state, case.wake, case.closed, case.incident,
                case.part, case.id, expected,
            ),
        )  # fmt: skip
        if self._cursor.rowcount != 1:
            raise ConflictError(case=f"{case.process}/{case.key}")

    def append(self, events: Iterable[Event], payloads: Iterable[Payload]) -> None:
        """Append to the record."""
        self._cursor.executemany(statements.ADD_EVENT, events)
        self._cursor.executemany(statements.ADD_PAYLOAD, payloads)

    def erase_payloads(self, part: int, case: bytes) -> int:
        """Remove every payload of the case for good; return how many there were."""
        erased: int = self._cursor.execute(statements.ERASE, (part, case)).rowcount
        return erased

    def erase_incidents(self, part: int, case: bytes, without_quotes: Callable[[str], str]) -> None:
        """Write what *without_quotes* leaves of them over the incidents of the case's jobs."""
        for wait, incident in self._cursor.execute(statements.INCIDENTS, (part, case)).fetchall():
            self._cursor.execute(statements.REWORD, (without_quotes(incident), part, case, wait))

    def add_task(self, task: StoredTask) -> None:
        """Insert a task that is offered now."""
        self._cursor.execute(statements.ADD_TASK, task)

    def close_task(self, place: WaitKey, status: str, actor: str | None, at: Micros) -> None:
        """Note that the task is over: ``completed`` by *actor*, or ``withdrawn``."""
        self._cursor.execute(statements.CLOSE_TASK, (status, actor, at, *place))

    def claim_task(self, place: WaitKey, actor: str | None, at: Micros | None) -> None:
        """Note that *actor* has claimed the open task at the instant *at*; with None for both, that nobody has."""
        self._cursor.execute(statements.CLAIM, ("offered" if actor is None else "claimed", actor, at, *place))

    def add_timer(self, place: WaitKey, element: str, kind: str, at: Micros) -> None:
        """Insert a timer or a deadline."""
        self._cursor.execute(statements.ADD_TIMER, (*place, element, kind, at))

    def drop_timer(self, place: WaitKey) -> None:
        """Remove a timer or a deadline."""
        self._cursor.execute(statements.DROP_TIMER, place)

    def add_job(self, job: StoredJob) -> None:
        """Insert a job."""
        self._cursor.execute(statements.ADD_JOB, job)

    def drop_job(self, place: WaitKey) -> None:
        """Remove a job that was answered or withdrawn."""
        self._cursor.execute(statements.DROP_JOB, place)

    def move_job(self, job: StoredJob, expected: int) -> None:
        """Write *job* over its row, provided the row still counts *expected* attempts.

        Raises:
            ConflictError: it does not.
        """
        place = (job.part, job.case, job.wait)
        self._cursor.execute(statements.MOVE_JOB, (job.attempts, job.run, job.incident, *place, expected))
        if self._cursor.rowcount != 1:
            raise ConflictError(case=job.case.hex())

    def restart_jobs(self, part: int, case: bytes, now: Micros) -> int:
        """Let the stopped jobs of the case be taken again at *now*; return how many there are."""
        restarted: int = self._cursor.execute(statements.RESTART_JOBS, (now, part, case)).rowcount
        return restarted
