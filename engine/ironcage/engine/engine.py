"""The commands of the engine: each is one step in one transaction, and refuses before it has written anything."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ironcage.clock import SystemClock, instant
from ironcage.engine import jobs
from ironcage.engine.catalogue import Catalogue
from ironcage.engine.deploying import deploy_definition
from ironcage.engine.erasing import erase_case
from ironcage.engine.naming import CaseName, check_key, find_case, find_task, new_key
from ironcage.engine.refusals import (
    ActorMissingError,
    CaseExistsError,
    ErasureOrderError,
    NoIncidentError,
    OpenUnitError,
    TaskClaimedError,
    TaskCompletedError,
    TaskNotClaimedError,
    TaskWithdrawnError,
)
from ironcage.engine.stepping import note, prepare, prepare_start
from ironcage.engine.viewing import case_view, incident_views, task_view
from ironcage.engine.views import Woken
from ironcage.engine.waking import wake_one
from ironcage.errors import SurroundingsError
from ironcage.hooks import Plugins
from ironcage.machine import Complete, Entry, EntryKind, Start, Transition
from ironcage.messages import text
from ironcage.record import Provenance
from ironcage.record.verification import verify
from ironcage.store import Work, queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ironcage.clock import Clock, Micros, VirtualClock
    from ironcage.definitions import Definition
    from ironcage.engine.catalogue import Runnable
    from ironcage.engine.views import CaseView, Deployment, Erasure, IncidentView, Place, TaskView
    from ironcage.messages import Text
    from ironcage.record.keys import SigningKey
    from ironcage.record.seal import Seal
    from ironcage.record.sealed import Seals
    from ironcage.record.verification import Verification
    from ironcage.store import Connection, Store, StoredCase, StoredJob, StoredTask


class Engine:
    """Runs cases in a store, by a clock.

    A case is named ``PROCESS/KEY``, a task ``PROCESS/KEY/NUMBER``. Whatever a command refuses, it has changed nothing
    and recorded nothing.
    """

    def __init__(self, store: Store, clock: Clock | None = None, plugins: Plugins | None = None) -> None:
        """Make an engine; without a *clock* it goes by the machine's, without *plugins* it has the installed ones."""
        self.store = store
        self.clock: Clock = clock or SystemClock()
        self.plugins = plugins or Plugins.installed()
        self._catalogue = Catalogue()

    # Transactions

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let the commands inside the block share one transaction; it is committed when the block is left.

        Nobody may be told what a command did before that. An error that leaves the block undoes all of them.
        """
        with self.store.writing():
            yield

    @contextmanager
    def within(self, connection: Connection) -> Iterator[None]:
        """Let the commands inside the block belong to the caller's own transaction on a SQLAlchemy *connection*.

        The caller commits or rolls back. After a refusal the transaction may go on; after any other error it must be
        rolled back.
        """
        with self.store.joining(connection):
            yield

    # Definitions and cases

    def deploy(self, definition: Definition) -> Deployment:
        """Make *definition* the newest version of its process; the same files again are the version that is there."""
        with self.store.writing() as work:
            return deploy_definition(work, definition, self.clock.now())

    def start(
        self,
        process: str,
        data: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        actor: str | None = None,
        channel: str | None = None,
        place: Place | None = None,
    ) -> str:
        """Start a case of the newest version of *process* and return its name.

        Args:
            process: the key of the process.
            data: the case data; values as in ``ironcage.values``, or what ``plain`` makes them of.
            key: the key of the case, unique in its process; without one it gets one of its own.
            actor: who starts it.
            channel: by which channel it came.
            place: where it is about.

        Raises:
            UnknownProcessError: no version is deployed.
            CaseKeyError: *key* cannot be a key.
            CaseExistsError: the key is taken.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with these data, does not say how to begin.
        """
        case = CaseName(process, new_key() if key is None else key)
        check_key(case.key)
        by = _provenance(actor, channel, place)
        with self.store.writing() as work:
            runnable = self._catalogue.newest(work, process)
            if key is not None and work.case(case.part, process, key):
                raise CaseExistsError(case=str(case))
            now = self.clock.now()
            stimulus = Start(runnable.definition.schema.accept(data or {}))
            prepare_start(case, runnable, stimulus, now, by).start(work, runnable, now)
        return str(case)

    # Tasks

    def claim(self, task: str, actor: str) -> None:
        """Give the task to *actor*; claiming what one has already changes nothing.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
        """
        if not actor:
            raise ActorMissingError(task=task)
        with self.store.writing() as work:
            case, found = self._open_task(work, task, actor)
            if found.status == "claimed":
                return
            self._assign(work, case, found, Transition.ASSIGN, actor)

    def release(self, task: str, actor: str) -> None:
        """Give the task back to all it is offered to, or to the person the model gives it to.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
            TaskNotClaimedError: nobody has it.
        """
        with self.store.writing() as work:
            case, found = self._open_task(work, task, actor)
            if found.status != "claimed":
                raise TaskNotClaimedError(task=task)
            self._assign(work, case, found, Transition.RELEASE, actor)

    def complete(
        self,
        task: str,
        data: Mapping[str, object] | None = None,
        *,
        actor: str | None = None,
        channel: str | None = None,
        place: Place | None = None,
    ) -> None:
        """Complete the task with *data* and take its case on to where it waits next.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with the data of this case, does not say how to go on.
        """
        by = _provenance(actor, channel, place)
        with self.store.writing() as work:
            case, found = self._open_task(work, task, actor)
            runnable = self._catalogue.of(work, case)
            now = self.clock.now()
            stimulus = Complete(found.wait, runnable.definition.schema.accept(data or {}, partial=True))
            prepare(case, runnable, stimulus, now, by).save(work, runnable, now, actor)

    def _open_task(self, work: Work, name: str, actor: str | None) -> tuple[StoredCase, StoredTask]:
        """Return the task, which *actor* may act on, and its case."""
        case, task = find_task(work, name)
        if task.closed is not None:
            closed_at = instant(task.closed).astimezone(self._catalogue.of(work, case).zone)
            over = TaskCompletedError if task.status == "completed" else TaskWithdrawnError
            raise over(
                task=name, closed_at=closed_at.isoformat(" ", "seconds"), actor=task.actor or text("an unnamed actor")
            )
        if task.actor is not None and task.actor != actor:
            raise TaskClaimedError(task=name, actor=task.actor)
        return case, task

    def _assign(self, work: Work, case: StoredCase, task: StoredTask, transition: Transition, actor: str) -> None:
        runnable, now = self._catalogue.of(work, case), self.clock.now()
        element = runnable.program.index(task.element)
        entry = Entry(EntryKind.ACTIVITY, transition, element, task.execution, task.role, task.unit, task.due)
        note(work, case, runnable, [entry], now, Provenance(actor))
        place = (task.part, task.case, task.wait)
        if transition is Transition.ASSIGN:
            work.claim_task(place, actor, now)
        else:
            work.claim_task(place, None, None)

    # Looking

    def tasks(
        self, *, role: str | None = None, unit: str | None = None, case: str | None = None, limit: int | None = None
    ) -> list[TaskView]:
        """Return the open tasks of *role*, *unit* and *case* (None for any), the first due first.

        Raises:
            UnknownCaseError: there is no such case.
        """
        with self._looking() as work:
            of = find_case(work, case) if case else None
            found = queries.open_tasks(work.connection, role, unit, of, limit)
        now = self.clock.now()
        return [task_view(task, now) for task in found]

    def case(self, name: str) -> CaseView:
        """Return the case as it stands.

        Raises:
            UnknownCaseError: there is none.
        """
        with self._looking() as work:
            found = find_case(work, name)
            runnable = self._runnable(work, found)
            return case_view(work, found, runnable.program if runnable else None, self.clock.now())

    def names(self, process: str, version: int | None = None) -> Mapping[str, Text]:
        """Return what the elements of a version of *process*, its newest for None, are called, by element id."""
        with self._looking() as work:
            return self._catalogue.names(work, process, version)

    def incidents(self) -> list[IncidentView]:
        """Return what is stopped until somebody looks at it: wake-ups of cases, and jobs."""
        with self.store.reading() as connection:
            return incident_views(connection)

    @contextmanager
    def _looking(self) -> Iterator[Work]:
        with self.store.reading() as connection, closing(Work(connection)) as work:
            yield work

    def _runnable(self, work: Work, case: StoredCase) -> Runnable | None:
        return None if case.version is None else self._catalogue.of(work, case)

    # Background work

    def wake(self, limit: int = 100) -> Woken:
        """Fire at most *limit* timers and deadlines that are due, each exactly once, in a transaction of its own.

        A case whose step fails gets an incident and is not woken again before ``retry``; the others go on.
        """
        steps, stopped = 0, list[str]()
        for _ in range(limit):
            with self.store.writing() as work:
                woken = wake_one(work, self._catalogue, self.clock.now())
            if woken is None:
                break
            name, done = woken
            steps += done
            if not done:
                stopped.append(name)
        return Woken(steps, tuple(stopped))

    def next_wake(self) -> Micros | None:
        """Return the instant of the next timer or deadline, or None where nothing waits for one."""
        with self._looking() as work:
            return work.next_wake()

    def wake_until(self, until: Micros, clock: VirtualClock) -> int:
        """Fire every timer and deadline due up to and including *until*, each at its own instant; return how many.

        *clock*, by which this engine goes, is moved to each due instant and in the end to *until*.
        """
        steps = 0
        while (due := self.next_wake()) is not None and due <= until:
            clock.move_to(due)
            steps += self.wake().steps
        clock.move_to(until)
        return steps

    def run_jobs(self, limit: int = 10) -> int:
        """Run at most *limit* jobs whose time has come, and return how many were answered.

        Nothing is open while a service function runs. A function that fails is called again later, with pauses that
        grow, and in the end becomes an incident.

        Raises:
            OpenUnitError: called inside a transaction.
        """
        if self.store.is_busy():
            raise OpenUnitError
        with self.store.reading() as connection:
            runnable = queries.runnable_jobs(connection, self.clock.now(), limit)
        return sum(self._run_job(job) for job in runnable)

    def next_job(self) -> Micros | None:
        """Return when the next job may be run, or None where there is none."""
        with self.store.reading() as connection:
            return queries.next_job(connection)

    def _run_job(self, job: StoredJob) -> bool:
        with self.store.writing() as work:
            taken = jobs.take(work, job, self.clock.now())
        if taken is None:
            return False
        try:
            value = jobs.call(self.plugins.services(), taken)
            with self.store.writing() as work:
                return jobs.answer(work, self._catalogue, taken, value, self.clock.now())
        except SurroundingsError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a function does wrong is the job's failure
            with self.store.writing() as work:
                jobs.fail(work, taken, error, self.clock.now())
            return False

    def retry(self, case: str) -> None:
        """Let the stopped wake-ups and jobs of the case go on.

        Raises:
            UnknownCaseError: there is none.
            NoIncidentError: nothing of it is stopped.
        """
        with self.store.writing() as work:
            found = find_case(work, case)
            restarted = work.restart_jobs(found.part, found.id, self.clock.now())
            if found.incident is None and not restarted:
                raise NoIncidentError(case=case)
            work.move_case(found._replace(incident=None), found.seq)

    # The record

    def erase(self, case: str, order: str, *, actor: str | None = None) -> Erasure:
        """Erase by *order* what the case holds about people: payloads, personal variables, evidence kept of it.

        Raises:
            UnknownCaseError: there is none.
            ErasureOrderError: the order is empty.
        """
        if not order.strip():
            raise ErasureOrderError
        with self.store.writing() as work:
            found = find_case(work, case)
            runnable = self._runnable(work, found)
            erased = erase_case(work, found, runnable, order, self.clock.now(), Provenance(actor))
            remaining = self.plugins.case_erased(self.store, case)
        self.store.sweep()
        return replace(erased, remaining=tuple(remaining))

    def verify(self, seals: Seals | None = None) -> Verification:
        """Return what is wrong with the record, by itself and against *seals*, and what could not be proved."""
        with self.store.reading() as connection:
            return verify(queries.record(connection), seals)

    def seal(self, key: SigningKey, seals: Sequence[Seal] = ()) -> Seal:
        """Return a signed seal of every case that has changed since *seals*, all the seals made so far, in order."""
        from ironcage.record.seal import seal, unsealed  # noqa: PLC0415 - loads cryptography

        with self.store.reading() as connection:
            heads = unsealed(queries.record_cases(connection), seals)
        return seal(heads, seals[-1] if seals else None, key, self.clock.now())


def _provenance(actor: str | None, channel: str | None, place: Place | None) -> Provenance:
    if place is None:
        return Provenance(actor, channel)
    return Provenance(actor, channel, place.latitude, place.longitude, place.crs)
