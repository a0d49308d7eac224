"""The transaction of a host: units of work in it, which its owner commits or rolls back with what is its own.

Every unit finds the transaction anew, so a host that commits in the middle goes on in its next one. A refusal has
written nothing, and the transaction may go on. Any other error obliges the host to roll back, and what was done of the
unit can never be committed: SQLite has undone it, PostgreSQL refuses the whole transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection

from ironcage.errors import IroncageError, NotFoundError, RefusedError, SurroundingsError, UsageError
from ironcage.messages import mark
from ironcage.store import schema
from ironcage.store.database import BusyError
from ironcage.store.work import ConflictError, Work

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session, scoped_session

    from ironcage.store.database import Database
    from ironcage.store.lent import Lent

HostConnection: TypeAlias = (
    "Connection | Session | scoped_session[Session] | sqlite3.Connection | psycopg.Connection[object]"
)
"""What a host may share: a connection or session of SQLAlchemy, or its driver's connection."""
if TYPE_CHECKING:
    import sqlite3

    import psycopg
    from sqlalchemy.orm import Session, scoped_session


class WrongConnectionError(UsageError):
    """What the host gave is no connection that reaches the cases."""

    message = mark(
        "A {given} cannot carry the steps of cases in {place}. Give a SQLAlchemy Connection or Session on that "
        "database, or its driver's connection, a {driver}; with Django that is django.db.connection.connection inside "
        "atomic()."
    )


class OtherDatabaseError(UsageError):
    """The host's connection leads to another database."""

    message = mark(
        "The connection given leads to the database {found}, and the cases are in {place}. Give a connection to the "
        "database that holds both."
    )


class AutocommitError(UsageError):
    """Nothing would hold the host's rows and the step together."""

    message = mark(
        "The connection given commits every statement by itself, so nothing would hold your rows and the step "
        "together. Begin a transaction first: atomic() in Django, no AUTOCOMMIT in SQLAlchemy, BEGIN with the driver."
    )


class HostInsideError(UsageError):
    """Ironcage's own transaction is open already."""

    message = mark("A transaction of Ironcage's own is open (batch), so steps cannot join another one. End it first.")


class LeftElsewhereError(UsageError):
    """The block was entered here and left there."""

    message = mark(
        "The block was left in another thread or task than it was entered in, so commands in between may have "
        "committed by themselves. Write the block around the commands, in the function that calls them."
    )


class MustRollBackError(SurroundingsError):
    """A step failed inside the host's transaction."""

    message = mark(
        "A step failed inside the caller's own transaction. Roll the transaction back; nothing of the step is "
        "committed. What failed: {reason}"
    )


class MustRetryError(MustRollBackError):
    """Another transaction was in the way of a step inside the host's."""

    message = mark(
        "Another transaction was in the way of a step inside the caller's own. Roll the transaction back and run all "
        "of it again from its beginning. What was in the way: {reason}"
    )


class FailedBeforeError(MustRollBackError):
    """A statement of the host's transaction has failed, whosever it was."""

    message = mark("A statement in this transaction has failed, so the database commits nothing of it. Roll it back.")


_innermost: ContextVar[Host | None] = ContextVar("ironcage_host", default=None)
"""The host whose block this thread or task is in; a task that waits meanwhile is in none of another's."""


class Hosts:
    """The hosts in whose transactions the units of work of a store take part."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[str] = set()

    @contextmanager
    def joining(self, given: HostConnection) -> Iterator[None]:
        """Let the units of work inside the block belong to the transaction on *given*."""
        host = Host(self._database, given, _innermost.get())
        host.enter(self._known)
        token = _innermost.set(host)
        try:
            yield
            host.leave()
        finally:
            try:
                _innermost.reset(token)
            except ValueError as error:
                raise LeftElsewhereError from error

    def current(self) -> Host | None:
        """Return the innermost host on this database, or None outside of every block."""
        host = _innermost.get()
        while host is not None and host.database is not self._database:
            host = host.outer
        return host


class Host:
    """A transaction that somebody else begins and ends."""

    def __init__(self, database: Database, given: HostConnection, outer: Host | None) -> None:
        self.database = database
        self.outer = outer
        self._driver = _finder(database, given)
        self._last: Lent | None = None

    def enter(self, known: set[str]) -> None:
        """Make sure that steps can be taken here; databases that were found fit before are *known*."""
        lent = self._find()
        if lent.address in known:
            return
        with self.database.explained():
            if lent.database() != self.database.identity:
                raise OtherDatabaseError(found=lent.database() or ":memory:", place=self.database.place)
            schema.check(lent.connection(self.database.engine), self.database.place)
        known.add(lent.address)

    def leave(self) -> None:
        """Say so where the host is about to commit what the database does not."""
        if self._last is not None and self._last.has_failed:
            raise FailedBeforeError

    @contextmanager
    def step(self) -> Iterator[Work]:
        """Open a unit of work in the host's transaction as it now stands."""
        lent = self._find()
        work = Work(lent.connection(self.database.engine), self.database)
        try:
            with self.database.explained(), lent.whole():
                yield work
        except BaseException as error:
            is_refusal = isinstance(error, RefusedError | NotFoundError | UsageError)
            is_refusal &= not isinstance(error, ConflictError)  # it may be said when what was to come first is done
            if is_refusal and not work.has_written and not lent.has_failed:
                raise
            lent.spoil()
            if isinstance(error, Exception):
                raise self._obliges(error) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for queries in the host's transaction as it now stands."""
        lent = self._find()
        try:
            with self.database.explained():
                yield lent.connection(self.database.engine)
        except Exception as error:
            if lent.has_failed:
                raise self._obliges(error) from error
            raise

    def _find(self) -> Lent:
        """Return the driver's connection, which has a transaction."""
        driver = self._driver()
        lent = self._last = self.database.lent(driver)
        if lent is None:
            raise _wrong(self.database, driver)
        if lent.has_failed:
            raise FailedBeforeError
        if not lent.is_held:
            raise AutocommitError
        return lent

    def _obliges(self, error: Exception) -> MustRollBackError:
        """Return what tells the host to roll back because of *error*."""
        passes = isinstance(error, BusyError | ConflictError) or self.database.is_passing(error)
        reason = str(error) if isinstance(error, IroncageError) else f"{type(error).__name__}: {error}"
        return (MustRetryError if passes else MustRollBackError)(reason=reason)


def _finder(database: Database, given: object) -> Callable[[], object]:
    """Return what finds the driver's connection of *given*, in a transaction that its owner knows of."""
    if isinstance(given, Connection):
        return partial(_of_connection, given)
    if database.lent(given) is not None:
        return lambda: given
    from sqlalchemy.orm import Session, scoped_session  # noqa: PLC0415 - only for those who use it

    if isinstance(given, Session | scoped_session):
        return partial(_of_session, given)
    raise _wrong(database, given)


def _of_connection(connection: Connection) -> object:
    if not connection.in_transaction():
        connection.begin()  # the driver alone would not tell SQLAlchemy that there is something to commit
    return connection.connection.dbapi_connection


def _of_session(session: Session | scoped_session[Session]) -> object:
    session.flush()  # the host's rows come first
    return session.connection().connection.dbapi_connection


def _wrong(database: Database, given: object) -> WrongConnectionError:
    kind = type(given)
    return WrongConnectionError(
        given=f"{kind.__module__}.{kind.__qualname__}", place=database.place, driver=database.driver
    )
