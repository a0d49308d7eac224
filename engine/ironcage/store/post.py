"""What passes between cases, in a unit of work: who waits for it, what starts cases, what is on its way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from ironcage.store import statements
from ironcage.store.rows import KeptMessage, Sending, StoredCall, StoredStart, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ironcage.clock import Micros
    from ironcage.store.database import Cursor
    from ironcage.store.pending import Pending
    from ironcage.store.rows import WaitKey


Sender: TypeAlias = "tuple[int, bytes]"
"""Part and id of a case that sends, or of nobody where it comes from outside."""


class Post:
    """The side of a unit of work that other cases see."""

    __slots__ = ("_cursor", "_flush", "_noted", "_pending")

    def __init__(self, cursor: Cursor, pending: Pending, flush: Callable[[], None]) -> None:
        self._cursor = cursor
        self._pending = pending
        self._flush = flush
        self._noted: list[Sender] | None = None

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        self._flush()
        return self._cursor.one(sql, parameters)

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        self._flush()
        return self._cursor.all(sql, parameters)

    def _change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._flush()
        return self._cursor.change(sql, parameters)

    # Waits for messages, signals and called cases

    def subscribe(self, row: Subscription) -> None:
        """Insert a wait for a message or a signal."""
        self._pending.any = True
        self._pending.subscriptions.add(row)

    def unsubscribe(self, place: WaitKey) -> None:
        """Remove a wait for a message or a signal."""
        self._pending.any = True
        self._pending.subscriptions.drop(place)

    def subscription(self, place: WaitKey) -> Subscription | None:
        """Return the wait, or None where it is over."""
        known, pending = self._pending.subscriptions.find(place)
        if known:
            return pending
        row = self._cursor.one(statements.SUBSCRIPTION, place)
        return Subscription(*row) if row else None

    def waiting_in(self, part: int, case: bytes, name: str) -> list[Subscription]:
        """Return the waits of a case for the message *name*, in the order they opened."""
        rows = self._all(statements.SUBSCRIBED_CASE, (part, case, name))
        return [Subscription(*row) for row in rows]

    def waiting(self, name: str, found: str, key: str, limit: int) -> list[Subscription]:
        """Return at most *limit* waits for the message *name* that have exactly *found* and *key*, the oldest first."""
        rows = self._all(statements.SUBSCRIBED_KEY, (name, found, key, limit))
        return [Subscription(*row) for row in rows]

    def count_waiting(self, name: str, found: str, key: str) -> int:
        """Return how many cases wait so."""
        count: int = self._one(statements.COUNT_KEY, (name, found, key))[0]
        return count

    def ways(self, name: str) -> Iterator[Subscription]:
        """Yield one wait for the message *name* for each way of reading its key there is, by the text of it."""
        row = self._one(statements.FIRST_FOUND, (name,))
        while row:
            found = Subscription(*row)
            yield found
            row = self._one(statements.NEXT_FOUND, (name, found.found))

    def listening(self, name: str) -> list[Subscription]:
        """Return every wait for the signal *name*, case by case, the oldest case first."""
        return [Subscription(*row) for row in self._all(statements.LISTENING, (name,))]

    def add_call(self, row: StoredCall) -> None:
        """Insert a wait for a called case."""
        self._pending.any = True
        self._pending.calls.add(row)

    def call(self, place: WaitKey) -> StoredCall | None:
        """Return the wait for a called case, or None where it is over."""
        known, pending = self._pending.calls.find(place)
        if known:
            return pending
        row = self._cursor.one(statements.CALL, place)
        return StoredCall(*row) if row else None

    def drop_call(self, place: WaitKey) -> None:
        """Remove a wait for a called case."""
        self._pending.any = True
        self._pending.calls.drop(place)

    # What starts cases

    def replace_starts(self, process: str, rows: list[StoredStart]) -> None:
        """Let *rows* be what begins cases of *process*, and nothing else."""
        self._change(statements.DROP_STARTS, (process,))
        self._cursor.write([(statements.ADD_START, rows)] if rows else [])

    def starts(self, kind: str, name: str) -> list[StoredStart]:
        """Return what a message or a signal begins, by process and element."""
        return [StoredStart(*row) for row in self._all(statements.STARTS_BY_NAME, (kind, name))]

    def due_start(self, now: Micros) -> StoredStart | None:
        """Return the timer that has been due longest to begin a case, or None."""
        row = self._one(statements.DUE_START, (now,))
        return StoredStart(*row) if row else None

    def next_start(self) -> Micros | None:
        """Return when the next timer begins a case, or None where none does."""
        row: tuple[Micros] | None = self._one(statements.NEXT_START)
        return row[0] if row else None

    def move_start(self, row: StoredStart) -> None:
        """Write when a timer is due next."""
        place = (row.process, row.element, row.number)
        self._change(statements.MOVE_START, (row.due, row.remaining, row.incident, *place))

    def restart_starts(self, name: str, now: Micros) -> int:
        """Let what is stopped go on at *now*, of what begins cases of a process or of a message; return how much.

        Who sent it is noted, as if it were sent now.
        """
        self._note(self._all(statements.SENDERS_OF_BEGUN, (name,)))
        timers: int = self._change(statements.RESTART_STARTS, (name,))
        sent: int = self._change(statements.RESTART_BEGUN, (now, name))
        return timers + sent

    # What is on its way

    def send(self, row: Sending) -> None:
        """Insert something on its way."""
        self._pending.any = True
        self._pending.sendings.append(row)
        self._note([(row.part, row.sender)])

    def _note(self, senders: list[Sender]) -> None:
        if self._noted is not None:
            self._noted += senders

    @contextmanager
    def noting(self, senders: list[Sender]) -> Iterator[None]:
        """Note in *senders* who sends something, or has sent what is let go on, inside the block."""
        before, self._noted = self._noted, senders
        try:
            yield
        finally:
            self._noted = before

    def next_run(self) -> Micros | None:
        """Return since when something waits to be delivered, or None where nothing does."""
        row: tuple[Micros] | None = self._one(statements.NEXT_RUN)
        return row[0] if row else None

    def delivered(self, row: Sending) -> None:
        """Remove what was delivered."""
        self._change(statements.DROP_SENDING, (row.part, row.sender, row.seq, row.number))

    def stop(self, row: Sending, incident: str) -> None:
        """Note why *row* is not delivered until somebody looks at it."""
        self._change(statements.STOP_SENDING, (incident, row.part, row.sender, row.seq, row.number))

    def restart(self, part: int, case: bytes, now: Micros) -> int:
        """Let what is stopped on its way from or to the case be delivered at *now*; return how much there is.

        Who sent it is noted, as if it were sent now.
        """
        self._note([(part, case), *self._all(statements.SENDERS_OF_RECEIVED, (part, case))])
        sent: int = self._change(statements.RESTART_SENT, (now, part, case))
        received: int = self._change(statements.RESTART_RECEIVED, (now, part, case))
        return sent + received

    def dismiss(self, part: int, case: bytes) -> int:
        """Remove the messages that are stopped on their way from or to the case; return how many there were."""
        return self._change(statements.DISMISS, (part, case, part, case))

    def dismiss_named(self, name: str) -> int:
        """Remove the messages of a name that are stopped on their way; return how many there were."""
        return self._change(statements.DISMISS_NAMED, (name,))

    # Messages that nobody waited for

    def keep(self, message: KeptMessage) -> Micros:
        """Insert a message, after all others of its name; return the instant that it is known by."""
        last = self._one(statements.LAST_MESSAGE, (message.part, message.name))[0]
        if last is not None and last >= message.sent:
            message = message._replace(sent=last + 1)
        self._change(statements.ADD_MESSAGE, message)
        return message.sent

    def kept_at(self, part: int, name: str, sent: Micros) -> KeptMessage | None:
        """Return the message of *name* that is known by *sent*, or None where it was delivered."""
        row = self._one(statements.KEPT_AT, (part, name, sent))
        return KeptMessage(*row) if row else None

    def kept(self, part: int, name: str, to: bytes | None, key: str | None, after: Micros) -> KeptMessage | None:
        """Return the oldest message of *name* sent later than *after*, or None.

        Args:
            part: that of the name.
            name: the name of the message.
            to: the case it must be for; None for one that is for nobody in particular.
            key: the key it must have; None for any.
            after: it was sent later than this instant.
        """
        match to, key:
            case None, None:
                row = self._one(statements.KEPT, (part, name, after))
            case None, _:
                row = self._one(statements.KEPT_KEY, (part, name, key, after))
            case _, None:
                row = self._one(statements.KEPT_FOR, (part, name, to, after))
            case _:
                row = self._one(statements.KEPT_KEY_FOR, (part, name, to, key, after))
        return KeptMessage(*row) if row else None

    def drop_message(self, message: KeptMessage) -> bool:
        """Remove a message that is kept no longer; return whether it was still there."""
        return bool(self._change(statements.DROP_MESSAGE, (message.part, message.name, message.sent)))

    def expired(self, now: Micros, limit: int) -> list[KeptMessage]:
        """Return at most *limit* messages whose time is over, that which has been over longest first."""
        return [KeptMessage(*row) for row in self._all(statements.EXPIRED, (now, limit))]

    def erase(self, part: int, case: bytes) -> int:
        """Remove the messages from and to the case that nobody has received; return how many there were."""
        erased: int = self._change(statements.ERASE_MESSAGES, (part, case, part, case))
        return erased

    def count_stopped(self, part: int, case: bytes) -> int:
        """Return how much is stopped on its way from or to the case."""
        count: int = self._one(statements.COUNT_STOPPED, (part, case, part, case))[0]
        return count
