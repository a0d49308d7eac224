"""Taking a case one step further: load, advance, record and save, in the caller's unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage import metrics
from ironcage.engine.mirroring import close_wait, open_wait
from ironcage.engine.notices import tell_step
from ironcage.engine.refusals import CaseUnreadableError
from ironcage.engine.sending import Outgoing, are_for_others, check_sendable
from ironcage.machine import (
    Closed,
    EntryKind,
    Opened,
    State,
    StateVersionError,
    Status,
    advance,
    decode,
    encode,
)
from ironcage.record import NOBODY, Chain, subject_of
from ironcage.store import StoredCase, new_id
from ironcage.values import StoredBytesError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Runnable
    from ironcage.engine.naming import CaseName
    from ironcage.machine import Entry, Start, Step, Stimulus
    from ironcage.record import Provenance
    from ironcage.store import Work
    from ironcage.values import Context

_STATUS = {status: status.name.lower() for status in Status}


class Caller(NamedTuple):
    """The wait of another case that a case answers, and how deep calls have come with it."""

    part: int
    case: bytes
    wait: int
    depth: int


class Prepared:
    """A step that has been computed and not yet written; nothing can refuse it any more."""

    __slots__ = ("_case", "_chain", "_speaks", "_state", "_step")

    def __init__(self, case: StoredCase, chain: Chain, step: Step) -> None:
        self._case = case
        self._chain = chain
        self._step = step
        self._state = encode(step.state)
        self._speaks = are_for_others(step.effects)
        if self._speaks:
            check_sendable(case, step.effects)

    def start(self, work: Work, runnable: Runnable, now: Micros) -> int:
        """Write the first step of a case; return how much it sent to others."""
        case = self._moved(now)._replace(due=self._step.state.due)
        work.add_cases([case])
        return self._write(work, case, runnable, now, None)

    def save(self, work: Work, runnable: Runnable, now: Micros, actor: str | None = None) -> int:
        """Write a later step of the case; return how much it sent to others.

        Raises:
            ConflictError: the case has moved on since it was loaded.
        """
        case = self._moved(now)
        work.move_case(case, self._case.seq)
        return self._write(work, case, runnable, now, actor)

    def _moved(self, now: Micros) -> StoredCase:
        state = self._step.state
        closed = None if state.status is Status.OPEN else now
        return self._case.moved(
            _STATUS[state.status], self._chain.seq, self._chain.head, self._state, state.wake_at(), closed
        )

    def _write(self, work: Work, case: StoredCase, runnable: Runnable, now: Micros, actor: str | None) -> int:
        work.append(self._chain.rows, self._chain.payloads)
        metrics.STEPS.add(len(self._chain.rows))
        if case.wake is not None and case.wake <= now:
            work.hint()
        outgoing = Outgoing(work, case.part, case.id, case.seq, now) if self._speaks else None
        for effect in self._step.effects:
            if isinstance(effect, Opened):
                open_wait(work, case, runnable, effect, now)
            if outgoing:
                outgoing.effect(case, effect)
            if isinstance(effect, Closed):
                close_wait(work, case, effect, now, actor)
        if runnable.site.webhooks:
            tell_step(work, runnable.site, case, runnable.program, self._step, now)
        return outgoing.count if outgoing else 0


def chain_of(case: StoredCase) -> Chain:
    """Return the growing end of the case's record."""
    return Chain(subject_of(case.process, case.key), case.part, case.id, case.seq, case.head)


def state_of(case: StoredCase) -> State:
    """Return what is alive in *case*, which is not an imported one.

    Raises:
        CaseUnreadableError: a later release wrote it, or it was damaged.
    """
    assert case.state is not None, "a constraint gives every case of the engine a state"
    try:
        return decode(case.state)
    except (StateVersionError, StoredBytesError) as error:
        raise CaseUnreadableError(case=subject_of(case.process, case.key), reason=error) from error


def prepare_start(
    name: CaseName, runnable: Runnable, stimulus: Start, now: Micros, by: Provenance, caller: Caller | None = None
) -> Prepared:
    """Compute the first step of a new case, which *caller* may have called.

    Raises:
        StepError: it cannot be taken.
    """
    part = name.part
    chain = Chain(str(name), part, new_id(part, now))
    step = advance(runnable.program, State(), stimulus, now)
    runnable.recorder.append(chain, step.rows, now, by)
    case = StoredCase(
        part, chain.case, *name, runnable.version, "engine", "open", 0, chain.head, None, None, None, now, None,
        None,
    )  # fmt: skip
    if caller is not None:
        case = case._replace(parent_part=caller.part, parent=caller.case, parent_wait=caller.wait, depth=caller.depth)
    return Prepared(case, chain, step)


def prepare(
    case: StoredCase,
    runnable: Runnable,
    stimulus: Stimulus,
    now: Micros,
    by: Provenance = NOBODY,
    reason: str | None = None,
    first: Entry | None = None,
) -> Prepared:
    """Compute the next step of *case*.

    A *reason* is recorded with the end of the case that the step is; *first* before all else, by the same person.

    Raises:
        StepError: it cannot be taken.
    """
    step = advance(runnable.program, state_of(case), stimulus, now)
    if reason is not None:
        step = step._replace(rows=tuple(_because(entry, reason) for entry in step.records))
    chain = chain_of(case)
    if first is not None:
        runnable.recorder.append(chain, [first], now, by)
    runnable.recorder.append(chain, step.rows, now, by)
    return Prepared(case, chain, step)


def _because(entry: Entry, reason: str) -> Entry:
    if entry.kind is not EntryKind.CASE:
        return entry
    return entry._replace(payload={**(entry.payload or {}), "reason": reason})


def note(
    work: Work, case: StoredCase, runnable: Runnable, entries: Iterable[Entry], now: Micros, by: Provenance
) -> None:
    """Record facts that change nothing in the state of the case.

    Raises:
        ConflictError: the case has moved on since it was loaded.
    """
    chain = chain_of(case)
    runnable.recorder.append(chain, entries, now, by)
    work.move_case(case._replace(seq=chain.seq, head=chain.head), case.seq)
    work.append(chain.rows, chain.payloads)


def variables_of(state: State) -> Context:
    """Return the variables of the case itself; none once it is over."""
    return dict(state.scopes[min(state.scopes)].variables) if state.scopes else {}
