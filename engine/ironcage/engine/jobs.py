"""Jobs: service functions and scripts, run outside every transaction, at least once, with a key that never changes.

Taking a job counts an attempt and hides it for the time of a lease; an answer counts only from the latest attempt.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from ironcage.engine.refusals import UnknownServiceError
from ironcage.engine.stepping import prepare, state_of
from ironcage.engine.waking import described
from ironcage.hooks import BpmnError, ServiceCall
from ironcage.machine import Complete, Throw, seen_by_wait
from ironcage.record import subject_of
from ironcage.scripts import ScriptError, ScriptThrewError
from ironcage.store import ConflictError
from ironcage.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from ironcage.clock import Micros
    from ironcage.engine.background import ScriptRunner
    from ironcage.engine.catalogue import Catalogue
    from ironcage.hooks import Service
    from ironcage.machine import Stimulus
    from ironcage.program import Node, Script
    from ironcage.store import StoredJob, Work
    from ironcage.values import Context, Value

_SECOND = 1_000_000
LEASE = 300 * _SECOND
"""How long one who took a job has for it."""
PAUSES = tuple(seconds * _SECOND for seconds in (1, 10, 60, 600, 3600))
"""How long to wait after the first failure, the second, ...; after one more, it is an incident."""
MOST_RETRIES = 1000
"""A model that asks for more retries gets so many."""

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


def take(work: Work, catalogue: Catalogue, job: StoredJob, now: Micros) -> Taken | None:
    """Take *job*, unless it was answered, withdrawn or taken in the meantime."""
    place = (job.part, job.case, job.wait)
    case, found = work.case_with_id(job.part, job.case), work.job(place)
    if case is None or found != job:
        return None
    program = catalogue.of(work, case).program
    node = program.nodes[program.index(job.element)]
    taken = job._replace(attempts=job.attempts + 1, run=now + LEASE)
    work.move_job(taken, job.attempts)
    variables = seen_by_wait(state_of(case), job.wait)
    key = f"{job.case.hex()}-{job.wait}"
    name = subject_of(case.process, case.key)
    called = ServiceCall(key, name, job.element, taken.attempts, variables, dict(node.headers))
    return Taken(taken, called, node, program.zone or UTC, now)


def run(scripts: ScriptRunner, taken: Taken) -> Answer:
    """Run the script that *taken* is, and return what it brings to the case.

    Raises:
        ScriptError: it brings nothing.
    """
    assert taken.script is not None, "asked of scripts only"
    try:
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
        return plain(service(taken.call))
    except BpmnError as error:
        return error


def answer(work: Work, catalogue: Catalogue, taken: Taken, brought: Answer, now: Micros) -> int | None:
    """Complete what the job was for, or let it end in an error; return how much the step sent to other cases.

    Returns None where the attempt is not the latest any more, and nothing was done.

    Raises:
        StepError: the model, with the data of the case, does not say how to go on.
    """
    job = taken.job
    case = work.case_with_id(job.part, job.case)
    found = work.job((job.part, job.case, job.wait))
    if case is None or found is None or found.attempts != job.attempts:
        return None
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
    return prepare(case, runnable, stimulus, now).save(work, runnable, now)


def fail(work: Work, taken: Taken, error: Exception, now: Micros) -> bool:
    """Put the job off, or stop it for good; return whether it was stopped."""
    job = taken.job
    pauses = _pauses(taken, error)
    stopped = job.attempts > len(pauses)
    if stopped:
        moved = job._replace(run=None, incident=described(error))
    else:
        moved = job._replace(run=now + pauses[job.attempts - 1])
    try:
        work.move_job(moved, job.attempts)
    except ConflictError:  # answered, withdrawn or taken by another in the meantime: nothing to put off
        return False
    return stopped


def _pauses(taken: Taken, error: Exception) -> Sequence[Micros]:
    """Return how long to wait after each failure; after one more, it is an incident."""
    if taken.script is not None:
        return PAUSES[: isinstance(error, ScriptError) and error.passes]
    retries = taken.node.retries
    if retries is None:
        return PAUSES
    return [PAUSES[min(nth, len(PAUSES) - 1)] for nth in range(min(retries, MOST_RETRIES))]
