"""Units of work on a database: run alone or with others, again if others were in the way, or inside a host's own."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from itertools import chain
from random import random
from typing import TYPE_CHECKING, TypeVar, cast

from ironcage.errors import NotFoundError, RefusedError, SurroundingsError
from ironcage.messages import mark
from ironcage.store.grouping import Grouping, Request
from ironcage.store.host import HostInsideError, Hosts
from ironcage.store.work import ConflictError, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ironcage.store.database import Database, Transaction
    from ironcage.store.foreseen import About
    from ironcage.store.host import Host, HostConnection
    from ironcage.store.witness import Witness

T = TypeVar("T")
AGAIN = 10
"""How often a unit of work is run that others keep in the way of."""
RECONNECTING_SECONDS = 5.0
"""How long after its connection was lost a unit of work is tried again, or asked for whether its commit was done."""


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
    """The connection was lost during the commit of a unit of which *witness* tells, or that has written nothing."""

    def __init__(self, witness: Witness | None, said: BaseException) -> None:
        self.witness = witness
        self.said = said
        """What the driver said of it."""


class _Lost:
    """Since when the connection is lost to a unit of work: who was cut off is told so, and does not try for minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._until = 0.0

    def may_come_back(self, error: Exception) -> bool:
        """Return whether *error* is that it was lost, and it is worth while to try again at once."""
        if not isinstance(error, _UnansweredError) and not self._database.is_lost(error):
            return False
        self._until = self._until or time.monotonic() + RECONNECTING_SECONDS
        return time.monotonic() < self._until


