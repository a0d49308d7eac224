"""What a unit of work has written and the database has not yet seen: rows by table, each as it is to be in the end.

A row that the same unit adds and removes again is never written. What is left is written in one go, in an order that no
two rows depend on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from ironcage.store import statements

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.record import EventRow, Payload
    from ironcage.store.database import Batch
    from ironcage.store.rows import (
        Sending,
        StoredAttempt,
        StoredCall,
        StoredCase,
        StoredJob,
        StoredNotice,
        StoredTask,
        Subscription,
        WaitKey,
    )

Row = TypeVar("Row", bound=tuple[object, ...])


class Waits(Generic[Row]):
    """Rows of one table that mirrors waits: those to be added, and the places of those to be removed."""

    __slots__ = ("_add", "_drop", "added", "dropped")

    def __init__(self, add: str, drop: str) -> None:
        self._add = add
        self._drop = drop
        self.added: dict[WaitKey, Row] = {}
        self.dropped: dict[WaitKey, None] = {}

    def find(self, place: WaitKey) -> tuple[bool, Row | None]:
        """Return whether it is known here what is at *place*, and the row, None where it is gone."""
        row = self.added.get(place)
        return row is not None or place in self.dropped, row

    def add(self, row: Row) -> None:
        """Let *row*, which begins with its place, be added."""
        self.added[row[:3]] = row  # type: ignore[index]  # the first three fields are the place

    def drop(self, place: WaitKey) -> None:
        """Let the row at *place* be gone."""
        if self.added.pop(place, None) is None:
            self.dropped[place] = None

    def batches(self) -> list[Batch]:
        """Return what is to be written, and forget it."""
        batches: list[Batch] = []
        if self.added:
            batches.append((self._add, list(self.added.values())))
            self.added = {}
        if self.dropped:
            batches.append((self._drop, list(self.dropped)))
            self.dropped = {}
        return batches


Timer: TypeAlias = "tuple[int, bytes, int, str, str, int]"
"""A row of the table ``timers``."""


class Pending:
    """Everything that is still to be written."""

    __slots__ = (
        "_added", "_keys", "_moved", "any", "begun", "calls", "closed", "ended", "events", "is_for_workers", "jobs",
        "notices", "payloads", "sendings", "subscriptions", "tasks", "timers", "tried",
    )  # fmt: skip

    def __init__(self) -> None:
        self.any = False
        """Whether anything is; set by whoever adds."""
        self._added: dict[tuple[int, bytes], StoredCase] = {}
        self._moved: dict[tuple[int, bytes], tuple[StoredCase, int]] = {}
        self._keys: dict[tuple[int, str, str], tuple[int, bytes]] = {}
        self.events: list[EventRow] = []
        self.payloads: list[Payload] = []
        self.tasks: Waits[StoredTask] = Waits(statements.ADD_TASK, "")
        self.closed: dict[WaitKey, tuple[object, ...]] = {}
        self.timers: Waits[Timer] = Waits(statements.ADD_TIMER, statements.DROP_TIMER)
        self.jobs: Waits[StoredJob] = Waits(statements.ADD_JOB, statements.DROP_JOB)
        self.subscriptions: Waits[Subscription] = Waits(statements.ADD_SUBSCRIPTION, statements.DROP_SUBSCRIPTION)
        self.calls: Waits[StoredCall] = Waits(statements.ADD_CALL, statements.DROP_CALL)
        self.sendings: list[Sending] = []
        self.notices: list[StoredNotice] = []
        self.begun: list[StoredAttempt] = []
        self.ended: list[tuple[object, ...]] = []
        self.tried: list[tuple[bytes]] = []
        self.is_for_workers = False
        """Whether it leaves workers something that they can do at once."""

    # Cases

    def add_case(self, case: StoredCase) -> None:
        """Let *case* be added."""
        self.any = True
        self._added[case.part, case.id] = case
        self._keys[case.part, case.process, case.key] = (case.part, case.id)

    def move_case(self, case: StoredCase, expected: int) -> bool:
        """Let *case* be written over its row; return whether the row had *expected* events, as far as is known here."""
        self.any = True
        place = (case.part, case.id)
        added, moved = self._added.get(place), self._moved.get(place)
        if added is not None:
            self._added[place] = case
            return added.seq == expected
        self._moved[place] = (case, expected if moved is None else moved[1])
        self._keys[case.part, case.process, case.key] = place
        return moved is None or moved[0].seq == expected

    def case(self, part: int, case: bytes) -> StoredCase | None:
        """Return the case with an id as it is to be; None where nothing of it is to be written."""
        found = self._added.get((part, case))
        if found is None and (moved := self._moved.get((part, case))):
            return moved[0]
        return found

    def case_with_key(self, part: int, process: str, key: str) -> StoredCase | None:
        """Return the case with a key as it is to be; None where nothing of it is to be written."""
        place = self._keys.get((part, process, key))
        return self.case(*place) if place else None

    # Tasks

    def close_task(self, place: WaitKey, status: str, actor: str | None, at: Micros) -> None:
        """Let the task be over."""
        self.any = True
        task = self.tasks.added.get(place)
        if task is None:
            self.closed[place] = (status, actor, at, *place)
        else:
            self.tasks.added[place] = task._replace(status=status, actor=actor or task.actor, closed=at)

    # All

    def take(self) -> tuple[list[Batch], list[StoredCase]]:
        """Return what is to be written, with the cases of the second batch in their order, and forget it."""
        moved = [case for case, _ in self._moved.values()]
        batches: list[Batch] = [
            (statements.ADD_CASE, list(self._added.values())),
            (statements.MOVE_CASE, [_move(case, expected) for case, expected in self._moved.values()]),
            (statements.ADD_EVENT, self.events),
            (statements.ADD_PAYLOAD, self.payloads),
            *self.tasks.batches(),
            (statements.CLOSE_TASK, list(self.closed.values())),
            *self.timers.batches(),
            *self.jobs.batches(),
            *self.subscriptions.batches(),
            *self.calls.batches(),
            (statements.ADD_SENDING, self.sendings),
            (statements.ADD_NOTICE, self.notices),
            (statements.ADD_ATTEMPT, self.begun),
            (statements.END_ATTEMPT, self.ended),
            (statements.CLEAR_MARKS, self.tried),
        ]
        self.any = self.is_for_workers = False
        self._added, self._moved, self._keys, self.closed = {}, {}, {}, {}
        self.events, self.payloads, self.sendings, self.tried = [], [], [], []
        self.notices, self.begun, self.ended = [], [], []
        return [batch for batch in batches if batch[1]], moved


def _move(case: StoredCase, expected: int) -> tuple[object, ...]:
    return (
        case.status, case.seq, case.head, case.state, case.wake, case.closed, case.incident, case.part, case.id,
        expected,
    )  # fmt: skip
