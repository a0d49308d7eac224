"""A database of cases: opening it, and the units of work on it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from random import random
from typing import TYPE_CHECKING, TypeVar

from ironcage.errors import NotFoundError, RefusedError, SurroundingsError
from ironcage.messages import mark
from ironcage.store import schema
from ironcage.store.address import address_of, check_file
from ironcage.store.grouping import Grouping
from ironcage.store.host import HostInsideError, Hosts
from ironcage.store.sqlite import SQLite
from ironcage.store.work import ConflictError, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, RootTransaction

    from ironcage.record import Event
    from ironcage.store.database import Database
    from ironcage.store.grouping import Request
    from ironcage.store.host import Host, HostConnection

T = TypeVar("T")
AGAIN = 10
"""How often a unit of work is run that others keep in the way of."""
RECONNECTING_SECONDS = 5.0
"""How long it is tried to find out whether a commit was done whose answer was lost."""


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
        self.clock = database.clock
        """The clock by which those who work on the database go: on PostgreSQL, the server's."""
        self.listen = database.listen
        """Returns where hints of other processes are heard that there is something to do; None where none are given."""
        self._database = database
        self._hosts = Hosts(database)
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
            check_file(address_of(url))
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
        address = address_of(url)
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
        host = self._hosts.current()
        if host is not None:
            with self._hosted(host) as work:
                return body(work)
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
        host = self._hosts.current()
        if host is not None:
            with self._hosted(host) as work:
                yield work
            return
        try:
            with self._database.explained(), self._transaction() as work:
                yield work
        except _UnansweredError as error:
            raise OutcomeUnknownError(place=self.place) from error

    def note(self, body: Callable[[Work], T]) -> T:
        """Return what *body* returns when what it wrote is sure to outlive this process, though not a power cut.

        Inside a unit of work it belongs to that one.

        Raises:
            SurroundingsError: the database could not do it.
        """
        if self._local.work is not None:
            return body(self._local.work)
        try:
            with self._database.explained(), self._transaction(lasting=False) as work:
                return body(work)
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
    def _transaction(self, *, lasting: bool = True) -> Iterator[Work]:
        with self._database.beginning(lasting=lasting) as connection:
            transaction = connection.get_transaction() or connection.begin()
            try:
                with self._unit(Work(connection, self._database)) as work:
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
    def _hosted(self, host: Host) -> Iterator[Work]:
        """Open a unit of work in the transaction of *host*."""
        with host.step() as step, self._unit(step) as work:
            yield work
            work.flush()

    @contextmanager
    def _unit(self, work: Work) -> Iterator[Work]:
        """Let *work* be this thread's unit of work inside the block."""
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
        except ConflictError:
            self._local.broken = True  # it may have been said after other things were written
            raise
        except (RefusedError, NotFoundError):
            raise  # raised before anything is written: the outer unit may go on
        except BaseException:
            self._local.broken = True
            raise

    @contextmanager
    def joining(self, given: HostConnection) -> Iterator[None]:
        """Let every unit of work inside the block belong to the host's transaction on *given*.

        The host commits or rolls back. After a refusal the transaction may go on; any other error is raised as
        ``MustRollBackError``, and as ``MustRetryError`` where another transaction was in the way.

        Raises:
            UsageError: no step can be taken there: it is no transaction, or one on another database.
            SurroundingsError: its database has not the schema of this release.
        """
        if self._local.work is not None:
            raise HostInsideError
        with self._hosts.joining(given):
            yield

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for queries: that of this thread's unit of work, else one with its own snapshot."""
        if self._local.work is not None:
            yield self._local.work.connection
            return
        host = self._hosts.current()
        if host is not None:
            with host.reading() as connection:
                yield connection
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
        """Return whether this thread is inside a unit of work, or in the transaction of a host."""
        return self._local.work is not None or self._hosts.current() is not None

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
