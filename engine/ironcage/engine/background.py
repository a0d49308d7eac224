"""What an engine does by itself when its time has come: timers, deadlines, deliveries, jobs and scripts."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar, cast

from ironcage import metrics
from ironcage.engine import jobs
from ironcage.engine.basis import MOST_DELIVERIES, TOGETHER, Basis
from ironcage.engine.delivering import deliver_marked
from ironcage.engine.keeping import give_up
from ironcage.engine.marking import mark_due, mark_sendings, new_attempt
from ironcage.engine.notices import claim_notice, put_off, tell
from ironcage.engine.refusals import OpenUnitError
from ironcage.engine.views import Woken
from ironcage.engine.waking import wake_marked
from ironcage.errors import SurroundingsError
from ironcage.logs import Happening, kind_of, log
from ironcage.outside import connector_service
from ironcage.scripts import Runner
from ironcage.store import StoredNotice
from ironcage.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from datetime import tzinfo

    from ironcage.clock import Micros, VirtualClock
    from ironcage.engine.waking import Fired
    from ironcage.program import Script
    from ironcage.store import StoredJob, Work
    from ironcage.values import Context

T = TypeVar("T")
HEARTBEAT_SECONDS = 60.0
"""So often the leases of the jobs that run are extended; two may fail before one runs out."""
JOBS_AT_A_TIME = 4
"""So many jobs run at once, each in a thread of its own, and a script there in a process of its own."""


class BackgroundWork(Basis):
    """Fires what is due, delivers what is on its way, and runs what runs outside."""

    @cached_property
    def scripts(self) -> ScriptRunner:
        """What runs the scripts of script tasks: child processes, started when there is a first script."""
        return Runner(processes=JOBS_AT_A_TIME)

    @traced
    def wake(self, limit: int = 100) -> Woken:
        """Fire at most *limit* timers and deadlines that are due, each exactly once, several in one transaction.

        What is still on its way between cases, after a process was killed or a signal to very many, is delivered
        first, at most *limit* things of it: timers do not wait for all of that. A case whose step fails gets an
        incident and is not woken again before ``retry``; the others go on.
        """
        expired = self.store.run(partial(give_up, now=self.clock.now()))
        delivered = self._deliver(self.store.run(partial(_is_something_under_way, now=self.clock.now())), limit)
        steps, stopped, looked_at = 0, list[str](), 0
        while looked_at < limit:
            fired = self._fire(min(TOGETHER, limit - looked_at))
            if not fired:
                break
            looked_at += len(fired)
            steps += sum(each.done for each in fired)
            for each in fired:
                if not each.done:
                    stopped.append(each.name)
                    log(Happening.CASE_STOPPED, case=each.name)
            delivered += self._deliver(any(each.sent for each in fired), MOST_DELIVERIES)
        return Woken(steps, tuple(stopped), delivered, expired)

    def _fire(self, most: int) -> list[Fired]:
        """Fire at most so many wake-ups that are due, in one transaction, marked in one before it."""
        now = self.clock.now()
        attempt = new_attempt(now)
        at = self.store.clock.now()
        with metrics.CLAIMS.timed():
            is_any = self.store.note(partial(mark_due, attempt=attempt, now=now, at=at, limit=most))
        if not is_any:
            return []
        return self._try(attempt, partial(wake_marked, catalogue=self._catalogue, attempt=attempt, now=now))

    def _deliver(self, is_any: bool, most: int) -> int:
        """Deliver what is on its way, at most so much, as wake-ups are fired; return how much there was."""
        delivered = 0
        while is_any and delivered < most:
            now = self.clock.now()
            attempt = new_attempt(now)
            at = self.store.clock.now()
            some = min(TOGETHER, most - delivered)
            is_any = self.store.note(partial(mark_sendings, attempt=attempt, now=now, at=at, limit=some))
            if is_any:
                marked = partial(deliver_marked, catalogue=self._catalogue, attempt=attempt, now=now)
                delivered += self._try(attempt, marked)
        return delivered

    def _try(self, attempt: bytes, body: Callable[[Work], T]) -> T:
        """Run the unit of work that tries what *attempt* has marked; if it fails, it was not what ended a process."""
        try:
            return self.store.run(body)
        except Exception:
            if not self.store.is_busy():  # else the marks go with the unit that this one is part of
                with suppress(SurroundingsError):  # what failed first is told
                    self.store.note(lambda work: work.marks.take_back(attempt))
            raise

    def next_wake(self) -> Micros | None:
        """Return the instant of the next timer, deadline or delivery, or None where nothing waits for one."""
        with self._looking() as work:
            planned = (work.next_wake(), work.post.next_start(), work.post.next_run())
            return min((at for at in planned if at is not None), default=None)

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

        Nothing is open while one runs, and nobody else takes it then, a day at most. A service function that fails is
        called again later, with pauses that grow, and in the end becomes an incident; a script that fails is an
        incident at once, one stopped at a limit after it was tried a second time.

        Raises:
            OpenUnitError: called inside a transaction.
            SurroundingsError: the database could not take an answer, or give out a job; whatever else was under way is
                answered first.
        """
        if self.store.is_busy():
            raise OpenUnitError
        answered, begun, beat = 0, 0, time.monotonic()
        under_way: dict[Future[object], Undertaking] = {}
        failed: list[SurroundingsError] = []

        def tried(act: Callable[[], T]) -> T | None:
            """Return what *act* does, if the database can: what else is under way is to be answered all the same."""
            try:
                return act()
            except SurroundingsError as error:
                failed.append(error)
                return None

        with ThreadPoolExecutor(JOBS_AT_A_TIME) as threads:
            while True:
                while not failed and begun < limit and len(under_way) < JOBS_AT_A_TIME:
                    found = tried(self._undertaking)
                    if not found:
                        break
                    begun += 1
                    under_way[threads.submit(found.work)] = found
                if not under_way and failed:
                    raise failed[0]
                if not under_way:
                    return answered
                for done in wait(under_way, HEARTBEAT_SECONDS, FIRST_COMPLETED).done:
                    answered += tried(partial(under_way.pop(done).finish, done.result)) or 0
                if time.monotonic() - beat >= HEARTBEAT_SECONDS:
                    self._extend([each.taken for each in under_way.values() if each.taken])
                    beat = time.monotonic()

    def next_job(self) -> Micros | None:
        """Return when the next job, script or notice may be run, or None where there is none."""
        with self._looking() as work:
            return min((at for at in (work.labour.next_run(), work.notices.next_run()) if at is not None), default=None)

    def _undertaking(self) -> Undertaking | None:
        """Take what has waited longest of jobs and notices; None where nothing is due."""
        while True:
            taken = self.store.run(self._claim)
            if isinstance(taken, StoredNotice):
                told = partial(tell, self.site, taken, self.clock.now())
                return Undertaking(told, partial(self._told, taken))
            if taken is None:
                return None
            called = jobs.call_of(self.store, self._catalogue, self.site, taken, self.clock.now())
            if called is not None:  # it was not withdrawn in the meantime, and its case can be read
                return Undertaking(self._work_of(called), partial(self._answer, called), called)

    def _extend(self, under_way: list[jobs.Taken]) -> None:
        """Keep what is being run from being taken by others."""
        if not under_way:
            return
        with suppress(SurroundingsError):  # the next time may do; if not, another takes it, and the answer is fenced
            self.store.run(lambda work: jobs.extend(work, under_way, self.clock.now()))

    def _claim(self, work: Work) -> StoredJob | StoredNotice | None:
        now = self.clock.now()
        job, notice = work.labour.next_run(), work.notices.next_run()
        if notice is not None and (job is None or notice < job):
            return claim_notice(work, self.site, now) or jobs.claim_own(work, self.site, now)
        return jobs.claim_own(work, self.site, now)

    def _work_of(self, taken: jobs.Taken) -> Callable[[], jobs.Answer]:
        """Return what does the job: in a thread of its own, and without touching a transaction."""
        if taken.script is not None:
            return partial(jobs.run, self.scripts, taken)
        connector = self.site.connectors.get(taken.job.service)
        if connector is not None:
            return partial(jobs.call, {connector.name: connector_service(connector)}, taken)
        return partial(jobs.call, self.plugins.services(), taken)

    def _answer(self, taken: jobs.Taken, ask: Callable[[], object]) -> bool:
        """Let the case go on with what *ask* brings; return whether it did."""
        try:
            answer = cast("jobs.Answer", ask())
            is_done = self._do(lambda work: jobs.answer(work, self._catalogue, taken, answer, self.clock.now()))
        except SurroundingsError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a function does wrong is the job's failure
            failed = partial(jobs.fail, site=self.site, job=taken.job, error=error, now=self.clock.now())
            happening = Happening.JOB_STOPPED if self.store.run(failed) else Happening.JOB_FAILED
            log(happening, **jobs.told_of(taken.call, taken.job), error=kind_of(error))
            return False
        metrics.JOBS.add(jobs.tries(taken.job))
        return is_done

    def _told(self, notice: StoredNotice, ask: Callable[[], object]) -> bool:
        """Forget a notice that was told, or put it off; return whether it was told."""
        try:
            ask()
        except SurroundingsError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever goes wrong with one webhook must not stop the others
            self.store.run(partial(put_off, notice=notice, error=error, now=self.clock.now()))
            return False
        return self.store.run(lambda work: work.notices.drop(notice))


class Undertaking(NamedTuple):
    """Something that is done outside every transaction, and what becomes of it."""

    work: Callable[[], object]
    finish: Callable[[Callable[[], object]], bool]
    """Takes in what ``work`` brought, which the function it is given returns or raises; returns whether it was done."""
    taken: jobs.Taken | None = None
    """The job that it is, where it is one."""


def _is_something_under_way(work: Work, now: Micros) -> bool:
    """Return whether anything is still on its way between cases that is to be delivered at *now*."""
    planned = work.post.next_run()
    return planned is not None and planned <= now


class ScriptRunner(Protocol):
    """Runs scripts: ``ironcage.scripts.Runner``, or what takes its place."""

    def run(self, script: Script, data: Context, now: Micros, zone: tzinfo = UTC, result: str | None = None) -> Context:
        """Return what *script* brings to the case, or raise what keeps it from that."""
        ...
