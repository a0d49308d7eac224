"""What an engine does by itself when its time has come: timers, deadlines, deliveries, jobs and scripts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

from ironcage.engine import jobs
from ironcage.engine.basis import Basis
from ironcage.engine.naming import find_case
from ironcage.engine.refusals import NoIncidentError, OpenUnitError, UnknownProcessError
from ironcage.engine.viewing import incident_views
from ironcage.engine.views import Woken
from ironcage.engine.waking import wake_one
from ironcage.errors import SurroundingsError
from ironcage.scripts import Runner
from ironcage.store import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import tzinfo

    from ironcage.clock import Micros, VirtualClock
    from ironcage.engine.views import IncidentView
    from ironcage.program import Script
    from ironcage.store import StoredJob
    from ironcage.values import Context


SCRIPTS_AT_A_TIME = 4
"""So many scripts run at once, each in a process of its own."""


class BackgroundWork(Basis):
    """Fires what is due, delivers what is on its way, and runs what runs outside."""

    @cached_property
    def scripts(self) -> ScriptRunner:
        """What runs the scripts of script tasks: child processes, started when there is a first script."""
        return Runner(processes=SCRIPTS_AT_A_TIME)

    def wake(self, limit: int = 100) -> Woken:
        """Fire at most *limit* timers and deadlines that are due, each exactly once, in a transaction of its own.

        What is still on its way between cases, after a process was killed, is delivered first. A case whose step fails
        gets an incident and is not woken again before ``retry``; the others go on.
        """
        with self.store.writing() as work:
            work.post.drop_expired(self.clock.now())
            left = work.post.next_run()
        delivered = self._settle(left is not None)
        steps, stopped = 0, list[str]()
        for _ in range(limit):
            with self.store.writing() as work:
                woken = wake_one(work, self._catalogue, self.clock.now())
            if woken is None:
                break
            steps += woken.done
            if not woken.done:
                stopped.append(woken.name)
            delivered += self._settle(woken.sent)
        return Woken(steps, tuple(stopped), delivered)

    def next_wake(self) -> Micros | None:
        """Return the instant of the next timer or deadline, or None where nothing waits for one."""
        with self._looking() as work:
            return min((at for at in (work.next_wake(), work.post.next_start()) if at is not None), default=None)

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
        """Run at most *limit* jobs and scripts whose time has come, and return how many were answered.

        Nothing is open while one runs. A service function that fails is called again later, with pauses that grow, and
        in the end becomes an incident; a script that fails is an incident at once, one stopped at a limit after it was
        tried a second time.

        Raises:
            OpenUnitError: called inside a transaction.
        """
        if self.store.is_busy():
            raise OpenUnitError
        with self.store.reading() as connection:
            runnable = queries.runnable_jobs(connection, self.clock.now(), limit)
        services = [job for job in runnable if job.kind != "script"]
        answered = sum(self._answer(taken, partial(self._call, taken)) for taken in self._taken(services))
        return answered + self._run_scripts([job for job in runnable if job.kind == "script"])

    def next_job(self) -> Micros | None:
        """Return when the next job or script may be run, or None where there is none."""
        with self.store.reading() as connection:
            return queries.next_job(connection)

    def _taken(self, runnable: Iterable[StoredJob]) -> Iterator[jobs.Taken]:
        """Take each job, unless it is gone, when it is its turn."""
        for job in runnable:
            with self.store.writing() as work:
                taken = jobs.take(work, self._catalogue, job, self.clock.now())
            if taken is not None:
                yield taken

    def _call(self, taken: jobs.Taken) -> jobs.Answer:
        return jobs.call(self.plugins.services(), taken)

    def _run_scripts(self, runnable: list[StoredJob]) -> int:
        """Run scripts, some at a time, each answered when it is done: one that takes long delays no other."""
        if not runnable:
            return 0
        with ThreadPoolExecutor(min(len(runnable), SCRIPTS_AT_A_TIME)) as threads:
            under_way = {threads.submit(jobs.run, self.scripts, taken): taken for taken in self._taken(runnable)}
            return sum(self._answer(under_way[done], done.result) for done in as_completed(under_way))

    def _answer(self, taken: jobs.Taken, ask: Callable[[], jobs.Answer]) -> bool:
        """Let the case go on with what *ask* brings; return whether it did."""
        try:
            answer = ask()
            with self.store.writing() as work:
                sent = jobs.answer(work, self._catalogue, taken, answer, self.clock.now())
        except SurroundingsError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a function does wrong is the job's failure
            with self.store.writing() as work:
                jobs.fail(work, taken, error, self.clock.now())
            return False
        self._settle(sent or 0)
        return sent is not None

    def incidents(self) -> list[IncidentView]:
        """Return what is stopped until somebody looks at it: wake-ups, deliveries, starts and jobs."""
        with self.store.reading() as connection:
            return incident_views(connection)

    def retry(self, case: str) -> None:
        """Let what is stopped of the case go on: wake-ups, jobs, deliveries; of a process, what begins its cases.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownProcessError: *case* has no slash and names no process.
            NoIncidentError: nothing of it is stopped.
        """
        now = self.clock.now()
        with self.store.writing() as work:
            if "/" not in case:
                if work.newest_version(case) is None:
                    raise UnknownProcessError(process=case)
                if not work.post.restart_starts(case, now):
                    raise NoIncidentError(case=case)
            else:
                found = find_case(work, case)
                restarted = work.restart_jobs(found.part, found.id, now) + work.post.restart(found.part, found.id, now)
                if found.incident is None and not restarted:
                    raise NoIncidentError(case=case)
                work.move_case(found._replace(incident=None), found.seq)
        self._settle()


class ScriptRunner(Protocol):
    """Runs scripts: ``ironcage.scripts.Runner``, or what takes its place."""

    def run(self, script: Script, data: Context, now: Micros, zone: tzinfo = UTC, result: str | None = None) -> Context:
        """Return what *script* brings to the case, or raise what keeps it from that."""
        ...
