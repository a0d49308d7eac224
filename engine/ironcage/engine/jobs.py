"""Jobs: service functions and scripts, run outside every transaction, at least once, with a key that never changes.

Taking a job counts an attempt and hides it for the time of a lease; an answer counts only from the latest attempt.
"""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from ironcage.engine.incidents import described
from ironcage.engine.leases import LEASE, LONGEST_LEASE, MOST_RETRIES, PAUSES, pause
from ironcage.engine.notices import tell_incident
from ironcage.engine.refusals import AttemptLostError, UnknownServiceError
from ironcage.engine.stepping import prepare, state_of
from ironcage.errors import SurroundingsError
from ironcage.hooks import BpmnError, GiveUpError, ServiceCall
from ironcage.logs import Happening, kind_of, log
from ironcage.machine import Complete, Throw, seen_by_wait
from ironcage.record import subject_of
from ironcage.scripts import ScriptError, ScriptThrewError
from ironcage.store import StoredAttempt
from ironcage.tracing import span
from ironcage.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from ironcage.clock import Micros
    from ironcage.engine.background import ScriptRunner
    from ironcage.engine.catalogue import Catalogue, Runnable
    from ironcage.hooks import Service
    from ironcage.machine import Stimulus
    from ironcage.program import Node, Script
    from ironcage.settings import Site
    from ironcage.store import Store, StoredCase, StoredJob, Work
    from ironcage.values import Context, Value

_NUMBERED_FROM = 1_767_225_600_000_000
"""The beginning of 2026."""
Answer: TypeAlias = "Value | BpmnError"
"""What a job brings: a value, what a script made of the data, or the BPMN error it ended in."""


class Taken(NamedTuple):
    """A job that was taken, and the call that it is."""

    job: StoredJob
    call: ServiceCall
    node: Node
    """The task it is the work of."""
    zone: tzinfo
    """Of the process."""
    at: Micros
    """When it was taken."""

    @property
    def script(self) -> Script | None:
        """The script that it is, where it is no service."""
        return self.node.script if self.job.kind == "script" else None


def claim_own(work: Work, site: Site, now: Micros) -> StoredJob | None:
    """Take the job of the engine itself that has waited longest; None where none is due.

    A service that the *site* has given to the workers outside since it was asked for is left to them.
    """
    while found := work.labour.due(now, 1):
        (job,) = found
        if job.kind == "service" and site.is_outside(job.service):
            work.move_job(job._replace(kind="external"), job.attempts)
        elif taken := take(work, site, job, now, LEASE):
            return taken
    return None


def claim_outside(
    work: Work, site: Site, topic: str, worker: str, now: Micros, limit: int, lease: Micros,
    processes: Sequence[str] = (),
) -> list[StoredJob]:  # fmt: skip
    """Take at most *limit* jobs for *worker* under *topic*, those that have waited longest first.

    Where *processes* are named, only jobs of their cases.
    """
    claimed: list[StoredJob] = []
    while len(claimed) < limit and (found := work.labour.due_topic(topic, now, limit - len(claimed), processes)):
        claimed += [taken for job in found if (taken := take(work, site, job, now, lease, worker))]
    return claimed


def take(
    work: Work, site: Site, job: StoredJob, now: Micros, lease: Micros, worker: str | None = None
) -> StoredJob | None:
    """Take *job*, which is due, for the time of the *lease*; return it as it is then.

    One that was lost as often as it may be tried is stopped instead: it may be what ends those who take it.
    """
    if tries(job):
        work.labour.end(job.place, job.attempts, now, "lost")
    if tries(job) > retries_of(job):
        _stop(work, site, job, AttemptLostError(), now)
        return None
    number = max(job.attempts + 1, number_at(now))
    passed_over = number - job.attempts - 1
    taken = job._replace(attempts=number, earlier=job.earlier + passed_over, run=now + lease)
    work.move_job(taken, job.attempts)
    work.labour.begin(StoredAttempt(*job.place, taken.attempts, job.element, worker, now))
    return taken


