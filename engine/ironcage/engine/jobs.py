"""Jobs: calls of service functions, run outside every transaction, at least once, with a key that never changes.

Taking a job counts an attempt and hides it for the time of a lease; an answer counts only from the latest attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.engine.refusals import UnknownServiceError
from ironcage.engine.stepping import prepare, state_of, variables_of
from ironcage.engine.waking import described
from ironcage.hooks import ServiceCall
from ironcage.machine import Complete
from ironcage.record import NOBODY, subject_of
from ironcage.store import ConflictError
from ironcage.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.hooks import Service
    from ironcage.store import StoredJob, Work
    from ironcage.values import Value

_SECOND = 1_000_000
LEASE = 300 * _SECOND
"""How long one who took a job has for it."""
PAUSES = tuple(seconds * _SECOND for seconds in (1, 10, 60, 600, 3600))
"""How long to wait after the first failure, the second, ...; after one more, it is an incident."""


class Taken(NamedTuple):
    """A job that was taken, and the call that it is."""

    job: StoredJob
    call: ServiceCall


def take(work: Work, job: StoredJob, now: Micros) -> Taken | None:
    """Take *job*, unless it was answered, withdrawn or taken in the meantime."""
    place = (job.part, job.case, job.wait)
    case, found = work.case_with_id(job.part, job.case), work.job(place)
    if case is None or found != job:
        return None
    taken = job._replace(attempts=job.attempts + 1, run=now + LEASE)
    work.move_job(taken, job.attempts)
    state = state_of(case)
    variables = variables_of(state, state.activities[state.waits[job.wait].activity].scope)
    key = f"{job.case.hex()}-{job.wait}"
    return Taken(taken, ServiceCall(key, subject_of(case.process, case.key), job.element, taken.attempts, variables))


def call(services: Mapping[str, Service], taken: Taken) -> Value:
    """Call the service and return its answer.

    Raises:
        UnknownServiceError: no installed package brings it.
    """
    service = services.get(taken.job.service)
    if service is None:
        raise UnknownServiceError(service=taken.job.service)
    return plain(service(taken.call))


def answer(work: Work, catalogue: Catalogue, taken: Taken, value: Value, now: Micros) -> bool:
    """Complete the service task with *value*; return False where the attempt is not the latest any more."""
    job = taken.job
    case = work.case_with_id(job.part, job.case)
    found = work.job((job.part, job.case, job.wait))
    if case is None or found is None or found.attempts != job.attempts:
        return False
    runnable = catalogue.of(work, case)
    result = runnable.program.nodes[runnable.program.index(job.element)].result
    stimulus = Complete(job.wait, {result: value} if result else {})
    prepare(case, runnable, stimulus, now, NOBODY).save(work, runnable, now, None)
    return True


def fail(work: Work, taken: Taken, error: Exception, now: Micros) -> bool:
    """Put the job off, or stop it for good; return whether it was stopped."""
    job = taken.job
    stopped = job.attempts > len(PAUSES)
    if stopped:
        moved = job._replace(run=None, incident=described(error))
    else:
        moved = job._replace(run=now + PAUSES[job.attempts - 1])
    try:
        work.move_job(moved, job.attempts)
    except ConflictError:  # answered, withdrawn or taken by another in the meantime: nothing to put off
        return False
    return stopped