class Units:
    """Units of work on one database.

    A unit of work opened inside another one of the same thread belongs to it: they commit together, or not at all.
    """

    def __init__(self, database: Database) -> None:
        self.place = database.place
        """What people call the database in an error."""
        self._database = database
        self._hosts = Hosts(database)
        self._grouping = Grouping(database.lanes, self._together)
        self._local = _Local()

    def run(self, body: Callable[[Work], T], about: Sequence[About] = ()) -> T:
        """Return what *body* returns when the unit of work that it is has been committed.

        Units that other threads bring at the same time share the commit; a refusal concerns its own unit only. *body*
        may be run more than once, if other transactions were in the way of the first; so it must do nothing but read
        and write through the unit, and raise refusals before it has written anything. What it is *about*, as far as
        the caller knows, is read together with what the others are about.

        Raises:
            SurroundingsError: the database could not do it; nothing was kept.
            OutcomeUnknownError: whether it did, cannot be found out.
        """
        outer = self._local.work
        if outer is not None:
            try:
                return body(outer)
            except BaseException as error:
                self._local.broken |= _breaks(error)
                raise
        host = self._hosts.current()
        if host is not None:
            with self._hosted(host) as work:
                return body(work)
        return self._grouping.bring(body, about)

    @contextmanager
    def writing(self, about: Iterable[About] = ()) -> Iterator[Work]:
        """Open a unit of work; leaving the block commits it, leaving it by an error rolls it back.

        What is *about* to be read in it, as far as that is known beforehand, is read at once.

        Raises:
            BrokenUnitError: an inner unit failed half-way and its error was swallowed; nothing was kept.
            SurroundingsError: the database could not do it; nothing was kept.
        """
        if self._local.work is not None:
            with self._inner():
                self._local.work.foresee(about)
                yield self._local.work
            return
        host = self._hosts.current()
        if host is not None:
            with self._hosted(host) as work:
                work.foresee(about)
                yield work
            return
        try:
            with self._database.explained(), self._transaction() as work:
                work.foresee(about)
                yield work
        except _UnansweredError as lost:
            if not self._was_done(lost):
                with self._database.explained():
                    raise cast("Exception", lost.__cause__) from lost

    def note(self, body: Callable[[Work], T]) -> T:
        """Return what *body* returns when what it wrote is sure to outlive this process, though not a power cut.

        Inside a unit of work it belongs to that one.

        Raises:
            SurroundingsError: the database could not do it.
        """
        if self._local.work is not None:
            return body(self._local.work)
        if (host := self._hosts.current()) is not None:
            with self._hosted(host) as work:
                return body(work)
        request = Request(body)
        self._alone(cast("Request[object]", request), lasting=False)
        request.is_done = True
        return request.outcome()

    def _together(self, group: list[Request[object]]) -> None:
        """Run the units of *group* in one transaction; if that fails, each in its own."""
        interrupted: BaseException | None = None
        if len(group) > 1:
            try:
                if self._shared(group):
                    return
            except Exception:  # noqa: BLE001, S110 - whose fault it was shows when each runs alone
                pass
            except BaseException as error:  # noqa: BLE001 - the others must not wait in vain
                interrupted = error
        for request in group:
            request.is_done = False
            self._alone(request)
            request.is_done = True
            request.wake()
        if interrupted:
            raise interrupted

    def _shared(self, group: list[Request[object]]) -> bool:
        """Run the units of *group* in one transaction; return whether each has its outcome."""
        try:
            with self._database.explained():
                self._share(group)
        except _UnansweredError as lost:
            try:
                if not self._was_done(lost):
                    return False  # nothing of it is kept: each may run again
            except OutcomeUnknownError as unknown:
                for request in group:
                    request.error = request.error or unknown
        for request in group:
            request.is_done = True
        return True

    def _share(self, group: list[Request[object]]) -> None:
        with self._transaction() as work:
            work.hurry(self._database)
            work.foresee(chain.from_iterable(request.about for request in group))
            for request in group:
                request.error = None
                try:
                    request.run(work)
                except ConflictError:
                    raise
                except (RefusedError, NotFoundError) as refusal:
                    request.error = refusal

    def _alone(self, request: Request[object], *, lasting: bool = True) -> None:
        """Run one unit in its own transaction, again and again while others are in its way."""
        request.error = None
        unanswered: list[_UnansweredError] = []
        away = _Lost(self._database)
        try:
            for left in reversed(range(AGAIN)):
                with self._database.explained():
                    try:
                        self._attempt(request, unanswered, lasting=lasting)
                    except Exception as error:
                        if any(self._was_done(lost) for lost in unanswered):
                            return
                        if not left or not (self._may_succeed(error) or away.may_come_back(error)):
                            if isinstance(error, _UnansweredError):
                                raise error.said from None
                            raise
                        time.sleep(random() * 0.01 * (AGAIN - left))  # noqa: S311 - only to part those who collided
                    else:
                        return
        except Exception as error:  # noqa: BLE001 - it is raised where somebody waits for it
            request.error = error

    def _attempt(self, request: Request[object], unanswered: list[_UnansweredError], *, lasting: bool) -> None:
        try:
            with self._transaction(lasting=lasting) as work:
                request.run(work)
        except _UnansweredError as lost:
            unanswered.append(lost)
            raise

    def _may_succeed(self, error: Exception) -> bool:
        return isinstance(error, ConflictError) or self._database.is_passing(error)

    def _was_done(self, lost: _UnansweredError) -> bool:
        """Return whether what was *lost* while it was committed is kept.

        Raises:
            OutcomeUnknownError: the database cannot be asked, or has forgotten it in a crash.
        """
        if lost.witness is None:
            return False
        until = time.monotonic() + RECONNECTING_SECONDS
        while time.monotonic() < until:
            try:
                with self._database.beginning() as connection, self._unit(Work(connection, self._database)) as work:
                    if (done := work.was_committed(lost.witness)) is not None:
                        return done
            except Exception as error:
                if not self._database.is_lost(error):
                    raise OutcomeUnknownError(place=self.place) from error
            time.sleep(0.1)
        raise OutcomeUnknownError(place=self.place) from lost

    @contextmanager
    def _transaction(self, *, lasting: bool = True) -> Iterator[Work]:
        with self._database.beginning(lasting=lasting) as connection:
            transaction = self._database.transaction(connection)
            try:
                with self._unit(Work(connection, self._database)) as work:
                    yield work
                    work.flush()
                    witness = work.witness()
            except BaseException:
                self._roll_back(transaction)
                raise
            try:
                transaction.commit()
            except BaseException as error:
                self._roll_back(transaction)
                if self._database.is_lost(error):  # asked for its connection, SQLAlchemy would now make another
                    raise _UnansweredError(witness, error) from error
                self._roll_back(connection.connection)  # SQLAlchemy takes a transaction that could not commit for ended
                raise

    def _roll_back(self, transaction: Transaction) -> None:
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
        except BaseException as error:
            self._local.broken |= _breaks(error)
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

    def is_busy(self) -> bool:
        """Return whether this thread is inside a unit of work, or in the transaction of a host."""
        return self._local.work is not None or self._hosts.current() is not None


def _breaks(error: BaseException) -> bool:
    """Return whether *error* leaves half a step behind: a refusal is raised before anything is written.

    Not so a conflict, which may be said after other things were written.
    """
    return isinstance(error, ConflictError) or not isinstance(error, (RefusedError, NotFoundError))
