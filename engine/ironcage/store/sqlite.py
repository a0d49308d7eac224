"""SQLite as Ironcage uses it: write-ahead log, every commit on the disk, transactions that begin when we say so."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from ironcage.clock import SystemClock
from ironcage.errors import IroncageError, SurroundingsError
from ironcage.messages import mark
from ironcage.store.database import BusyError, Cursor, Database, causes
from ironcage.store.lent import LENT, LentSQLite, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ironcage.store.database import Batch, Transaction

BUSY_SECONDS = 30.0
"""How long a process waits for another one's transaction."""
_WRITES = "ironcage_writes"
"""The execution option of a connection whose transactions take the write lock at their beginning."""
PRAGMAS = (
    "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "wal_autocheckpoint = 8000",
)  # fmt: skip
"""``secure_delete``: what an order erases is overwritten, not only unlinked. ``wal_autocheckpoint``: what changed is
written back every 32 MB, so that a page which many steps changed is written back once."""
_CACHE = "PRAGMA cache_size = -65536"
"""So many KiB of pages at most does the connection that writes keep: with a million cases the upper levels of every
index, as with a thousand all of it."""


_SAME: tuple[tuple[type, Callable[[Any], Any]], ...] = ((bytes, bytes), (type(None), {}.get))
"""What a row holds beside texts and numbers, and what gives each of it back as it is.

Python's driver asks of all but texts and numbers how they want to be written. It finds what is registered at once; of
what is not it asks the driver and then the value itself, which takes longer than writing it.
"""


class NotADatabaseError(SurroundingsError):
    """The file is something else."""

    message = mark("{place} is not an SQLite database. Nothing was changed; name another file.")


class DamagedDatabaseError(SurroundingsError):
    """SQLite found the file damaged."""

    message = mark("The database {place} is damaged ({reason}). Restore it from a backup.")


class ReadOnlyError(SurroundingsError):
    """The file or its folder cannot be written."""

    message = mark("The database {place} cannot be written. Check the permissions of the file and of its folder.")


class LockedError(BusyError):
    """Another process held the database too long."""

    message = mark("The database {place} is locked by another process. Nothing was changed; try again.")


class UnreachableError(SurroundingsError):
    """The file cannot be opened."""

    message = mark("The database {place} cannot be opened. Check that its folder exists and may be written.")


class DiskError(SurroundingsError):
    """The disk is full or failing."""

    message = mark("Writing to the database {place} failed: {reason}. Nothing of this step was kept; check the disk.")


_ERRORS: tuple[tuple[tuple[str, ...], type[IroncageError]], ...] = (
    (("SQLITE_NOTADB",), NotADatabaseError),
    (("SQLITE_CORRUPT",), DamagedDatabaseError),
    (("SQLITE_READONLY", "SQLITE_PERM"), ReadOnlyError),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), LockedError),
    (("SQLITE_CANTOPEN",), UnreachableError),
    (("SQLITE_FULL", "SQLITE_IOERR"), DiskError),
)


_DAMAGED = ("Could not decode", "no such table", "no such column", "malformed database schema")
"""How SQLite begins to say that somebody altered what it reads; its error code says no more than *error*."""


