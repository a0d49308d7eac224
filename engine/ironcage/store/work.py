"""One unit of work: the hot statements of a step, on the driver's own cursor.

They are written for the driver because SQLAlchemy's layer costs as much as the step itself. Everything a unit writes
is committed together, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.errors import RefusedError
from ironcage.machine import Closed, Opened, WaitKind
from ironcage.messages import mark
from ironcage.store import tables
from ironcage.store.rows import StoredCase, StoredJob, StoredTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Table

    from ironcage.clock import Micros
    from ironcage.machine import Effect
    from ironcage.program import Program
    from ironcage.record import Event, Payload

WaitKey = tuple[int, bytes, int]
"""Part, case and wait: the key of a task, timer or job."""


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _insert(table: Table) -> str:
    return f"INSERT INTO {table.name} ({_columns(table)}) VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608


_CASE = f"SELECT {_columns(tables.cases)} FROM cases "  # noqa: S608
_CASE_BY_KEY = _CASE + "WHERE part = ? AND process = ? AND key = ?"
_CASE_BY_ID = _CASE + "WHERE part = ? AND id = ?"
_TASK = f"SELECT {_columns(tables.tasks)} FROM tasks WHERE part = ? AND case_id = ? AND wait = ?"  # noqa: S608
_JOB = f"SELECT {_columns(tables.jobs)} FROM jobs WHERE part = ? AND case_id = ? AND wait = ?"  # noqa: S608
_ADD_CASE = _insert(tables.cases)
_ADD_EVENT = _insert(tables.events)
_ADD_PAYLOAD = _insert(tables.payloads)
_ADD_TASK = _insert(tables.tasks)
_ADD_TIMER = _insert(tables.timers)
_ADD_JOB = _insert(tables.jobs)
_MOVE_CASE = (
    "UPDATE cases SET status = ?, seq = ?, head = ?, state = ?, wake_us = ?, closed_us = ?, incident = ? "
    "WHERE part = ? AND id = ? AND seq = ?"
)
_CLAIM = (
    "UPDATE tasks SET status = ?, actor = coalesce(?, assignee), claimed_us = ? "
    "WHERE part = ? AND case_id = ? AND wait = ?"
)
_CLOSE_TASK = (
    "UPDATE tasks SET status = ?, actor = coalesce(?, actor), closed_us = ? WHERE part = ? AND case_id = ? AND wait = ?"
)
_DROP_TIMER = "DELETE FROM timers WHERE part = ? AND case_id = ? AND wait = ?"
_DROP_JOB = "DELETE FROM jobs WHERE part = ? AND case_id = ? AND wait = ?"
_MOVE_JOB = (
    "UPDATE jobs SET attempts = ?, run_us = ?, incident = ? "
    "WHERE part = ? AND case_id = ? AND wait = ? AND attempts = ?"
)
_RESTART_JOBS = (
    "UPDATE jobs SET attempts = 0, run_us = ?, incident = NULL WHERE part = ? AND case_id = ? AND incident IS NOT NULL"
)
_ERASE = "DELETE FROM payloads WHERE part = ? AND case_id = ?"
_INCIDENTS = "SELECT wait, incident FROM jobs WHERE part = ? AND case_id = ? AND incident IS NOT NULL"
_REWORD = "UPDATE jobs SET incident = ? WHERE part = ? AND case_id = ? AND wait = ?"
_DUE = (
    f"SELECT {_columns(tables.cases)} FROM cases "  # noqa: S608
    "WHERE wake_us IS NOT NULL AND incident IS NULL AND wake_us <= ? ORDER BY wake_us LIMIT ?"
)
_NEXT_WAKE = "SELECT wake_us FROM cases WHERE wake_us IS NOT NULL AND incident IS NULL ORDER BY wake_us LIMIT 1"
_NEWEST = "SELECT version, digest FROM definitions WHERE process = ? ORDER BY version DESC LIMIT 1"
_DIGEST = "SELECT digest FROM definitions WHERE process = ? AND version = ?"


class ConflictError(RefusedError):
    """Somebody else took the case a step further in the meantime."""

    message = mark("The case {case} was changed by somebody else in the meantime; nothing was done. Try again.")


class Work:
    """A transaction under way, and what a step reads and writes in it."""

    __slots__ = ("_cursor", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """For queries inside the same transaction."""
        self._cursor: Any = connection.connection.cursor()

    def close(self) -> None:
        """Let go of the cursor."""
        self._cursor.close()

    # Reading

    def newest_version(self, process: str) -> tuple[int, bytes] | None:
        """Return the number and the digest of the newest version of the process, or None."""
        found: tuple[int, bytes] | None = self._cursor.execute(_NEWEST, (process,)).fetchone()
        return found

    def version_digest(self, process: str, version: int) -> bytes:
        """Return the digest of a version that a case runs on."""
        digest: bytes = self._cursor.execute(_DIGEST, (process, version)).fetchone()[0]
        return digest

    def case(self, part: int, process: str, key: str) -> StoredCase | None:
        """Return the case with *key*, or None."""
        row = self._cursor.execute(_CASE_BY_KEY, (part, process, key)).fetchone()
        return StoredCase(*row) if row else None

    def case_with_id(self, part: int, case: bytes) -> StoredCase | None:
        """Return the case with the internal id *case*, or None."""
        row = self._cursor.execute(_CASE_BY_ID, (part, case)).fetchone()
        return StoredCase(*row) if row else None

    def task(self, place: WaitKey) -> StoredTask | None:
        """Return the task, open or closed, or None."""
        row = self._cursor.execute(_TASK, place).fetchone()
        return StoredTask(*row) if row else None

    def job(self, place: WaitKey) -> StoredJob | None:
        """Return the job, or None where it was answered, withdrawn or never asked."""
        row = self._cursor.execute(_JOB, place).fetchone()
        return StoredJob(*row) if row else None

    def due_cases(self, now: Micros, limit: int) -> list[StoredCase]:
        """Return at most *limit* cases to wake at *now*, the longest due first."""
        return [StoredCase(*row) for row in self._cursor.execute(_DUE, (now, limit)).fetchall()]

    def next_wake(self) -> Micros | None:
        """Return when the next case is to be woken, or None where none is."""
        row: tuple[Micros] | None = self._cursor.execute(_NEXT_WAKE).fetchone()
        return row[0] if row else None

    # Writing

    def add_cases(self, cases: Sequence[StoredCase]) -> None:
        """Insert new cases."""
        self._cursor.executemany(_ADD_CASE, cases)

    def move_case(self, case: StoredCase, expected: int) -> None:
        """Write *case* over its row, provided the row still has *expected* events.

        Raises:
            ConflictError: it has not.
        """
        self._cursor.execute(
            _MOVE_CASE,
            (
                case.status, case.seq, case.head, case.state, case.wake, case.closed, case.incident,
                case.part, case.id, expected,
            ),
        )  # fmt: skip
        if self._cursor.rowcount != 1:
            raise ConflictError(case=f"{case.process}/{case.key}")

    def append(self, events: Iterable[Event], payloads: Iterable[Payload]) -> None:
        """Append to the record."""
        self._cursor.executemany(_ADD_EVENT, events)
        self._cursor.executemany(_ADD_PAYLOAD, payloads)

    def erase_payloads(self, part: int, case: bytes) -> int:
        """Remove every payload of the case for good; return how many there were."""
        erased: int = self._cursor.execute(_ERASE, (part, case)).rowcount
        return erased

    def erase_incidents(self, part: int, case: bytes, without_quotes: Callable[[str], str]) -> None:
        """Write what *without_quotes* leaves of them over the incidents of the case's jobs."""
        for wait, incident in self._cursor.execute(_INCIDENTS, (part, case)).fetchall():
            self._cursor.execute(_REWORD, (without_quotes(incident), part, case, wait))

    def mirror(
        self, case: StoredCase, effects: Iterable[Effect], program: Program, now: Micros, actor: str | None
    ) -> None:
        """Write the waits that a step opened and closed into the rows of tasks, timers and jobs.

        Args:
            case: the case the step was taken in.
            effects: what the machine says.
            program: what the case runs on.
            now: the instant of the step.
            actor: who completed the task that caused the step.
        """
        for effect in effects:
            if not isinstance(effect, Opened | Closed):
                continue
            place = (case.part, case.id, effect.wait)
            if isinstance(effect, Opened):
                self._open(case, place, effect, program, now)
            elif effect.kind is WaitKind.TASK:
                status, by = ("withdrawn", None) if effect.withdrawn else ("completed", actor)
                self._cursor.execute(_CLOSE_TASK, (status, by, now, *place))
            else:
                self._cursor.execute(_DROP_JOB if effect.kind is WaitKind.JOB else _DROP_TIMER, place)

    def _open(self, case: StoredCase, place: WaitKey, opened: Opened, program: Program, now: Micros) -> None:
        node = program.nodes[opened.node]
        element = node.id if opened.node >= 0 else program.process
        match opened.kind:
            case WaitKind.TASK:
                row = StoredTask(
                    *place, case.process, case.key, element, opened.execution, "offered", opened.role, opened.unit,
                    opened.actor, opened.actor, opened.due, now, None, None,
                )  # fmt: skip
                self._cursor.execute(_ADD_TASK, row)
            case WaitKind.JOB:
                assert node.service is not None, "the readers give every service task a service"
                job = StoredJob(*place, node.service, element, opened.execution, 0, now, None)
                self._cursor.execute(_ADD_JOB, job)
            case WaitKind.TIMER | WaitKind.DEADLINE:
                self._cursor.execute(_ADD_TIMER, (*place, element, opened.kind.name.lower(), opened.at))

    def claim_task(self, place: WaitKey, actor: str | None, at: Micros | None) -> None:
        """Note that *actor* has claimed the open task at the instant *at*; with None for both, that nobody has."""
        self._cursor.execute(_CLAIM, ("offered" if actor is None else "claimed", actor, at, *place))

    def move_job(self, job: StoredJob, expected: int) -> None:
        """Write *job* over its row, provided the row still counts *expected* attempts.

        Raises:
            ConflictError: it does not.
        """
        place = (job.part, job.case, job.wait)
        self._cursor.execute(_MOVE_JOB, (job.attempts, job.run, job.incident, *place, expected))
        if self._cursor.rowcount != 1:
            raise ConflictError(case=job.case.hex())

    def restart_jobs(self, part: int, case: bytes, now: Micros) -> int:
        """Let the stopped jobs of the case be taken again at *now*; return how many there are."""
        restarted: int = self._cursor.execute(_RESTART_JOBS, (now, part, case)).rowcount
        return restarted
