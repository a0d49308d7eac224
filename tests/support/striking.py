"""Faults of a database, one at a time: before any statement of a unit of work, before its commit, or after it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from ironcage.store import postgres, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.store.database import Cursor

_RAISE = "DO $$ BEGIN RAISE EXCEPTION 'struck' USING ERRCODE = '{}'; END $$"


def _raised(code: str, driver: Any) -> None:
    """Let the server raise an error of its own, which spoils the transaction."""
    driver.execute(_RAISE.format(code))


def _cut_off(driver: Any) -> None:
    """Let the server end the connection, as it does when it is stopped or an administrator says so."""
    driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _failed(name: str, code: int, driver: Any) -> None:
    """Raise what SQLite raises; where the disk fails, it has rolled the transaction back."""
    if name != "SQLITE_BUSY" and driver.in_transaction:
        driver.rollback()
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname, error.sqlite_errorcode = name, code
    raise error


POSTGRES: dict[str, Callable[[Any], None]] = {
    "serialization failure": partial(_raised, "40001"),
    "deadlock": partial(_raised, "40P01"),
    "disconnect": _cut_off,
}
SQLITE: dict[str, Callable[[Any], None]] = {
    "busy": partial(_failed, "SQLITE_BUSY", sqlite3.SQLITE_BUSY),
    "full": partial(_failed, "SQLITE_FULL", sqlite3.SQLITE_FULL),
    "failing": partial(_failed, "SQLITE_IOERR_WRITE", sqlite3.SQLITE_IOERR_WRITE),
}
UNANSWERED = "unanswered"
"""The commit is done, and the connection lost before that is said."""


class Faults:
    """Counts what units of work ask of the database, and strikes one of it."""

    def __init__(self) -> None:
        self.count = 0
        self.commits: list[int] = []
        """Which of it were commits."""
        self.has_struck = False
        self._at, self._kind = 0, ""
        self._writing: dict[int, Any] = {}
        self._commit, self._rollback = DefaultDialect.do_commit, DefaultDialect.do_rollback

    def next(self, kind: str = "", at: int = 0) -> None:
        """Count anew, and strike what is asked as the *at*-th with *kind*."""
        self.count, self.commits, self.has_struck = 0, [], False
        self._at, self._kind = at, kind

    def _is_turn(self) -> bool:
        self.count += 1
        turn = self.count == self._at
        self.has_struck |= turn
        return turn

    def come(self, driver: Any, cursor: Cursor | None = None) -> None:
        """Count a statement on *driver*; strike it if it is its turn."""
        if self._is_turn():
            if cursor is not None:
                cursor.has_failed = True
            {**POSTGRES, **SQLITE, UNANSWERED: _cut_off}[self._kind](driver)

    # Where it is asked

    def cursor(self, make: Callable[..., Cursor], database: Any, connection: Connection, *, locks: bool) -> Any:
        """Make a cursor; what is asked by it is counted if it may write."""
        cursor, driver = make(database, connection, locks=locks), connection.connection.dbapi_connection
        if not locks:
            return cursor
        self._writing[id(driver)] = driver
        return _Struck(cursor, partial(self.come, driver, cursor))

    def executed(self, connection: Connection) -> None:
        """Count what a unit of work asks through SQLAlchemy."""
        driver = connection.connection.dbapi_connection
        if id(driver) in self._writing:
            self.come(driver)

    def committed(self, dialect: DefaultDialect, pooled: Any) -> None:
        """Commit, or fail to."""
        driver = getattr(pooled, "driver_connection", pooled)
        if self._writing.get(id(driver)) is None:
            self._commit(dialect, pooled)
            return
        self.commits.append(self.count + 1)
        if self._kind != UNANSWERED:
            self.come(driver)
        elif self._is_turn():
            self._commit(dialect, pooled)
            _cut_off(driver)
        self._commit(dialect, pooled)
        del self._writing[id(driver)]

    def rolled_back(self, dialect: DefaultDialect, pooled: Any) -> None:
        """Roll back."""
        self._writing.pop(id(getattr(pooled, "driver_connection", pooled)), None)
        self._rollback(dialect, pooled)


class _Struck:
    """A cursor whose statements are counted, and one of them struck."""

    def __init__(self, cursor: Cursor, come: Callable[[], None]) -> None:
        self._cursor = cursor
        self._come = come

    def __getattr__(self, name: str) -> Any:
        if name in ("one", "all", "change", "write"):
            self._come()
        return getattr(self._cursor, name)


@contextmanager
def struck() -> Iterator[Faults]:
    """Let whatever is opened inside the block be struck when told so."""
    faults = Faults()

    def executed(connection: Connection, *_: object) -> None:
        faults.executed(connection)

    def committed(dialect: DefaultDialect, pooled: Any) -> None:
        faults.committed(dialect, pooled)

    def rolled_back(dialect: DefaultDialect, pooled: Any) -> None:
        faults.rolled_back(dialect, pooled)

    with pytest.MonkeyPatch.context() as patch:
        for kind in (postgres.Postgres, sqlite.SQLite):
            make = kind.cursor
            patch.setattr(
                kind,
                "cursor",
                lambda self, connection, *, locks, make=make: faults.cursor(make, self, connection, locks=locks),
            )
        patch.setattr(DefaultDialect, "do_commit", committed)
        patch.setattr(DefaultDialect, "do_rollback", rolled_back)
        event.listen(Engine, "before_cursor_execute", executed)
        try:
            yield faults
        finally:
            event.remove(Engine, "before_cursor_execute", executed)