class SQLite(Database):
    """A file, or a database in memory, with one writer in the process."""

    lanes = 1
    driver = "sqlite3.Connection"

    def __init__(self, url: URL) -> None:
        """Take the database at *url*; an empty name or ``:memory:`` is one in memory."""
        self.place = url.database or ":memory:"
        self.clock = SystemClock()
        _register()
        in_memory = self.place == ":memory:"
        arguments: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
        self.engine = create_engine(
            url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **arguments
        )
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        self._lock = threading.Lock()
        self._latest: _Writing | None = None
        with self.explained():
            self._writer = self.engine.connect().execution_options(**{_WRITES: True})
            _driver_of(self._writer).execute(_CACHE).close()
            self.identity = file_of(_driver_of(self._writer))

    @contextmanager
    def beginning(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Lend the one connection that writes."""
        with self._lock:
            if self._latest and not self._latest.is_over:  # it was interrupted before it could be undone
                self._latest.rollback()
            if lasting or self.place == ":memory:":
                yield self._writer
                return
            driver: Any = self._writer.connection.dbapi_connection
            driver.execute("PRAGMA synchronous = NORMAL").close()
            try:
                yield self._writer
            finally:
                driver.execute("PRAGMA synchronous = FULL").close()

    @contextmanager
    def reading(self, *, briefly: bool = False) -> Iterator[Connection]:
        """Connect for queries with one snapshot."""
        del briefly
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Let a table be renamed and dropped, and touch nothing that refers to it.

        SQLite would write the new name into keys, views and triggers, and do to rows that refer to those of the dropped
        table what they say is to be done when these are deleted.
        """
        self._set("foreign_keys = OFF", "legacy_alter_table = ON")
        try:
            yield
        finally:
            self._set("legacy_alter_table = OFF", "foreign_keys = ON")

    def _set(self, *pragmas: str) -> None:
        with self.beginning() as writer:
            for pragma in pragmas:
                _driver_of(writer).execute(f"PRAGMA {pragma}").close()

    def transaction(self, connection: Connection) -> Transaction:
        """Begin without SQLAlchemy, for which a transaction is as much work as a step."""
        self._latest = begun = _Writing(connection)
        begun.begin()
        return begun

    def cursor(self, connection: Connection, *, locks: bool) -> Cursor:
        """Return a cursor; a transaction that writes has locked the whole database."""
        del locks
        return _Cursor(connection.connection.cursor())

    def lent(self, driver: object) -> LentSQLite | None:
        """Return what makes *driver* serve for a while."""
        return LentSQLite(driver) if isinstance(driver, sqlite3.Connection) else None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what SQLite raises about the surroundings into an error that says what to do."""
        try:
            yield
        except (sqlite3.Error, DBAPIError) as error:
            *_, cause = causes(error)
            name = getattr(cause, "sqlite_errorname", "")
            for prefixes, kind in _ERRORS:
                if name.startswith(prefixes):
                    raise kind(place=self.place, reason=cause) from error
            if str(cause).startswith(_DAMAGED):
                raise DamagedDatabaseError(place=self.place, reason=cause) from error
            raise
        except UnicodeDecodeError as error:  # damaged bytes that SQLite quotes in its own error
            raise DamagedDatabaseError(place=self.place, reason=error.reason) from error

    def is_passing(self, error: BaseException) -> bool:
        """Return False: whoever has the write lock meets nobody."""
        del error
        return False

    def is_lost(self, error: BaseException) -> bool:
        """Return False: a file is not far away."""
        del error
        return False

    def hurry(self, cursor: Cursor) -> None:
        """Do nothing: the write lock is there already."""

    def sweep(self) -> None:
        """Write the write-ahead log back into the file and cut it to nothing."""
        with self.beginning() as writer:
            writer.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._writer.close()
        self.engine.dispose()


class _Writing:
    """A transaction of the driver; SQLAlchemy has one inside it if something was asked through it."""

    __slots__ = ("_connection", "is_over")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_over = False

    def begin(self) -> None:
        driver = _driver_of(self._connection)
        if not driver.in_transaction:  # in memory, who reads has the same connection
            driver.execute("BEGIN IMMEDIATE").close()

    def commit(self) -> None:
        if inside := self._connection.get_transaction():
            inside.commit()
        else:
            self._connection.dialect.do_commit(self._connection.connection)
        self.is_over = True

    def rollback(self) -> None:
        if inside := self._connection.get_transaction():
            inside.rollback()
        self._connection.dialect.do_rollback(self._connection.connection)  # which SQLAlchemy may take for ended
        self.is_over = True


class _Cursor(Cursor):
    __slots__ = ("_cursor",)

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.number = None
        self.has_written = False
        self.has_failed = False

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        return self._executed(sql, parameters).fetchone()

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        found: list[Any] = self._executed(sql, parameters).fetchall()
        return found

    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        changed: int = self._executed(sql, parameters).rowcount
        self.has_written |= changed > 0
        return changed

    def write(self, batches: Sequence[Batch]) -> list[int]:
        self.has_written = True
        execute, many = self._cursor.execute, self._cursor.executemany
        try:
            return [(execute(sql, rows[0]) if len(rows) == 1 else many(sql, rows)).rowcount for sql, rows in batches]
        except BaseException:
            self.has_failed = True
            raise

    def _executed(self, sql: str, parameters: Sequence[object]) -> Any:
        try:
            return self._cursor.execute(sql, parameters)
        except BaseException:
            self.has_failed = True
            raise

    def close(self) -> None:
        self._cursor.close()


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Inside the block, read texts that are no valid UTF-8 too: an altered byte is to be found, not stumbled over.

    Other databases than SQLite take no such texts.
    """
    driver: object = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    usual, driver.text_factory = driver.text_factory, _decoded
    try:
        yield
    finally:
        driver.text_factory = usual


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin, not when the driver guesses
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise


def _register() -> None:
    for kind, same in _SAME:
        if (kind, sqlite3.PrepareProtocol) not in sqlite3.adapters:  # else somebody else in the process has seen to it
            sqlite3.register_adapter(kind, same)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(LENT, False) or (options.get(_WRITES, False) and _driver_of(connection).in_transaction):
        return
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if options.get(_WRITES, False) else "BEGIN")


def _driver_of(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)
