"""The commands of the engine: each is one step in one transaction, and refuses before it has written anything."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from ironcage.engine.background import BackgroundWork
from ironcage.engine.basis import provenance
from ironcage.engine.calling import calls_of_nothing
from ironcage.engine.deploying import deploy_definition
from ironcage.engine.erasing import erase_case
from ironcage.engine.external import OutsideCommands
from ironcage.engine.messaging import MessageCommands
from ironcage.engine.migrating import MigrationCommands
from ironcage.engine.naming import CaseName, about_case, check_key, find_case, new_key
from ironcage.engine.refusals import (
    CaseArchivedError,
    CaseExistsError,
    CaseOverError,
    ErasureOrderError,
    ReasonMissingError,
)
from ironcage.engine.resolving import IncidentCommands
from ironcage.engine.starting import start_at
from ironcage.engine.stepping import prepare, prepare_start
from ironcage.engine.tasks import TaskCommands
from ironcage.engine.viewing import case_view
from ironcage.machine import CancelCase, Start
from ironcage.messages import text
from ironcage.record.verification import verify
from ironcage.store import archive, queries
from ironcage.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.definitions import Definition
    from ironcage.engine.views import CaseView, Deployment, Erasure, Place
    from ironcage.messages import Text
    from ironcage.record.keys import SigningKey
    from ironcage.record.seal import Seal
    from ironcage.record.sealed import Seals
    from ironcage.record.verification import Verification
    from ironcage.store import Work


class Engine(TaskCommands, MessageCommands, OutsideCommands, IncidentCommands, BackgroundWork, MigrationCommands):
    """Runs cases in a store, by a clock.

    A case is named ``PROCESS/KEY``, a task or a job ``PROCESS/KEY/NUMBER``. Whatever a command refuses, it has changed
    nothing and recorded nothing. What a command causes in other cases is done before it returns.
    """

    # Definitions and cases

    @traced
    def deploy(self, definition: Definition) -> Deployment:
        """Make *definition* the newest version of its process; the same files again are the version that is there.

        What begins cases of it begins them from now on: messages that were kept at once, timers when they are due.

        Raises:
            StepError: a timer that begins cases does not say when.
        """
        return self._do(lambda work: deploy_definition(work, definition, self.clock.now()))

    def calls_of_nothing(self, definition: Definition) -> list[tuple[str, str]]:
        """Return the call activities of *definition* that call a process not deployed yet: ids, and what they call."""
        with self._looking() as work:
            return calls_of_nothing(work, definition)

    @traced
    def start(
        self,
        process: str,
        data: Mapping[str, object] | None = None,
        *,
        key: str | None = None,
        actor: str | None = None,
        channel: str | None = None,
        place: Place | None = None,
        at: str | None = None,
    ) -> str:
        """Start a case of the newest version of *process* and return its name.

        Args:
            process: the key of the process.
            data: the case data; values as in ``ironcage.values``, or what ``plain`` makes them of.
            key: the key of the case, unique in its process; without one it gets one of its own.
            actor: who starts it.
            channel: by which channel it came.
            place: where it is about.
            at: the element that begins it, a start event with a definition for one; without it, the case begins at its
                none start events.

        Raises:
            UnknownProcessError: no version is deployed.
            UnknownStartError: no case begins at that element.
            CaseKeyError: *key* cannot be a key.
            CaseExistsError: the key is taken.
            DataRefusedError: the data do not fit the schema of the process.
            StepError: the model, with these data, does not say how to begin.
        """
        case = CaseName(process, new_key() if key is None else key)
        check_key(case.key)
        by = provenance(actor, channel, place)

        def begin(work: Work) -> int:
            runnable = self._catalogue.newest(work, process)
            if key is not None and work.is_taken(case.part, process, key):
                raise CaseExistsError(case=str(case))
            now = self.clock.now()
            begun_at = None if at is None else start_at(runnable, at)
            stimulus = Start(runnable.definition.schema.accept(data or {}), begun_at)
            return prepare_start(case, runnable, stimulus, now, by).start(work, runnable, now)

        self._do(begin, () if key is None else about_case(str(case)))
        return str(case)

    @traced
    def cancel(self, case: str, reason: str, *, actor: str | None = None, channel: str | None = None) -> None:
        """End the case, and the cases it called, for a *reason* that is recorded.

        Raises:
            UnknownCaseError: there is none.
            CaseOverError: it is over.
            ReasonMissingError: the reason is empty.
        """
        if not reason.strip():
            raise ReasonMissingError(case=case)

        def end(work: Work) -> int:
            found = find_case(work, case)
            if found.closed is not None:
                raise CaseOverError(case=case, status=text(found.status))
            runnable, now = self._catalogue.of(work, found), self.clock.now()
            by = provenance(actor, channel)
            return prepare(found, runnable, CancelCase(), now, by, reason).save(work, runnable, now, actor)

        self._do(end, about_case(case))

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

    # The record

    @traced
    def erase(self, case: str, order: str, *, actor: str | None = None) -> Erasure:
        """Erase by *order* what the case holds about people: payloads, personal variables, evidence kept of it.

        Raises:
            UnknownCaseError: there is none.
            ErasureOrderError: the order is empty.
            CaseArchivedError: what it holds lies in an archive.
        """
        if not order.strip():
            raise ErasureOrderError

        def wipe(work: Work) -> tuple[Erasure, list[str]]:
            found = find_case(work, case)
            if found.archive is not None:
                raise CaseArchivedError(case=case, archive=found.archive)
            runnable = self._runnable(work, found)
            erased = erase_case(work, found, runnable, order, self.clock.now(), provenance(actor))
            return erased, self.plugins.case_erased(self.store, case)

        erased, remaining = self.store.run(wipe)
        self.store.sweep()
        return replace(erased, remaining=(*erased.remaining, *remaining))

    def verify(self, seals: Seals | None = None) -> Verification:
        """Return what is wrong with the record, by itself and against *seals*, and what could not be proved."""
        with self.store.reading() as connection:
            archived = (row for row, _ in archive.stubs(connection))
            return verify(queries.record(connection), seals, archived)

    def seal(self, key: SigningKey, seals: Sequence[Seal] = ()) -> Seal:
        """Return a signed seal of every case that has changed since *seals*, all the seals made so far, in order."""
        from ironcage.record.seal import seal, unsealed  # noqa: PLC0415 - loads cryptography

        with self.store.reading() as connection:
            archived = (row for row, _ in archive.stubs(connection))
            heads = unsealed(chain(queries.record_cases(connection), archived), seals)
        return seal(heads, seals[-1] if seals else None, key, self.clock.now())
