"""Marks, in a unit of work: what may be tried next, what is being tried, and how often it was tried in vain.

Marks are committed before what they mark is tried, in a transaction of their own, and removed in the transaction of the
attempt; if that fails, whoever tried takes them back. So a mark that is still there a moment later was left by an
attempt that its process did not survive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ironcage.record import part_of
from ironcage.store import statements
from ironcage.store.rows import Sending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ironcage.clock import Micros
    from ironcage.store.database import Cursor
    from ironcage.store.pending import Pending
    from ironcage.store.rows import StoredCase, StoredStart

MOMENT = 500_000
"""Who has marked something tries it within so many microseconds, or holds its row, or is dead."""
_FOREVER = 2**63 - 1
_MOST_SENDERS = 64
"""So many are asked for at once, after one and then eight: often the first is the one."""


class Due(NamedTuple):
    """A case that is to be woken."""

    part: int
    case: bytes
    at: Micros
    attempts: int
    """How often it was tried by a process that did not survive it."""


class ToDeliver(NamedTuple):
    """Something that is to be delivered."""

    row: Sending
    attempts: int
    """How often it was tried, the attempt under way included where it is under way."""


class Place(NamedTuple):
    """What a mark is on."""

    part: int
    kind: str
    subject: bytes
    seq: int
    number: int


class Marks:
    """The marks as a unit of work sees them."""

    __slots__ = ("_case", "_cursor", "_flush", "_pending")

    def __init__(
        self, cursor: Cursor, pending: Pending, flush: Callable[[], None], case: Callable[[Any], StoredCase | None]
    ) -> None:
        self._cursor = cursor
        self._pending = pending
        self._flush = flush
        self._case = case

    def set(self, attempt: bytes, at: Micros, tried: Iterable[tuple[Place, int]]) -> None:
        """Mark what is tried at *at*, by the clock of the database, each with the number of times that makes."""
        self._flush()
        rows = [(*place, attempt, attempts, at) for place, attempts in tried]
        self._cursor.write([(statements.ADD_MARK, rows)] if rows else [])

    def clear(self, attempt: bytes) -> None:
        """Remove the marks of *attempt*: it is over."""
        self._pending.any = True
        self._pending.tried.append((attempt,))

    def take_back(self, attempt: bytes) -> None:
        """Leave the marks that were there before *attempt*: it failed, but its process lives."""
        self._flush()
        own = [(attempt,)]
        self._cursor.write([(statements.CLEAR_FIRST_MARKS, own), (statements.LOWER_MARKS, own)])

    # Cases

    def due(self, now: Micros, at: Micros, limit: int) -> list[Due]:
        """Return at most *limit* cases to wake at *now*, the longest due first, without those being tried."""
        self._flush()
        rows = self._cursor.all(statements.DUE, (now, *_just(at), limit))
        return [Due(part, case, at, attempts or 0) for part, case, at, attempts in rows]

    def cases(self, attempt: bytes, now: Micros) -> list[tuple[StoredCase, int]]:
        """Return the cases that *attempt* has marked, with how often they were tried; nobody else wakes them now."""
        self._flush()
        rows = self._cursor.all(statements.MARKED_CASES, (attempt, now))
        return [(case, row[-1]) for row in rows if (case := self._case(row[:-1]))]

    # Timers that begin cases

    def attempts_at(self, start: StoredStart, at: Micros) -> int | None:
        """Return how often *start* was tried by processes that did not survive it; None where it is being tried."""
        found = self._mark(start)
        if found is None:
            return 0
        earliest, latest = _just(at)
        return None if earliest <= found[2] <= latest else found[1]

    def attempts_in(self, attempt: bytes, start: StoredStart) -> int | None:
        """Return how often *start*, marked by *attempt*, was tried; None where it bears no such mark."""
        found = self._mark(start)
        return found[1] if found is not None and found[0] == attempt else None

    def _mark(self, start: StoredStart) -> tuple[bytes, int, Micros] | None:
        self._flush()
        place = place_of_start(start)
        found: tuple[bytes, int, Micros] | None = self._cursor.one(
            statements.MARK, (place.part, place.kind, place.subject, place.number)
        )
        return found

    # What is on its way

    def senders(self, now: Micros, at: Micros | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield part and id of who has sent what is to be delivered at *now*, the longest waiting first, nobody twice.

        Without those whose first is being tried at *at*; for None, without those whose first bears any mark.
        """
        self._flush()
        last, known, limit = (-1, b""), set[bytes](), 1
        while rows := self._cursor.all(statements.SENDERS, (now, *last, *_just(at), limit)):
            for _, sender, part in rows:
                if sender not in known:
                    known.add(sender)
                    yield part, sender
            last, limit = rows[-1][:2], min(8 * limit, _MOST_SENDERS)

    def first_sending(self, part: int, sender: bytes, now: Micros, at: Micros | None = None) -> ToDeliver | None:
        """Return what *sender* has sent first, if it is to be delivered at *now* and in nobody else's hands, or None.

        Nor is it returned while it is being tried at *at*; for None, if it bears any mark.
        """
        found = self._to_deliver(statements.FIRST_SENDING, (now, part, sender, part, sender, *_just(at)))
        return found[0] if found else None

    def later_sendings(self, row: Sending, now: Micros, limit: int) -> list[ToDeliver]:
        """Return at most *limit* things that the sender of *row* has sent after it, in their order."""
        return self._to_deliver(statements.LATER_SENDINGS, (now, row.part, row.sender, row.seq, row.number, limit))

    def sendings(self, attempt: bytes, now: Micros) -> list[ToDeliver]:
        """Return what *attempt* has marked, each sender's in its order and beginning with what it sent first."""
        self._flush()
        found: list[ToDeliver] = []
        senders: set[bytes] = set()
        for *columns, is_first, attempts in self._cursor.all(statements.MARKED_SENDINGS, (attempt, now)):
            row = Sending(*columns)
            if is_first or row.sender in senders:
                senders.add(row.sender)
                found.append(ToDeliver(row, attempts))
        return found

    def _to_deliver(self, sql: str, parameters: tuple[object, ...]) -> list[ToDeliver]:
        self._flush()
        return [ToDeliver(Sending(*row[:-1]), row[-1] or 0) for row in self._cursor.all(sql, parameters)]


def place_of_case(due: Due) -> Place:
    """Return where a case that is to be woken is marked."""
    return Place(due.part, "wake", due.case, 0, 0)


def place_of_start(start: StoredStart) -> Place:
    """Return where a timer that begins cases is marked."""
    return Place(
        part_of(start.process, start.element), "start", f"{start.process}/{start.element}".encode(), 0, start.number
    )


def place_of_sending(row: Sending) -> Place:
    """Return where something on its way is marked."""
    return Place(row.part, "delivery", row.sender, row.seq, row.number)


def _just(at: Micros | None) -> tuple[Micros, Micros]:
    """Return between which instants a mark is of somebody who is alive, for all that is known; for None, always."""
    return (1, _FOREVER) if at is None else (at - MOMENT + 1, at + MOMENT)
