"""The commands on incidents: what is stopped, what was tried, letting it go on, and doing it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.engine import jobs
from ironcage.engine.basis import Basis, provenance
from ironcage.engine.naming import find_case, find_job, place_of
from ironcage.engine.notices import restart_notices
from ironcage.engine.refusals import (
    NoIncidentError,
    NothingToDismissError,
    NotStoppedError,
    ResolutionReasonError,
    ResolverMissingError,
)
from ironcage.engine.stepping import prepare
from ironcage.engine.viewing import attempt_view, incident_views
from ironcage.machine import Complete, Entry, EntryKind, Transition
from ironcage.store import backlog_of
from ironcage.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.engine.views import AttemptView, IncidentView
    from ironcage.store import Backlog, Work


class IncidentCommands(Basis):
    """What people do about what is stopped."""

    def incidents(self) -> list[IncidentView]:
        """Return what is stopped until somebody looks at it: wake-ups, deliveries, starts, jobs and notices."""
        with self.store.reading() as connection:
            return incident_views(connection)

    def backlog(self) -> Backlog:
        """Return what waits to be done, and what is stopped, counted no further than a limit."""
        with self.store.reading() as connection:
            return backlog_of(connection, self.clock.now(), sorted(self.site.topics))

    def attempts(self, job: str) -> list[AttemptView]:
        """Return every attempt at a job, the first first; they stay when the job is done.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownJobError: *job* is not the name of a job.
        """
        with self._looking() as work:
            return [attempt_view(n, each) for n, each in enumerate(work.labour.attempts(place_of(work, job)), 1)]

    @traced
    def retry(self, case: str) -> None:
        """Let what is stopped of the case go on: wake-ups, jobs, deliveries; of a process, what begins its cases.

        A name without a slash is that of a process, or of messages that nobody received in time.

        Raises:
            UnknownCaseError: there is no such case.
            NoIncidentError: nothing of it is stopped.
        """
        now = self.clock.now()

        def release(work: Work) -> None:
            if "/" not in case:
                if not work.post.restart_starts(case, now):
                    raise NoIncidentError(case=case)
            else:
                found = find_case(work, case)
                restarted = jobs.restart(work, self.site, found, now) + restart_notices(work, found, now)
                restarted += work.post.restart(found.part, found.id, now)
                if found.incident is None and not restarted:
                    raise NoIncidentError(case=case)
                work.move_case(found._replace(incident=None), found.seq)
            work.hint()  # what is not tried here and now is the workers'

        self._do(release)

    def dismiss(self, case: str) -> int:
        """Give up the messages that are stopped on their way from or to the case; return how many there were.

        A name without a slash is that of the messages.

        Raises:
            UnknownCaseError: there is no such case.
            NothingToDismissError: none is stopped.
        """

        def drop(work: Work) -> int:
            if "/" not in case:
                dropped = work.post.dismiss_named(case)
            else:
                found = find_case(work, case)
                dropped = work.post.dismiss(found.part, found.id)
            if not dropped:
                raise NothingToDismissError(case=case)
            return dropped

        return self.store.run(drop)

    def resolve_job(
        self, job: str, data: Mapping[str, object] | None = None, *, reason: str, actor: str, channel: str | None = None
    ) -> None:
        """Answer a job that is stopped by hand, with *data* as from a worker outside, and take its case on.

        Who did it, and for what *reason*, is recorded before what follows from it.

        Raises:
            ResolverMissingError, ResolutionReasonError: nobody is named, or no reason is given.
            UnknownJobError: there is no such job any more.
            NotStoppedError: it is not stopped: it is being tried, or will be.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with the data of this case, does not say how to go on.
        """
        if not actor.strip():
            raise ResolverMissingError(job=job)
        if not reason.strip():
            raise ResolutionReasonError(job=job)

        def answer(work: Work) -> int:
            case, found = find_job(work, job)
            if found.incident is None:
                raise NotStoppedError(job=job)
            runnable, now = self._catalogue.of(work, case), self.clock.now()
            stimulus = Complete(found.wait, jobs.accepted(runnable, found, data))
            element = runnable.program.index(found.element)
            said = Entry(EntryKind.ACTIVITY, Transition.RESOLVE, element, found.execution, payload={"reason": reason})
            prepared = prepare(case, runnable, stimulus, now, provenance(actor, channel), first=said)
            return prepared.save(work, runnable, now)

        self._do(answer)
