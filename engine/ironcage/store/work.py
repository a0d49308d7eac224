"""One unit of work: what a step reads and writes of cases and their waits, on the driver's own cursor.

Everything a unit writes is committed together, or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ironcage.errors import IroncageError, RefusedError
from ironcage.messages import mark
from ironcage.record import Event
from ironcage.store import statements
from ironcage.store.foreseen import Foreseen
from ironcage.store.hints import HINT
from ironcage.store.labour import Labour
from ironcage.store.marking import Marks
from ironcage.store.notices import Notices
from ironcage.store.pending import Pending
from ironcage.store.post import Post
from ironcage.store.rows import StoredCase, StoredJob, StoredTask, WaitKey
from ironcage.store.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from ironcage.clock import Micros
    from ironcage.record import EventRow, Payload
    from ironcage.store.database import Database
    from ironcage.store.foreseen import About


class ConflictError(RefusedError):
    """Somebody else took the case a step further in the meantime."""

    message = mark("The case {case} was changed by somebody else in the meantime; nothing was done. Try again.")


class SpoiltUnitError(IroncageError):
    """A unit of work went on after the database had refused a statement of it."""

    message = mark("A statement in this unit of work failed; nothing of the unit was kept.")


class Work:
    """A transaction under way, and what a step reads and writes in it.

    What is written waits until something is read that it might change, or until the end; then all of it is sent to the
    database at once.
    """

    __slots__ = (
        "_connection", "_cursor", "_digests", "_foreseen", "_hints", "_is_shared", "_last", "_newest", "_pending",
        "is_alone", "labour", "marks", "notices", "post",
    )  # fmt: skip

    def __init__(self, connection: Connection, database: Database, *, locks: bool = True) -> None:
        """Work on *connection*; with *locks*, for writing."""
        self._connection = connection
        self.is_alone = database.lanes == 1
        """Whether nobody else writes while this unit does."""
        self._cursor = database.cursor(connection, locks=locks)
        self._hints = database.hints
        self._pending = Pending()
        self._digests: dict[tuple[str, int], bytes] = {}
        self._newest: dict[str, tuple[int, bytes]] = {}
        self._foreseen = Foreseen()
        self._last: EventRow | None = None
        self._is_shared = False
        self.post = Post(self._cursor, self._pending, self.flush)
        """What passes between cases."""
        self.labour = Labour(self._cursor, self._pending, self.flush)
        """Who takes jobs, and what came of it."""
        self.notices = Notices(self._cursor, self._pending, self.flush)
        """What webhooks are still to be told."""
        self.marks = Marks(self._cursor, self._pending, self.flush, self._case)
        """What is about to be tried."""

    @property
    def connection(self) -> Connection:
        """For queries inside the same transaction, which see what was written so far."""
        self.flush()
        self._digests.clear()  # a version may be deployed through it
        self._newest.clear()
        self._foreseen.clear()
        self._is_shared = True
        return self._connection

    @property
    def has_written(self) -> bool:
        """Whether it has changed any row of the database."""
        return self._cursor.has_written

    @property
    def has_failed(self) -> bool:
        """Whether the database has refused a statement of it; then nothing of the unit can be kept."""
        return self._cursor.has_failed

    def witness(self) -> Witness | None:
        """Return what tells afterwards whether the unit was committed; None where nothing was sent that tells so."""
        if self._last is not None and self._cursor.number is not None:
            return Witness(self._cursor.number, event=Event._make(self._last))
        return self._cursor.witness() if self._cursor.has_written or self._is_shared else None

    def was_committed(self, witness: Witness) -> bool | None:
        """Return whether the unit of which *witness* tells was committed; None where nobody can say so, or not yet."""
        done = self._cursor.was_committed(witness)
        return self._has(witness.event) if done and witness.event else done

    def flush(self) -> None:
        """Send what was written so far to the database.

        Raises:
            ConflictError: a case was moved on by somebody else.
            SpoiltUnitError: a statement failed before, and its error was swallowed.
        """
        if self._cursor.has_failed:
            raise SpoiltUnitError
        if not self._pending.any:
            return
        is_for_workers = self._pending.is_for_workers
        batches, moved = self._pending.take()
        for (sql, rows), changed in zip(batches, self._cursor.write(batches), strict=True):
            if sql is statements.MOVE_CASE and changed != len(rows):
                raise ConflictError(case=f"{moved[0].process}/{moved[0].key}")
        if self._hints and is_for_workers:
            self._hints = False  # once is enough
            self._cursor.change(HINT)

    def hurry(self, database: Database) -> None:
        """Wait for no lock longer than a group of units of work may."""
        database.hurry(self._cursor)

    def foresee(self, about: Iterable[About]) -> None:
        """Read and lock at once what commands of the unit are about, so that they need not ask for it one by one.

        In one order, whoever does it: two that foresee the same cases do not wait for each other in a circle.
        """
        if self.is_alone:
            return  # a read costs no round trip
        wanted = sorted(set(about), key=_in_order)
        if len(wanted) < 2:  # it would be read once anyhow
            return
        self.flush()
        if (rows := self._cursor.foreseen(wanted)) is not None:
            self._foreseen.add(wanted, rows, self._case)

    def close(self) -> None:
        """Let go of the cursor."""
        self._cursor.close()

    # Reading

    def newest_version(self, process: str) -> tuple[int, bytes] | None:
        """Return the number and the digest of the newest version of the process, or None.

        A unit of work that has seen one goes on with it, whatever others deploy meanwhile.
        """
        known = self._newest.get(process)
        if known is None and (row := self._cursor.one(statements.NEWEST, (process,))):
            known = self._newest[process] = row
        return known

    def version_digest(self, process: str, version: int) -> bytes:
        """Return the digest of a version that a case runs on."""
        digest = self.find_digest(process, version)
        assert digest is not None, "a constraint keeps the versions that cases run on"
        return digest

    def find_digest(self, process: str, version: int) -> bytes | None:
        """Return the digest of a version, or None where it is not deployed."""
        known = self._digests.get((process, version))
        if known is None and (row := self._cursor.one(statements.DIGEST, (process, version))):
            known = self._digests[process, version] = row[0]
        return known

    def case(self, part: int, process: str, key: str) -> StoredCase | None:
        """Return the case with *key*, or None."""
        pending = self._pending.case_with_key(part, process, key) if self._pending.any else None
        if pending is None and self._foreseen.any:
            pending = self._foreseen.case((part, process, key))
        return pending or self._case(self._cursor.one(statements.CASE_BY_KEY, (part, process, key)))

    def is_taken(self, part: int, process: str, key: str) -> bool:
        """Return whether a case has *key*, as far as it can be known: who adds one meanwhile is found by its key."""
        pending = self._pending.case_with_key(part, process, key) if self._pending.any else None
        if pending is None and self._foreseen.was_free((part, process, key)):
            return False
        return self.case(part, process, key) is not None

    def case_with_id(self, part: int, case: bytes) -> StoredCase | None:
        """Return the case with the internal id *case*, or None."""
        pending = self._pending.case(part, case) if self._pending.any else None
        return pending or self._case(self._cursor.one(statements.CASE_BY_ID, (part, case)))

    def _case(self, row: tuple[Any, ...] | None) -> StoredCase | None:
        if row is None:
            return None
        case, digest = StoredCase._make(row[:-1]), row[-1]
        if digest is not None and case.version is not None:
            self._digests[case.process, case.version] = digest
        return case

    def case_and_task(
        self, part: int, process: str, key: str, wait: int
    ) -> tuple[StoredCase | None, StoredTask | None]:
        """Return the case with *key* and its task *wait*, open or closed; None for what is not there."""
        foreseen = self._foreseen.case((part, process, key)) if self._foreseen.any else None
        if foreseen is None and self._pending.case_with_key(part, process, key) is None:
            row = self._cursor.one(statements.CASE_AND_TASK, (wait, part, process, key))
            if row:
                width = len(StoredCase._fields) + 1
                return self._case(row[:width]), StoredTask._make(row[width:])
        case = self.case(part, process, key)
        return case, self.task((case.part, case.id, wait)) if case else None

    def name_of(self, part: int, case: bytes) -> str:
        """Return the name of a case, ``PROCESS/KEY``, without locking it."""
        pending = self._pending.case(part, case) if self._pending.any else None
        process, key = (
            (pending.process, pending.key) if pending else self._cursor.one(statements.CASE_NAME, (part, case))
        )
        return f"{process}/{key}"

    def task(self, place: WaitKey) -> StoredTask | None:
        """Return the task, open or closed, or None."""
        if self._pending.any:
            if place in self._pending.tasks.added:
                return self._pending.tasks.added[place]
            if place in self._pending.closed:
                self.flush()
        if self._foreseen.any and (foreseen := self._foreseen.task(place)):
            return foreseen
        row = self._cursor.one(statements.TASK, place)
        return StoredTask(*row) if row else None

    def open_tasks(self, case: StoredCase) -> list[StoredTask]:
        """Return the open tasks of the case, first due first, those without a due last."""
        self.flush()
        found = [StoredTask(*row) for row in self._cursor.all(statements.OPEN_TASKS, (case.part, case.id))]
        return sorted(found, key=lambda task: (task.due is None, task.due or 0, task.offered, task.wait))

    def job(self, place: WaitKey) -> StoredJob | None:
        """Return the job, or None where it was answered, withdrawn or never asked."""
        known, pending = self._pending.jobs.find(place)
        if known:
            return pending
        row = self._cursor.one(statements.JOB, place)
        return StoredJob(*row) if row else None

    def next_wake(self) -> Micros | None:
        """Return when the next case is to be woken, or None where none is."""
        self.flush()
        row: tuple[Micros] | None = self._cursor.one(statements.NEXT_WAKE)
        return row[0] if row else None

    def _has(self, event: Event) -> bool:
        row = self._cursor.one(statements.EVENT_DIGEST, (event.part, event.case, event.seq))
        return row is not None and row[0] == event.digest

    # Writing

    def add_cases(self, cases: Sequence[StoredCase]) -> None:
        """Insert new cases."""
        for case in cases:
            self._pending.add_case(case)
            self._foreseen.forget_case(case)

    def move_case(self, case: StoredCase, expected: int) -> None:
        """Write *case* over its row, provided the row still has *expected* events.

        Raises:
            ConflictError: it has not; said now or when the unit of work ends.
        """
        self._foreseen.forget_case(case)
        if not self._pending.move_case(case, expected):
            raise ConflictError(case=f"{case.process}/{case.key}")

    def append(self, events: Sequence[EventRow], payloads: Iterable[Payload]) -> None:
        """Append to the record."""
        if events:
            self._pending.any = True
            self._pending.events += events
            self._pending.payloads += payloads
            self._last = events[-1]

    def hint(self) -> None:
        """Tell workers, when the unit is committed, that there is something they can do at once."""
        self._pending.any = True
        self._pending.is_for_workers = True

    def erase_payloads(self, part: int, case: bytes) -> int:
        """Remove every payload of the case for good; return how many there were."""
        self.flush()
        return self._cursor.change(statements.ERASE, (part, case))

    def add_task(self, task: StoredTask) -> None:
        """Insert a task that is offered now."""
        self._pending.any = True
        self._pending.tasks.add(task)

    def close_task(self, place: WaitKey, status: str, actor: str | None, at: Micros) -> None:
        """Note that the task is over: ``completed`` by *actor*, or ``withdrawn``."""
        self._foreseen.forget_task(place)
        self._pending.close_task(place, status, actor, at)

    def claim_task(self, place: WaitKey, actor: str | None, at: Micros | None) -> None:
        """Note that *actor* has claimed the open task at the instant *at*; with None for both, that nobody has."""
        self.flush()
        self._foreseen.forget_task(place)
        self._cursor.change(statements.CLAIM, ("offered" if actor is None else "claimed", actor, at, *place))

    def add_timer(self, place: WaitKey, element: str, kind: str, at: Micros) -> None:
        """Insert a timer or a deadline."""
        self._pending.any = True
        self._pending.timers.add((*place, element, kind, at))

    def drop_timer(self, place: WaitKey) -> None:
        """Remove a timer or a deadline."""
        self._pending.any = True
        self._pending.timers.drop(place)

    def add_job(self, job: StoredJob) -> None:
        """Insert a job."""
        self._pending.any = True
        self._pending.jobs.add(job)
        if job.kind != "external":
            self.hint()

    def drop_job(self, place: WaitKey) -> None:
        """Remove a job that was answered or withdrawn."""
        self._pending.any = True
        self._pending.jobs.drop(place)

    def move_job(self, job: StoredJob, expected: int) -> None:
        """Write *job* over its row, provided the row still counts *expected* attempts.

        Raises:
            ConflictError: it does not.
        """
        self.flush()
        values = (job.attempts, job.run, job.incident, job.kind, job.earlier)
        if self._cursor.change(statements.MOVE_JOB, (*values, *job.place, expected)) != 1:
            raise ConflictError(case=job.case.hex())


def _in_order(about: About) -> tuple[int, str, str, int]:
    part, process, key, wait = about
    return part, process, key, -1 if wait is None else wait
