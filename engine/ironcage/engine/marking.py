"""What is tried next is marked first: a step that kills its process is found out, and in the end not taken any more.

After a process died, what it was trying is tried again one at a time, so that in the end one step alone is blamed.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from ironcage.errors import RefusedError
from ironcage.messages import mark
from ironcage.store import new_id
from ironcage.store.marking import place_of_case, place_of_sending, place_of_start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.clock import Micros
    from ironcage.store import StoredStart, Work
    from ironcage.store.marking import ToDeliver

T = TypeVar("T")
MOST_ATTEMPTS = 3
"""So often a step may end the process that takes it."""


class KillingStepError(RefusedError):
    """A step whose process dies of it, again and again."""

    message = mark(
        "The process that took this step ended in the middle of it, {attempts} times, so the step is not taken any "
        "more. Look in the logs of the system for why (out of memory, a crash in a library), then let the case go on."
    )


def check_survivable(attempts: int) -> None:
    """Make sure that what is tried for the time numbered *attempts* may be tried.

    Raises:
        KillingStepError: it was tried too often in vain.
    """
    if attempts > MOST_ATTEMPTS:
        raise KillingStepError(attempts=MOST_ATTEMPTS)


def new_attempt(now: Micros) -> bytes:
    """Return an id by which what is tried together is known."""
    return new_id(0, now)


def mark_due(work: Work, attempt: bytes, now: Micros, at: Micros, limit: int) -> bool:
    """Mark what has been due longest: some cases, at most *limit*, or a timer that begins a case.

    Due at *now* by the clock of the cases; *at* is the present instant of the database's, by which marks grow old.
    Returns whether there was anything.
    """
    start = work.post.due_start(now)
    before = work.marks.attempts_at(start, at) if start else None
    due = work.marks.due(now, at, limit)
    if start is not None and before is not None and start.due is not None:
        if not due or due[0].at >= start.due:
            work.marks.set(attempt, at, [(place_of_start(start), before + 1)])
            return True
        due = list(takewhile(lambda each: each.at < _due(start), due))
    tried = _together(due, lambda each: each.attempts)
    work.marks.set(attempt, at, [(place_of_case(each), each.attempts + 1) for each in tried])
    return bool(tried)


def mark_sendings(work: Work, attempt: bytes, now: Micros, at: Micros, limit: int) -> bool:
    """Mark what has been on its way longest, at most *limit* things; return whether there was anything.

    It begins with what one sender has sent, as far as it goes: much for many cases often comes from one.
    """
    found: list[ToDeliver] = []
    for part, sender in work.marks.senders(now, at):
        first = work.marks.first_sending(part, sender, now, at)
        if first is None:
            continue
        found.append(first)
        if len(found) == 1:
            found += work.marks.later_sendings(first.row, now, limit - 1)
        if len(found) >= limit:
            break
    tried = _together(found, lambda each: each.attempts)
    work.marks.set(attempt, at, [(place_of_sending(each.row), each.attempts + 1) for each in tried])
    return bool(found)


def _together(found: Sequence[T], attempts: Callable[[T], int]) -> Sequence[T]:
    """Return the first of *found* alone if it is suspect, else all up to one that is."""
    if not found or attempts(found[0]):
        return found[:1]
    return list(takewhile(lambda each: not attempts(each), found))


def _due(start: StoredStart) -> Micros:
    assert start.due is not None, "only what is due is asked for"
    return start.due
