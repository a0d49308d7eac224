"""Erasing by order: what it removes, and the trace it leaves.

An order to erase deletes every payload row of a case, salt and body, and appends an event that says so. The order's
text stands among the facts of that event, chained like any column, so no later order can erase it. What stays is what
the columns and facts hold, which never are personal, and the digest of the payload, of which nobody can test a guess
without the 128 random bits of the salt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.machine.step import Entry, EntryKind, Transition

if TYPE_CHECKING:
    from ironcage.record.event import Event

KIND = EntryKind.RECORD.value
TRANSITION = Transition.ERASE.value


def erasure(order: str) -> Entry:
    """Return the entry that says the payloads of the case were erased by *order*.

    Whoever appends it deletes, in the same transaction, all rows of ``payloads`` of the case with a smaller ``seq``.
    """
    return Entry(EntryKind.RECORD, Transition.ERASE, payload={"order": order})


def is_erasure(event: Event) -> bool:
    """Return whether *event* records an erasure."""
    return event.kind == KIND and event.transition == TRANSITION
