"""The commands by which the world outside speaks to cases: messages to one of them, signals to all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.engine.basis import Basis, provenance
from ironcage.engine.correlation import Letter, begun_by, receiver, receiver_in
from ironcage.engine.keeping import keep_letter
from ironcage.engine.naming import case_name
from ironcage.engine.refusals import CaseOverError, NotAwaitedError, OtherKeyAwaitedError, UnknownCaseError
from ironcage.engine.sending import Outgoing, message_part
from ironcage.engine.starting import start_by_message
from ironcage.engine.stepping import prepare
from ironcage.engine.views import Receipt
from ironcage.machine import NotWaitingError, Receive
from ironcage.messages import text
from ironcage.record import subject_of
from ironcage.store import ConflictError, new_id
from ironcage.tracing import traced
from ironcage.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.clock import Micros
    from ironcage.engine.correlation import Receiver
    from ironcage.engine.naming import CaseName
    from ironcage.record import Provenance
    from ironcage.store import StoredStart, Work

_KEEP_NONE = timedelta()


class MessageCommands(Basis):
    """What is sent to cases from outside."""

    @traced
    def message(
        self,
        name: str,
        data: Mapping[str, object] | None = None,
        *,
        to: str | None = None,
        key: Sequence[object] = (),
        ttl: timedelta = _KEEP_NONE,
        actor: str | None = None,
        channel: str | None = None,
    ) -> Receipt:
        """Give a message to exactly one receiver: a case that waits for it, else one that it starts.

        A wait that names a key takes a message of that key only; one that names none takes any.

        Args:
            name: the name of the message.
            data: what it brings.
            to: the case it is for, ``PROCESS/KEY``; one that is not there yet is started, if the message starts it.
            key: its correlation values; without them, each process reads them off the data in its own way.
            ttl: how long it is kept where nothing waits for it; it is refused if that is no time.
            actor: who sends it.
            channel: by which channel it came.

        Raises:
            UnknownCaseError: *to* is no case, and the message does not start it.
            CaseOverError: *to* is over.
            NotAwaitedError: nothing waits for it, and it is not to be kept.
            AmbiguousMessageError, AmbiguousStartError: there is more than one it could go to.
            DataRefusedError: the data do not fit the fields of the receiver's process.
            StepError: the receiver's model, with its data, does not say how to go on.
        """
        payload = {field: plain(value) for field, value in (data or {}).items()}
        letter = Letter(name, payload, tuple(plain(value) for value in key))
        by, now = provenance(actor, channel), self.clock.now()

        def give(work: Work) -> Receipt:
            if to is not None:
                return self._give_to(work, letter, case_name(to), now, by, ttl)
            found = receiver(work, self._catalogue, letter, now, strict=True)
            start = None if found else begun_by(work, letter, strict=True)
            return self._give(work, letter, found, start, None, now, by, ttl)

        return self._do(give)

    @traced
    def signal(self, name: str, data: Mapping[str, object] | None = None) -> int:
        """Give a signal to every case that waits for it, then to every process it starts a case of; return how many.

        Each receives it in a step of its own; what cannot be received is an incident of that case alone.
        """
        payload = {field: plain(value) for field, value in (data or {}).items()}

        def give(work: Work) -> int:
            part, now = message_part(name), self.clock.now()
            outgoing = Outgoing(work, part, new_id(part, now), 0, now)
            outgoing.signal(name, payload)
            return outgoing.count

        return self._do(give)

    def _give_to(
        self, work: Work, letter: Letter, case: CaseName, now: Micros, by: Provenance, ttl: timedelta
    ) -> Receipt:
        found = work.case(case.part, *case)
        if found is None:
            starts = work.post.starts("message", letter.name)
            start = next((each for each in starts if each.process == case.process), None)
            if start is None:
                raise UnknownCaseError(case=str(case))
            return self._give(work, letter, None, start, case.key, now, by, ttl)
        if found.closed is not None:
            raise CaseOverError(case=str(case), status=text(found.status))
        waiting = receiver_in(work, self._catalogue, found.part, found.id, letter, now)
        return self._give(work, letter, waiting, None, None, now, by, ttl, (found.part, found.id))

    def _give(
        self, work: Work, letter: Letter, found: Receiver | None, start: StoredStart | None, key: str | None,
        now: Micros, by: Provenance, ttl: timedelta, to: tuple[int, bytes] | None = None,
    ) -> Receipt:  # fmt: skip
        if found:
            return self._receive(work, letter, found, now, by)
        if start:
            runnable = self._catalogue.version(work, start.process, start.version)
            name, prepared = start_by_message(work, runnable, start.element, letter, now, by, key)
            prepared.start(work, runnable, now)
            return Receipt("started", str(name), None)
        if ttl <= timedelta():
            others = to is None and any(True for _ in work.post.ways(letter.name))
            raise (OtherKeyAwaitedError if others else NotAwaitedError)(name=letter.name)
        return Receipt("kept", None, instant(keep_letter(work, letter, now, ttl, to)))

    def _receive(self, work: Work, letter: Letter, found: Receiver, now: Micros, by: Provenance) -> Receipt:
        wait = found.wait
        case = work.case_with_id(wait.part, wait.case)
        assert case is not None, "a wait has a case"
        runnable = self._catalogue.of(work, case)
        brought = runnable.definition.schema.accept(letter.payload, partial=True, others=True)
        try:
            step = prepare(case, runnable, Receive(wait.wait, brought, found.key), now, by)
        except NotWaitingError as error:
            if work.post.subscription(wait[:3]) is not None:
                raise
            raise ConflictError(case=subject_of(case.process, case.key)) from error  # closed before it was locked
        step.save(work, runnable, now, by.actor)
        return Receipt("received", subject_of(case.process, case.key), None)
