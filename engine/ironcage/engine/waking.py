"""Wake-ups: timers and deadlines that have come, each fired exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.engine.incidents import described
from ironcage.engine.marking import check_survivable
from ironcage.engine.notices import tell_incident
from ironcage.engine.starting import following, start_by_timer
from ironcage.engine.stepping import prepare, state_of
from ironcage.machine import Fire
from ironcage.record import subject_of

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.engine.catalogue import Catalogue
    from ironcage.machine import State
    from ironcage.store import StoredCase, StoredStart, Work


class Fired(NamedTuple):
    """What came of one wake-up."""

    name: str
    """The case, or the process where a case was to begin."""
    done: bool
    """Whether the step could be taken."""
    sent: int
    """How much it sent to other cases."""


def wake_marked(work: Work, catalogue: Catalogue, attempt: bytes, now: Micros) -> list[Fired]:
    """Fire what *attempt* has marked: the earliest wait of each of some cases, or a timer that begins a case.

    In the order they are due, and none after one that sent something to other cases: that is to be delivered first. A
    step that fails stops the wake-ups of its case, or of its start event, and of no other, until somebody retries.
    """
    fired: list[Fired] = []
    start = work.post.due_start(now)
    attempts = work.marks.attempts_in(attempt, start) if start else None
    if start is not None and attempts is not None:
        fired.append(_begin(work, catalogue, start, now, attempts))
    for case, tried in work.marks.cases(attempt, now):
        fired.append(_fire(work, catalogue, case, now, tried))
        if fired[-1].sent:
            break
    work.marks.clear(attempt)
    return fired


def _fire(work: Work, catalogue: Catalogue, case: StoredCase, now: Micros, attempts: int) -> Fired:
    name = subject_of(case.process, case.key)
    try:
        check_survivable(attempts)
        runnable = catalogue.of(work, case)
        prepared = prepare(case, runnable, Fire(_earliest(state_of(case))), now)
    except Exception as error:
        if work.has_failed:
            raise  # it was the database, and not the case
        work.move_case(case._replace(incident=described(error)), case.seq)
        tell_incident(work, catalogue.site, case.part, case.id, None, error, now)
        return Fired(name, False, 0)
    return Fired(name, True, prepared.save(work, runnable, now))


def _begin(work: Work, catalogue: Catalogue, start: StoredStart, now: Micros, attempts: int) -> Fired:
    try:
        check_survivable(attempts)
        runnable = catalogue.version(work, start.process, start.version)
        name, prepared = start_by_timer(work, runnable, start, now)
        moved = following(runnable, start, now)
    except Exception as error:
        if work.has_failed:
            raise  # it was the database, and not the process
        work.post.move_start(start._replace(incident=described(error)))
        return Fired(start.process, False, 0)
    work.post.move_start(moved)
    return Fired(str(name), True, prepared.start(work, runnable, now) if prepared else 0)


def _earliest(state: State) -> int:
    _, number = min((wait.at, number) for number, wait in state.waits.items() if wait.at is not None)
    return number
