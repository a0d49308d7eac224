"""A database of cases: opening it, and the units of work on it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from pathlib import Path
from random import random
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ironcage.errors import NotFoundError, RefusedError, SurroundingsError, UsageError
from ironcage.messages import mark
from ironcage.store import schema
from ironcage.store.grouping import Grouping
from ironcage.store.sqlite import SQLite
from ironcage.store.work import ConflictError, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, RootTransaction

    from ironcage.record import Event
    from ironcage.store.database import Database
    from ironcage.store.grouping import Request

T = TypeVar("T")
AGAIN = 10
"""How often a unit of work is run that others keep in the way of."""
RECONNECTING_SECONDS = 5.0
"""How long it is tried to find out whether a commit was done whose answer was lost."""


class DatabaseAddressError(UsageError):
    """The address of a database cannot be understood."""

    message = mark(
        "{url} is no database address Ironcage can use. Write for example sqlite:///ironcage.db or "
        "postgresql://user@host/database"
    )


class DatabaseMissingError(UsageError):
    """The file of the database is not there, and was not to be made."""

    message = mark("There is no database {place}. Name the right one with --db, or create it with: ironcage db upgrade")


class BrokenUnitError(RefusedError):
    """A command failed half-way inside a unit of work whose owner went on."""

    message = mark("A step in this unit of work failed half-way; the whole unit was rolled back.")


class OutcomeUnknownError(SurroundingsError):
    """The connection was lost while the database committed, and it does not come back."""

    message = mark(
        "The connection to {place} was lost while this step was committed, and the database cannot be asked whether it "
        "was. Look at the case before you try again."
    )


class _Local(threading.local):
    work: Work | None = None
    broken: bool = False
    flushes: bool = False
    """Whether the owner of the transaction reads in it by itself."""


class _UnansweredError(Exception):
    """The connection was lost during the commit of a unit that wrote *event* last."""

    def __init__(self, event: Event | None) -> None:
        self.event = event


class Store:
    """A database with the newest schema, and units of work on it.

    A unit of work opened inside another one of the same thread belongs to it: they commit together, or not at all.
    """

    def __init__(self, database: Database) -> None:
        self.place = database.place
        """What people call the database in an error."""
        self._database = database
        self._grouping = Grouping(database.lanes, self._together)
        self._local = _Local()

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
            _upgrade(store)
        finally:
            store.close()

    @classmethod
    def _connected(cls, url: str) -> Store:
        address = _address(url)
        if address.get_backend_name() == "sqlite":
            return cls(SQLite(address))
        from ironcage.store.postgres import Postgres  # noqa: PLC0415 - an extra

        return cls(Postgres(address))

    def close(self) -> None:
        """Give the database back; units of work must be over."""
        self._database.close()

    # Writing

    def run(self, body: Callable[[Work], T]) -> T:
        """Return what *body* returns when the unit of work that it is has been committed.

        Units that other threads bring at the same time share the commit; a refusal concerns its own unit only. *body*
        may be run more than once, if other transactions were in the way of the first; so it must do nothing but read
        and write through the unit, and raise refusals before it has written anything.

        Raises:
            SurroundingsError: the database could not do it; nothing was kept.
            OutcomeUnknownError: whether it did, cannot be found out.
        """
        if self._local.work is not None:
            with self._inner():
                return body(self._local.work)
        return self._grouping.bring(body)

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
        try:
            with self._database.explained(), self._transaction() as work:
                yield work
        except _UnansweredError as error:
            raise OutcomeUnknownError(place=self.place) from error

    def _together(self, group: list[Request[object]]) -> None:
        """Run the units of *group* in one transaction; if that fails, each in its own."""
        interrupted: BaseException | None = None
        if len(group) > 1:
            try:
                self._share(group)
            except Exception:  # noqa: BLE001, S110 - whose fault it was shows when each runs alone
                pass
            except BaseException as error:  # noqa: BLE001 - the others must not wait in vain
                interrupted = error
            else:
                return
        for request in group:
            self._alone(request)
        if interrupted:
            raise interrupted

    def _share(self, group: list[Request[object]]) -> None:
        with self._transaction() as work:
            work.hurry(self._database)
            for request in group:
                request.error = None
                try:
                    request.run(work)
                except ConflictError:
                    raise
                except (RefusedError, NotFoundError) as refusal:
                    request.error = refusal

    def _alone(self, request: Request[object]) -> None:
        """Run one unit in its own transaction, again and again while others are in its way."""
        request.error = None
        unanswered: list[Event] = []
        try:
            for left in reversed(range(AGAIN)):
                with self._database.explained():
                    try:
                        self._attempt(request, unanswered)
                    except Exception as error:
                        if self._was_done(unanswered):
                            return
                        if not left or not self._may_succeed(error):
                            raise
                        time.sleep(random() * 0.01 * (AGAIN - left))  # noqa: S311 - only to part those who collided
                    else:
                        return
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
            request.error = error

    def _attempt(self, request: Request[object], unanswered: list[Event]) -> None:
        try:
            with self._transaction() as work:
                request.run(work)
        except _UnansweredError as lost:
            if lost.event is None:
                raise lost.__cause__ or lost from None  # nothing was recorded: it may as well be done again
            unanswered.append(lost.event)
            raise

    def _may_succeed(self, error: Exception) -> bool:
        if isinstance(error, ConflictError | _UnansweredError):
            return True
        return self._database.is_passing(error) or self._database.is_lost(error)

    def _was_done(self, unanswered: list[Event]) -> bool:
        """Return whether a unit whose commit was not answered was committed.

        Raises:
            OutcomeUnknownError: the database cannot be asked.
        """
        if not unanswered:
            return False
        until = time.monotonic() + RECONNECTING_SECONDS
        while True:
            try:
                with self._transaction() as work:
                    return any(work.has_event(event) for event in unanswered)
            except Exception as error:
                if not self._database.is_lost(error) or time.monotonic() > until:
                    raise OutcomeUnknownError(place=self.place) from error
                time.sleep(0.1)

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        with self._database.beginning() as connection:
            transaction = connection.begin()
            try:
                with self._unit(connection) as work:
                    yield work
                    work.flush()
            except BaseException:
                self._roll_back(transaction)
                raise
            try:
                transaction.commit()
            except Exception as error:
                self._roll_back(transaction)
                if self._database.is_lost(error):
                    raise _UnansweredError(work.last_event) from error
                raise

    def _roll_back(self, transaction: RootTransaction) -> None:
        try:
            transaction.rollback()
        except Exception as error:
            if not self._database.is_lost(error):
                raise

    @contextmanager
    def _unit(self, connection: Connection, *, flushes: bool = False) -> Iterator[Work]:
        """Let *connection* be this thread's unit of work inside the block."""
        work = Work(connection, self._database)
        self._local.work, self._local.broken, self._local.flushes = work, False, flushes
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
            if self._local.flushes and self._local.work:
                self._local.work.flush()
        except ConflictError:
            self._local.broken = True  # it may have been said after other things were written
            raise
        except (RefusedError, NotFoundError):
            raise  # raised before anything is written: the outer unit may go on
        except BaseException:
            self._local.broken = True
            raise

    @contextmanager
    def joining(self, connection: Connection) -> Iterator[None]:
        """Let every unit of work inside the block belong to the caller's transaction on *connection*.

        Its owner commits or rolls back; an error other than a refusal obliges it to roll back.

        Raises:
            BrokenUnitError: a unit failed half-way and its error was swallowed.
        """
        if not connection.in_transaction():
            connection.begin()  # the driver's cursor alone would not tell SQLAlchemy that there is something to commit
        with self._unit(connection, flushes=True):
            yield

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for queries: that of this thread's unit of work, else one with its own snapshot."""
        if self._local.work is not None:
            yield self._local.work.connection
            return
        with self._database.explained(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Work]:
        """Open what reads as a unit of work does, locking nothing: that of this thread, else one with a snapshot."""
        if self._local.work is not None:
            yield self._local.work
            return
        with self.reading() as connection:
            work = Work(connection, self._database, locks=False)
            try:
                yield work
            finally:
                work.close()

    def is_busy(self) -> bool:
        """Return whether this thread is inside a unit of work."""
        return self._local.work is not None

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
    store.run(lambda work: schema.upgrade(work.connection, store.place))


def _check_file(address: URL) -> None:
    """Make sure the file is there: SQLite would make an empty one."""
    name = address.database
    if address.get_backend_name() != "sqlite":
        return
    if name and name != ":memory:" and "uri" not in address.query and not Path(name).exists():
        raise DatabaseMissingError(place=name)


def _address(url: str) -> URL:
    try:
        address = make_url("sqlite://" if url == ":memory:" else url)
    except ArgumentError as error:
        raise DatabaseAddressError(url=url) from error
    if address.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"):
        raise DatabaseAddressError(url=url)
    return address
