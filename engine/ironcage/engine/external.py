"""The commands of workers outside: they fetch jobs by topic, each for a time, and say what came of them.

A job is answered only by the attempt that has it, in its time: whoever was too slow is refused, and changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine import jobs
from ironcage.engine.basis import Basis
from ironcage.engine.leases import LEASE, LONGEST_LEASE
from ironcage.engine.naming import about_job, find_job, job_name
from ironcage.engine.refusals import (
    FailureReasonError,
    JobFailedError,
    LeaseError,
    LimitError,
    ReleasedJobError,
    UnknownTopicError,
    WorkerNameError,
)
from ironcage.engine.stepping import prepare
from ironcage.engine.views import JobView
from ironcage.machine import Complete, Throw
from ironcage.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from ironcage.clock import Micros
    from ironcage.machine import Stimulus
    from ironcage.store import StoredJob, Work
    from ironcage.values import Context

MOST_FETCHED = 1000
"""So many jobs can be fetched at once."""
LONGEST_REST = timedelta(days=366)
"""A job that failed rests no longer."""
LONGEST_REASON = 2000
"""So many characters of a reason are kept."""
_LONGEST_NAME = 200
_USUAL_LEASE = timedelta(microseconds=LEASE)
_LONGEST_LEASE = timedelta(microseconds=LONGEST_LEASE)
_MICROSECOND = timedelta(microseconds=1)


class OutsideCommands(Basis):
    """What workers outside do."""

    @traced
    def fetch_jobs(
        self,
        topics: Sequence[str],
        worker: str,
        limit: int = 10,
        lease: timedelta = _USUAL_LEASE,
        processes: Sequence[str] = (),
    ) -> list[JobView]:
        """Take at most *limit* jobs under *topics* for *worker*, each for the time of *lease*, and return them.

        Only those of cases of *processes* are taken, where any are named.

        No two workers have one job at a time. Those of the topic named first come first, and of one topic those that
        have waited longest.

        Raises:
            UnknownTopicError: a topic is not among those of the settings file.
            WorkerNameError, LimitError, LeaseError: the worker, the limit or the lease cannot be.
        """
        for topic in topics:
            if not self.site.is_outside(topic):
                raise UnknownTopicError(topic=topic, known=", ".join(sorted(self.site.topics)) or "-")
        if not worker.strip() or not worker.isprintable() or len(worker) > _LONGEST_NAME:
            raise WorkerNameError(worker=repr(worker))
        if not 1 <= limit <= MOST_FETCHED:
            raise LimitError(limit=limit, most=MOST_FETCHED)
        now, time = self.clock.now(), _time(lease)

        def claim(work: Work) -> list[StoredJob]:
            claimed: list[StoredJob] = []
            for topic in dict.fromkeys(topics):
                left = limit - len(claimed)
                claimed += jobs.claim_outside(work, self.site, topic, worker, now, left, time, processes)
            return claimed

        claimed = self.store.run(claim)
        calls = (jobs.call_of(self.store, self._catalogue, self.site, job, now) for job in claimed)
        return [_view(taken, worker) for taken in calls if taken]

    def extend_job(self, job: str, attempt: int, lease: timedelta) -> datetime:
        """Let *attempt* have the job for the time of *lease* from now; return until when that is.

        Raises:
            UnknownJobError: there is no such job any more.
            ReleasedJobError: the attempt has it no more.
            LeaseError: the lease cannot be.
        """
        time = _time(lease)

        def extend(work: Work) -> Micros:
            now = self.clock.now()
            _, found = self._held(work, job, attempt, now)
            work.move_job(found._replace(run=now + time), attempt)
            return now + time

        return instant(self.store.run(extend))

    @traced
    def complete_job(self, job: str, attempt: int, data: Mapping[str, object] | None = None) -> None:
        """Answer the job with *data* and take its case on to where it waits next.

        Each entry of the data becomes a variable. Where the model names the variable that the answer is kept in, the
        entry of that name is the answer, and without one all of them together are.

        Raises:
            UnknownJobError: there is no such job any more.
            ReleasedJobError: the attempt has it no more.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with the data of this case, does not say how to go on; ``fail_job`` says so to people.
        """
        self._end(job, attempt, data, "done", Complete)

    @traced
    def throw_job(self, job: str, attempt: int, code: str, data: Mapping[str, object] | None = None) -> None:
        """End the job with the BPMN error *code*, which the model may catch; uncaught, it ends the case as failed.

        Raises:
            UnknownJobError: there is no such job any more.
            ReleasedJobError: the attempt has it no more.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with the data of this case, does not say how to go on.
        """

        def thrown(wait: int, brought: Context) -> Throw:
            return Throw(wait, code, brought)

        self._end(job, attempt, data, "thrown", thrown)

    @traced
    def fail_job(self, job: str, attempt: int, reason: str, retry_in: timedelta | None = None) -> bool:
        """Give the job back, for a *reason*: it is tried again after a while, or stopped after the last attempt.

        Args:
            job: the name of the job.
            attempt: the attempt that has it.
            reason: what went wrong, for people; personal data of the case do not belong into it.
            retry_in: after how long it may be tried again, at most a year; without it, after pauses that grow.

        Returns:
            Whether it is stopped, until somebody looks at it.

        Raises:
            UnknownJobError: there is no such job any more.
            ReleasedJobError: the attempt has it no more.
            FailureReasonError: the reason is empty.
        """
        if not reason.strip():
            raise FailureReasonError(job=job)
        rest = None if retry_in is None else min(max(retry_in, timedelta()), LONGEST_REST) // _MICROSECOND

        def fail(work: Work) -> bool:
            now = self.clock.now()
            worker, found = self._held(work, job, attempt, now)
            error = JobFailedError(worker=worker, reason=reason[:LONGEST_REASON])
            return jobs.fail(work, self.site, found, error, now, rest)

        return self.store.run(fail, about_job(job))

    def topic_of(self, job: str) -> str:
        """Return the topic of the job.

        Raises:
            UnknownJobError: there is no such job any more.
        """
        with self._looking() as work:
            return find_job(work, job)[1].service

    def _end(
        self,
        job: str,
        attempt: int,
        data: Mapping[str, object] | None,
        outcome: str,
        stimulus: Callable[[int, Context], Stimulus],
    ) -> None:
        accept = jobs.accepted if outcome == "done" else jobs.accepted_error

        def go_on(work: Work) -> int:
            now = self.clock.now()
            case, found = find_job(work, job)
            _check_held(work, job, found, attempt, now)
            runnable = self._catalogue.of(work, case)
            brought = accept(runnable, found, data)
            prepared = prepare(case, runnable, stimulus(found.wait, brought), now)
            work.labour.end(found.place, attempt, now, outcome)
            return prepared.save(work, runnable, now)

        self._do(go_on, about_job(job))

    def _held(self, work: Work, job: str, attempt: int, now: Micros) -> tuple[str, StoredJob]:
        _, found = find_job(work, job)
        return _check_held(work, job, found, attempt, now), found


def _check_held(work: Work, name: str, job: StoredJob, attempt: int, now: Micros) -> str:
    """Make sure that *attempt* has the job at *now*; return the worker whose it is.

    Raises:
        ReleasedJobError: it has not.
    """
    held = work.labour.attempt(job.place, attempt)
    in_time = job.attempts == attempt and job.run is not None and now < job.run
    if held is None or held.worker is None or held.ended is not None or not in_time:
        raise ReleasedJobError(job=name, attempt=attempt)
    return held.worker


def _view(taken: jobs.Taken, worker: str) -> JobView:
    job, call = taken.job, taken.call
    assert job.run is not None, "it was just taken"
    return JobView(
        name=job_name(job, call.case),
        case=call.case,
        element=job.element,
        topic=job.service,
        attempt=job.attempts,
        worker=worker,
        key=call.key,
        locked_until=instant(job.run),
        variables=call.variables,
        headers=call.headers,
    )


def _time(lease: timedelta) -> Micros:
    if not timedelta() < lease <= _LONGEST_LEASE:
        raise LeaseError(most=_LONGEST_LEASE // timedelta(hours=1))
    return lease // _MICROSECOND
