"""A database of cases: opening it, reading it, and the units of work on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ironcage.store import schema
from ironcage.store.address import address_of, check_file
from ironcage.store.link import check_driver
from ironcage.store.sqlite import SQLite
from ironcage.store.units import Units
from ironcage.store.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from ironcage.store.database import Database


class Store(Units):
    """A database with the newest schema, and units of work on it.

    A unit of work opened inside another one of the same thread belongs to it: they commit together, or not at all.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.clock = database.clock
        """The clock by which those who work on the database go: on PostgreSQL, the server's."""
        self.listen = database.listen
        """Returns where hints of other processes are heard that there is something to do; None where none are given."""

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open the database at *url*, for example ``sqlite:///ironcage.db``, ``:memory:`` or ``postgresql://host/db``.

        Args:
            url: a SQLAlchemy address.
            create: whether to make file and tables where there are none.

        Raises:
            DatabaseAddressError: *url* is no address of a database.
            DatabaseMissingError: there is no such file, and *create* is false.
            SurroundingsError: the database cannot be opened, or its schema is not that of this release.
        """
        if not create:
            check_file(address_of(url))
        store = cls._connected(url)
        try:
            _make_ready(store, create=create)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def check_address(cls, url: str) -> None:
        """Make sure that nothing is wrong with *url* that could be known without asking for the database.

        Raises:
            DatabaseAddressError: it is no address of a database.
            ExtraMissingError: the driver for it is not installed.
        """
        if address_of(url).get_backend_name() != "sqlite":
            check_driver()

    @classmethod
    def upgrade(cls, url: str) -> None:
        """Bring the schema of the database at *url* to the newest revision, making it where there is none.

        Raises:
            DatabaseAddressError: *url* is no address of a database.
            SurroundingsError: the database cannot be opened, or a later release wrote it.
        """
        store = cls._connected(url)
        try:
            _upgrade(store)
        finally:
            store.close()

    @classmethod
    def _connected(cls, url: str) -> Store:
        address = address_of(url)
        if address.get_backend_name() == "sqlite":
            return cls(SQLite(address))
        from ironcage.store.postgres import Postgres  # noqa: PLC0415 - an extra

        return cls(Postgres(address))

    def close(self) -> None:
        """Give the database back; units of work must be over."""
        self._database.close()

    # Reading

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a connection for queries: that of this thread's unit of work, else one with its own snapshot."""
        return self._reading(briefly=False)

    @contextmanager
    def _reading(self, *, briefly: bool) -> Iterator[Connection]:
        if self._local.work is not None:
            yield self._local.work.connection
            return
        host = self._hosts.current()
        if host is not None:
            with host.reading() as connection:
                yield connection
            return
        with self._database.explained(), self._database.reading(briefly=briefly) as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Work]:
        """Open what reads as a unit of work does, locking nothing: that of this thread, else one with a snapshot."""
        if self._local.work is not None:
            yield self._local.work
            return
        with self._reading(briefly=True) as connection:
            work = Work(connection, self._database, locks=False)
            try:
                yield work
            finally:
                work.close()

    def sweep(self) -> None:
        """Let nothing erased remain in what the database has not tidied up yet; not inside a unit of work."""
        if not self.is_busy():
            with self._database.explained():
                self._database.sweep()


def _make_ready(store: Store, *, create: bool) -> None:
    with store.reading() as connection:
        missing = schema.revision(connection) is None
    if missing and create:
        _upgrade(store)
    with store.reading() as connection:
        schema.check(connection, store.place)


def _upgrade(store: Store) -> None:
    def upgrade(work: Work) -> None:
        with store._database.patience(work.connection):  # noqa: SLF001 - it is of this module
            schema.upgrade(work.connection, store.place)

    with store._database.rebuilding():  # noqa: SLF001
        store.run(upgrade)