def number_at(now: Micros) -> int:
    """Return the least number that an attempt may have that begins at *now*.

    It grows by the second. So no number is given out twice, even where an older backup is put back: who has a job since
    a time that is lost is refused like everybody who was too slow.
    """
    return (now - _NUMBERED_FROM) // 1_000_000


def tries(job: StoredJob) -> int:
    """Return how often *job* has been tried since it was opened, or since somebody had it tried again."""
    return job.attempts - job.earlier


def extend(work: Work, under_way: Iterable[Taken], now: Micros) -> None:
    """Let each of the jobs that are being run be its attempt's for the time of a lease from *now*.

    So that none runs twice because it runs long. One that another attempt has taken stays with that; one that has run
    as long as any may is not extended, for who runs it may hang.
    """
    for taken in under_way:
        job = taken.job
        found = work.job(job.place)
        is_held = found is not None and found.attempts == job.attempts and found.run is not None
        if found is not None and is_held and now < taken.at + LONGEST_LEASE:
            work.move_job(found._replace(run=now + LEASE), found.attempts)


def call_of(store: Store, catalogue: Catalogue, site: Site, job: StoredJob, now: Micros) -> Taken | None:
    """Return the call that *job*, which was taken, is; None where it was withdrawn in the meantime.

    Where its case cannot be read the job is stopped, and None returned, too: the others go on.
    """
    try:
        with store.looking() as work:
            return called(work, catalogue, job, now)
    except SurroundingsError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one case must not stop the others
        store.run(partial(_stop_taken, site=site, job=job, error=error, now=now))
        log(Happening.JOB_STOPPED, job=key_of(job), element=job.element, attempt=tries(job), error=kind_of(error))
        return None


def called(work: Work, catalogue: Catalogue, job: StoredJob, now: Micros) -> Taken | None:
    """Return the call that *job*, which was taken, is; None where it was withdrawn in the meantime."""
    case = work.case_with_id(job.part, job.case)
    if case is None or work.job(job.place) is None:
        return None
    program = catalogue.of(work, case).program
    node = program.nodes[program.index(job.element)]
    variables = seen_by_wait(state_of(case), job.wait)
    name = subject_of(case.process, case.key)
    call = ServiceCall(key_of(job), name, job.element, tries(job), variables, dict(node.headers))
    return Taken(job, call, node, program.zone or UTC, now)


def told_of(call: ServiceCall, job: StoredJob) -> dict[str, str | int | None]:
    """Return what may be logged of a job."""
    return {
        "case": call.case,
        "element": call.element,
        "service": job.service,
        "attempt": tries(job),
        "job": call.key,
    }


def key_of(job: StoredJob) -> str:
    """Return what stays the same when the job is repeated."""
    return f"{job.case.hex()}-{job.wait}"


def run(scripts: ScriptRunner, taken: Taken) -> Answer:
    """Run the script that *taken* is, and return what it brings to the case.

    Raises:
        ScriptError: it brings nothing.
    """
    assert taken.script is not None, "asked of scripts only"
    try:
        with span("job", **told_of(taken.call, taken.job)):
            return scripts.run(taken.script, taken.call.variables, taken.at, taken.zone, taken.node.result)
    except ScriptThrewError as error:
        return BpmnError(error.code, error.data)


def call(services: Mapping[str, Service], taken: Taken) -> Answer:
    """Call the service and return its answer.

    Raises:
        UnknownServiceError: no installed package brings it.
    """
    service = services.get(taken.job.service)
    if service is None:
        raise UnknownServiceError(service=taken.job.service)
    try:
        with span("job", **told_of(taken.call, taken.job)):
            return plain(service(taken.call))
    except BpmnError as error:
        return error


