"""The commands on tasks: each is one step in one transaction, and refuses before it has written anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine.basis import Basis, provenance
from ironcage.engine.naming import about_task, find_case, find_task
from ironcage.engine.refusals import (
    ActorMissingError,
    TaskClaimedError,
    TaskCompletedError,
    TaskNotClaimedError,
    TaskWithdrawnError,
)
from ironcage.engine.stepping import note, prepare
from ironcage.engine.viewing import task_view
from ironcage.machine import Complete, Entry, EntryKind, Throw, Transition
from ironcage.messages import text
from ironcage.record import Provenance
from ironcage.store import queries
from ironcage.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ironcage.engine.views import Place, TaskView
    from ironcage.machine import Stimulus
    from ironcage.store import StoredCase, StoredTask, Work
    from ironcage.values import Context


class TaskCommands(Basis):
    """What people do with the work that is offered to them."""

    def tasks(
        self, *, role: str | None = None, unit: str | None = None, case: str | None = None, limit: int | None = None,
        processes: Sequence[str] = (),
    ) -> list[TaskView]:  # fmt: skip
        """Return the open tasks of *role*, *unit* and *case* (None for any), the first due first.

        Without a case only those of *processes* are returned, where any are named.

        Raises:
            UnknownCaseError: there is no such case.
        """
        with self._looking() as work:
            if case is None:
                found = queries.open_tasks(work.connection, role, unit, limit, processes)
            else:
                of_case = work.open_tasks(find_case(work, case))
                found = [task for task in of_case if role in (None, task.role) and unit in (None, task.unit)][:limit]
        now = self.clock.now()
        return [task_view(task, now) for task in found]

    @traced
    def claim(self, task: str, actor: str) -> None:
        """Give the task to *actor*; claiming what one has already changes nothing.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
        """
        if not actor:
            raise ActorMissingError(task=task)

        def give(work: Work) -> None:
            case, found = self._open_task(work, task, actor)
            if found.status != "claimed":
                self._assign(work, case, found, Transition.ASSIGN, actor)

        self.store.run(give, about_task(task))

    @traced
    def release(self, task: str, actor: str) -> None:
        """Give the task back to all it is offered to, or to the person the model gives it to.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
            TaskNotClaimedError: nobody has it.
        """

        def give_back(work: Work) -> None:
            case, found = self._open_task(work, task, actor)
            if found.status != "claimed":
                raise TaskNotClaimedError(task=task)
            self._assign(work, case, found, Transition.RELEASE, actor)

        self.store.run(give_back, about_task(task))

    @traced
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
        self._finish(task, data, provenance(actor, channel, place), Complete)

    def fail(
        self,
        task: str,
        code: str,
        data: Mapping[str, object] | None = None,
        *,
        escalation: bool = False,
        actor: str | None = None,
        channel: str | None = None,
    ) -> None:
        """End the task with the BPMN error *code*, which the model may catch; uncaught, it ends the case as failed.

        With *escalation* the code is that of an escalation, and the task stays open unless what catches it ends it.

        Raises:
            UnknownTaskError: there is none.
            TaskCompletedError, TaskWithdrawnError: it is over.
            TaskClaimedError: somebody else has it.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with the data of this case, does not say how to go on.
        """

        def thrown(wait: int, brought: Context) -> Throw:
            return Throw(wait, code, brought, escalation)

        self._finish(task, data, provenance(actor, channel), thrown)

    def _finish(
        self,
        task: str,
        data: Mapping[str, object] | None,
        by: Provenance,
        stimulus: Callable[[int, Context], Stimulus],
    ) -> None:
        def go_on(work: Work) -> int:
            case, found = self._open_task(work, task, by.actor)
            runnable = self._catalogue.of(work, case)
            now = self.clock.now()
            brought = runnable.definition.schema.accept(data or {}, partial=True)
            step = prepare(case, runnable, stimulus(found.wait, brought), now, by)
            return step.save(work, runnable, now, by.actor)

        self._do(go_on, about_task(task))

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
