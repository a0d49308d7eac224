"""A database of cases: opening it, and the units of work on it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ironcage.errors import NotFoundError, RefusedError, UsageError
from ironcage.messages import mark
from ironcage.store import schema, sqlite
from ironcage.store.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine


class DatabaseAddressError(UsageError):
    """The address of a database cannot be understood."""

    message = mark("{url} is no database address Ironcage can use. Write for example sqlite:///ironcage.db")


class DatabaseMissingError(UsageError):
    """The file of the database is not there, and was not to be made."""

    message = mark("There is no database {place}. Name the right one with --db, or create it with: ironcage db upgrade")


class BrokenUnitError(RefusedError):
    """A command failed half-way inside a unit of work whose owner went on."""

    message = mark("A step in this unit of work failed half-way; the whole unit was rolled back.")


class _Local(threading.local):
    work: Work | None = None
    broken: bool = False


class Store:
    """A database with the newest schema, one writer at a time in this process.

    A unit of work opened inside another one of the same thread belongs to it: they commit together, or not at all.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        """What people call the database in an error."""
        self._engine = engine
        self._lock = threading.Lock()
        self._local = _Local()
        with sqlite.explained(place):
            self._writer = engine.connect().execution_options(**{sqlite.WRITES: True})

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open the database at *url*, for example ``sqlite:///ironcage.db``, or ``:memory:``.

        Args:
            url: a SQLAlchemy address.
            create: whether to make file and tables where there are none.

        Raises:
            DatabaseAddressError: *url* is no address of a database.
            DatabaseMissingError: there is no such file, and *create* is false.
            SurroundingsError: the database cannot be opened, or its schema is not that of this release.
        """
        if not create:
            _check_file(_address(url))
        store = cls._connected(url)
        try:
            _make_ready(store, create=create)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def upgrade(cls, url: str) -> None:
        """Bring the schema of the database at *url* to the newest revision, making it where there is none.

        Raises:
            DatabaseAddressError: *url* is no address of a database.
            SurroundingsError: the database cannot be opened, or a later release wrote it.
        """
        store = cls._connected(url)
        try:
            with store.writing() as work:
                schema.upgrade(work.connection, store.place)
        finally:
            store.close()

    @classmethod
    def _connected(cls, url: str) -> Store:
        address = _address(url)
        return cls(sqlite.connect(address), address.database or ":memory:")

    def close(self) -> None:
        """Give the database back; units of work must be over."""
        self._writer.close()
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """Open a unit of work; leaving the block commits it, leaving it by an error rolls it back.

        Raises:
            BrokenUnitError: an inner unit failed half-way and its error was swallowed; nothing was kept.
            SurroundingsError: the database could not do it; nothing was kept.
        """
        if self._local.work is not None:
            with self._inner():
                yield self._local.work
            return
        with self._lock, sqlite.explained(self.place), self._writer.begin():
            work = Work(self._writer)
            self._local.work, self._local.broken = work, False
            try:
                yield work
                if self._local.broken:
                    raise BrokenUnitError
            finally:
                self._local.work = None
                work.close()

    @contextmanager
    def _inner(self) -> Iterator[None]:
        try:
            yield
        except (RefusedError, NotFoundError):
            raise  # raised before anything is written: the outer unit may go on
        except BaseException:
            self._local.broken = True
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for queries: that of this thread's unit of work, else one with its own snapshot."""
        if self._local.work is not None:
            yield self._local.work.connection
            return
        with sqlite.explained(self.place), self._engine.begin() as connection:
            yield connection

    def is_busy(self) -> bool:
        """Return whether this thread is inside a unit of work."""
        return self._local.work is not None

    def sweep(self) -> None:
        """Write the log of SQLite back and empty it, so that nothing erased stays in it; not inside a unit of work."""
        if not self.is_busy():
            with self._lock, sqlite.explained(self.place):
                sqlite.empty_log(self._writer)

    @contextmanager
    def joining(self, connection: Connection) -> Iterator[None]:
        """Let every unit of work inside the block belong to the caller's transaction on *connection*.

        Its owner commits or rolls back; an error other than a refusal obliges it to roll back.

        Raises:
            BrokenUnitError: a unit failed half-way and its error was swallowed.
        """
        if not connection.in_transaction():
            connection.begin()  # the driver's cursor alone would not tell SQLAlchemy that there is something to commit
        work = Work(connection)
        self._local.work, self._local.broken = work, False
        try:
            yield
            if self._local.broken:
                raise BrokenUnitError
        finally:
            self._local.work = None
            work.close()


def _make_ready(store: Store, *, create: bool) -> None:
    with store.reading() as connection:
        missing = schema.revision(connection) is None
    if missing and create:
        with store.writing() as work:
            schema.upgrade(work.connection, store.place)
    with store.reading() as connection:
        schema.check(connection, store.place)


def _check_file(address: URL) -> None:
    """Make sure the file is there: SQLite would make an empty one."""
    name = address.database
    if name and name != ":memory:" and "uri" not in address.query and not Path(name).exists():
        raise DatabaseMissingError(place=name)


def _address(url: str) -> URL:
    try:
        address = make_url("sqlite://" if url == ":memory:" else url)
    except ArgumentError as error:
        raise DatabaseAddressError(url=url) from error
    if address.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise DatabaseAddressError(url=url)
    return address
