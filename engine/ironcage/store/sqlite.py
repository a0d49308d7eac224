"""SQLite as Ironcage uses it: write-ahead log, every commit on the disk, transactions that begin when we say so."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from ironcage.errors import IroncageError, SurroundingsError
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_SECONDS = 30.0
"""How long a process waits for another one's transaction."""
WRITES = "ironcage_writes"
"""The execution option of a connection whose transactions take the write lock at their beginning."""
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
"""``secure_delete``: what an order erases is overwritten, not only unlinked."""


class NotADatabaseError(SurroundingsError):
    """The file is something else."""

    message = mark("{place} is not an SQLite database. Nothing was changed; name another file.")


class DamagedDatabaseError(SurroundingsError):
    """SQLite found the file damaged."""

    message = mark("The database {place} is damaged ({reason}). Restore it from a backup.")


class ReadOnlyError(SurroundingsError):
    """The file or its folder cannot be written."""

    message = mark("The database {place} cannot be written. Check the permissions of the file and of its folder.")


class LockedError(SurroundingsError):
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


def connect(url: URL) -> Engine:
    """Return an engine for the SQLite database at *url*; an empty name or ``:memory:`` is one in memory."""
    in_memory = url.database in (None, "", ":memory:")
    arguments: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **arguments)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def empty_log(connection: Connection) -> None:
    """Move the write-ahead log into the database file and cut it to nothing."""
    connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Inside the block, read texts that are no valid UTF-8 too: an altered byte is to be found, not stumbled over."""
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    driver.text_factory = _decoded
    try:
        yield
    finally:
        driver.text_factory = str


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what SQLite raises about the surroundings into an error that says what to do."""
    try:
        yield
    except (sqlite3.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(cause, "sqlite_errorname", "")
        for prefixes, kind in _ERRORS:
            if name.startswith(prefixes):
                raise kind(place=place, reason=cause) from error
        if str(cause).startswith(_DAMAGED):
            raise DamagedDatabaseError(place=place, reason=cause) from error
        raise
    except UnicodeDecodeError as error:  # damaged bytes that SQLite quotes in its own error
        raise DamagedDatabaseError(place=place, reason=error.reason) from error


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin, not when the driver guesses
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
