"""Notices to webhooks, in a unit of work: what is still to be told, and who is telling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.store import statements
from ironcage.store.rows import StoredNotice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.clock import Micros
    from ironcage.store.database import Cursor
    from ironcage.store.pending import Pending


class Notices:
    """The side of a unit of work that webhooks see."""

    __slots__ = ("_cursor", "_flush", "_pending")

    def __init__(self, cursor: Cursor, pending: Pending, flush: Callable[[], None]) -> None:
        self._cursor = cursor
        self._pending = pending
        self._flush = flush

    def add(self, notice: StoredNotice) -> None:
        """Insert a notice; workers are told, when the unit is committed, that there is something to tell."""
        self._pending.any = self._pending.is_for_workers = True
        self._pending.notices.append(notice)

    def due(self, now: Micros) -> StoredNotice | None:
        """Return the notice that has waited longest to be told at *now*, or None."""
        found = self._notices(statements.DUE_NOTICE, (now,))
        return found[0] if found else None

    def next_run(self) -> Micros | None:
        """Return when the next notice may be told, or None where there is none."""
        self._flush()
        row: tuple[Micros] | None = self._cursor.one(statements.NEXT_NOTICE)
        return row[0] if row else None

    def move(self, notice: StoredNotice, expected: int) -> bool:
        """Write *notice* over its row; return whether the row still counted *expected* attempts."""
        self._flush()
        values = (notice.attempts, notice.run, notice.incident, *notice.place, expected)
        return self._cursor.change(statements.MOVE_NOTICE, values) == 1

    def drop(self, notice: StoredNotice) -> bool:
        """Remove a notice that was told; return whether it was there, with as many attempts."""
        self._flush()
        return self._cursor.change(statements.DROP_NOTICE, (*notice.place, notice.attempts)) == 1

    def of(self, part: int, case: bytes) -> list[StoredNotice]:
        """Return what is still to be told of the case, the oldest first."""
        return self._notices(statements.NOTICES_OF, (part, case))

    def reword(self, notice: StoredNotice, body: bytes) -> None:
        """Write other words over what is to be told."""
        self._cursor.change(statements.REWORD_NOTICE, (body, *notice.place))

    def _notices(self, sql: str, parameters: Sequence[object]) -> list[StoredNotice]:
        self._flush()
        return [StoredNotice(*row) for row in self._cursor.all(sql, parameters)]