def answer(work: Work, catalogue: Catalogue, taken: Taken, brought: Answer, now: Micros) -> bool:
    """Complete what the job was for, or let it end in an error.

    Returns False where the attempt is not the latest any more, and nothing was done.

    Raises:
        StepError: the model, with the data of the case, does not say how to go on.
    """
    job = taken.job
    case, found = work.case_with_id(job.part, job.case), work.job(job.place)
    if case is None or found is None or found.attempts != job.attempts:
        return False
    runnable = catalogue.of(work, case)
    result = runnable.program.nodes[runnable.program.index(job.element)].result
    stimulus: Stimulus
    if isinstance(brought, BpmnError):
        data = {name: plain(value) for name, value in brought.data.items()}
        stimulus = Throw(job.wait, brought.code, data)
    elif taken.script is not None:
        stimulus = Complete(job.wait, cast("Context", brought))
    else:
        stimulus = Complete(job.wait, {result: brought} if result else {})
    prepared = prepare(case, runnable, stimulus, now)
    work.labour.end(job.place, job.attempts, now, "thrown" if isinstance(brought, BpmnError) else "done")
    prepared.save(work, runnable, now)
    return True


def accepted(runnable: Runnable, job: StoredJob, data: Mapping[str, object] | None) -> Context:
    """Return what *data*, the answer to *job* from outside, brings to the case.

    Each entry is a variable. Where the model names the variable that the answer is kept in, the entry of that name is
    the answer, and without one all of them together are.

    Raises:
        DataRefusedError: it does not fit the schema of the process.
    """
    node = runnable.program.nodes[runnable.program.index(job.element)]
    brought = dict(data or {})
    if node.result is not None and node.result not in brought:
        brought = {node.result: brought or None}
    others = node.result is not None or bool(node.outputs) or not node.passes
    return runnable.definition.schema.accept(brought, partial=True, others=others)


def accepted_error(runnable: Runnable, _job: StoredJob, data: Mapping[str, object] | None) -> Context:
    """Return what *data* that come with a BPMN error from outside bring to the case.

    Raises:
        DataRefusedError: they do not fit the schema of the process.
    """
    return runnable.definition.schema.accept(data or {}, partial=True)


def fail(work: Work, site: Site, job: StoredJob, error: Exception, now: Micros, rest: Micros | None = None) -> bool:
    """Put the job off, for *rest* if that is given, or stop it for good; return whether it was stopped."""
    found = work.job(job.place)
    if found is None or found.attempts != job.attempts:  # answered, withdrawn or taken by another in the meantime
        return False
    failures = tries(job)
    stopped = isinstance(error, GiveUpError) or failures > retries_of(job, error)
    if stopped:
        _stop(work, site, job, error, now)
    else:
        run = now + (pause(key_of(job), failures) if rest is None else rest)
        work.move_job(job._replace(run=run), job.attempts)
    work.labour.end(job.place, job.attempts, now, "failed", described(error))
    return stopped


def _stop(work: Work, site: Site, job: StoredJob, error: Exception, now: Micros) -> None:
    work.move_job(job._replace(run=None, incident=described(error)), job.attempts)
    tell_incident(work, site, job.part, job.case, job.element, error, now)


def _stop_taken(work: Work, site: Site, job: StoredJob, error: Exception, now: Micros) -> None:
    _stop(work, site, job, error, now)
    work.labour.end(job.place, job.attempts, now, "failed", described(error))


def retries_of(job: StoredJob, error: Exception | None = None) -> int:
    """Return how often *job* is tried again, after *error* if that is known; after one more failure it is stopped."""
    if job.kind == "script":
        return int(error is None or (isinstance(error, ScriptError) and error.passes))
    return len(PAUSES) if job.retries is None else min(job.retries, MOST_RETRIES)


def restart(work: Work, site: Site, case: StoredCase, now: Micros) -> int:
    """Let the stopped jobs of *case* be taken again, as often as at first; return how many there are.

    The attempts go on being counted: who had it before can answer until somebody takes it anew, and not after that.
    """
    stopped = work.labour.stopped(case.part, case.id)
    for job in stopped:
        kind = job.kind
        if kind != "script":
            kind = "external" if site.is_outside(job.service) else "service"
        work.move_job(job._replace(run=now, incident=None, kind=kind, earlier=job.attempts), job.attempts)
    return len(stopped)
