"""PostgreSQL as Ironcage uses it: cases locked when read, many rows written by one statement, lost links made anew.

Nothing but rows and their locks is relied on: no advisory locks, no sequences, nothing that lives in a connection. So a
pooler that lends a server connection for one transaction may stand between.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ironcage.errors import SurroundingsError
from ironcage.logs import Happening, log
from ironcage.messages import mark
from ironcage.store import many
from ironcage.store.clock import ServerClock
from ironcage.store.database import BusyError, Cursor, Database, causes
from ironcage.store.hints import Hints
from ironcage.store.lent import LENT, LentPostgres
from ironcage.store.link import LANES, hears_hints, pool_at
from ironcage.store.statements import CLAIMED, LOCKED, SOUGHT
from ironcage.store.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    import psycopg
    from sqlalchemy import URL, Connection

    from ironcage.clock import Micros
    from ironcage.store.database import Batch
    from ironcage.store.foreseen import About

OLDEST = 15
"""The oldest release of PostgreSQL that serves."""
HURRIED_MS = 50
"""A group of units of work waits no longer for a lock: one of them then waits alone."""
SET_OF = 4
"""So many rows or more are written by one statement that takes columns of values."""


class ServerUnreachableError(SurroundingsError):
    """The server does not answer."""

    message = mark(
        "The database server of {place} cannot be reached ({reason}). Nothing of this step was kept; check that it "
        "runs and that host and port are right, then try again."
    )


class ServerRefusedError(SurroundingsError):
    """The server takes nobody of this name."""

    message = mark("The database server refused to open {place}: {reason}. Check user, password and database name.")


class ServerFullError(SurroundingsError):
    """The server has no room, or no connection left."""

    message = mark(
        "The database {place} could not do it: {reason}. Nothing of this step was kept; make room, then retry."
    )


class ServerReadOnlyError(SurroundingsError):
    """The server is a standby, or the user may not write."""

    message = mark("The database {place} cannot be written: {reason}. Connect to the primary, as a user who may write.")


class ServerDamagedError(SurroundingsError):
    """Somebody altered the tables, or the server found damaged data."""

    message = mark("The database {place} is damaged ({reason}). Restore it from a backup.")


class ServerBusyError(BusyError):
    """Other transactions stood in the way again and again."""

    message = mark(
        "Other transactions on {place} were in the way again and again. Nothing of this step was kept; try again."
    )


class ServerOldError(SurroundingsError):
    """The server is of a release that is too old."""

    message = mark("The server of {place} is PostgreSQL {found}; Ironcage needs {oldest} or newer.")


_WITNESS = f"SELECT pg_current_xact_id_if_assigned()::text, {many.ERA}".encode()
_STATUS = f"SELECT pg_xact_status($1::text::xid8), {many.ERA}".encode()
_CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_FLEETING = "ironcage_fleeting"
"""The execution option of a connection for what need not survive a power cut."""
_BY_INDEX = b"SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
"""Until the transaction ends. A plan is kept: who found a table empty scans it, and goes on while it fills; and who
knows nothing of a table takes it for one with a few rows that are due, and would sort a million."""
_FLEETING_BY_INDEX = _BY_INDEX + b", set_config('synchronous_commit', 'off', true)"
"""What need not last are marks, and who sets them looks first for what is due."""
_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
"""The connection failed; the server was shut down, crashed or is starting; it ended what was idle, a session or a
transaction, or a transaction that took too long."""
_PASSING = ("25P02", "40001", "40P01", "55P03", "23505")
"""Serialization failure, deadlock, a lock that was not to be had, a key that somebody else took first; and whatever was
asked after one of them in the same transaction."""
_REFUSED = ("authentication failed", "does not exist", "no password supplied", "pg_hba.conf", "认证失败", "不存在")
"""What a server says to whom it does not let in: no code comes with it, and it speaks the language of its machine."""
_ERRORS: tuple[tuple[tuple[str, ...], type[SurroundingsError]], ...] = (
    (_PASSING, ServerBusyError),
    (("28", "3D000"), ServerRefusedError),
    (_LOST, ServerUnreachableError),
    (("53",), ServerFullError),
    (("25006", "42501"), ServerReadOnlyError),
    (("42P01", "42703", "XX"), ServerDamagedError),
)


class Postgres(Database):
    """A database on a PostgreSQL server, and a pool of connections to it."""

    lanes = LANES
    driver = "psycopg.Connection"

    def __init__(self, url: URL) -> None:
        """Take the database at *url*; nothing is connected yet."""
        self.place = url.render_as_string(hide_password=True)
        self.hints = hears_hints(url)
        self.engine = pool_at(url)
        self._snapshots = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with self.explained(), self.engine.connect() as connection:
            found = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
            self.identity = str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
        if found < OLDEST:
            raise ServerOldError(place=self.place, found=found, oldest=OLDEST)
        self.clock = ServerClock(self._ask_clock)

    def listen(self) -> Hints | None:
        """Return a connection on which hints are heard, unless the address turns them off."""
        if not self.hints:
            return None
        with self.explained():
            return Hints(self.engine)

    def _ask_clock(self) -> Micros:
        with self.explained(), self.engine.connect() as connection:
            return int(connection.exec_driver_sql(_CLOCK).scalar_one())

    @contextmanager
    def beginning(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Lend a connection of the pool; one that turns out to be lost is not given back."""
        with self.engine.connect() as connection:
            try:
                yield connection if lasting else connection.execution_options(**{_FLEETING: True})
            except BaseException as error:
                if self.is_lost(error):
                    self._forget(connection)
                elif error.__cause__ is not None and self.is_lost(error.__cause__):  # while it committed
                    log(Happening.CONNECTION_LOST, database=self.place)  # SQLAlchemy has found that out itself
                raise

    @contextmanager
    def reading(self, *, briefly: bool = False) -> Iterator[Connection]:
        """Connect for queries with one snapshot."""
        with self._alive() as connection:
            try:
                with nullcontext() if briefly else self.patience(connection), connection.begin():
                    yield connection
            except BaseException as error:
                if self.is_lost(error):
                    self._forget(connection)
                raise

    def patience(self, connection: Connection) -> AbstractContextManager[None]:
        """Let the server take as long for an answer as a large database needs."""
        driver: Any = connection.connection.dbapi_connection
        waits: AbstractContextManager[None] = driver.patience()
        return waits

    def _alive(self) -> Connection:
        """Return a connection that answers: what reads cannot be run again when it has begun."""
        connection = self._snapshots.connect()
        try:
            with connection.begin():
                connection.exec_driver_sql("SELECT 1")
        except DBAPIError as error:
            if not self.is_lost(error):
                raise
            connection.close()
            return self._snapshots.connect()
        return connection

    def _forget(self, connection: Connection) -> None:
        """Let SQLAlchemy find out that *connection* is lost: it then makes anew all that were made before."""
        log(Happening.CONNECTION_LOST, database=self.place)
        try:
            connection.rollback()
            connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            pass

    def cursor(self, connection: Connection, *, locks: bool) -> Cursor:
        """Return a cursor; with *locks*, cases are locked when they are read, and what is claimed is skipped."""
        driver: Any = connection.connection.dbapi_connection
        options = connection.get_execution_options()
        return _Cursor(driver, locks, is_lent=options.get(LENT, False), is_fleeting=options.get(_FLEETING, False))

    def lent(self, driver: object) -> LentPostgres | None:
        """Return what makes *driver* serve for a while."""
        return LentPostgres(driver) if isinstance(driver, _driver().Connection) else None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what PostgreSQL raises about the surroundings into an error that says what to do."""
        try:
            yield
        except PoolTimeoutError as error:
            raise ServerBusyError(place=self.place) from error
        except (DBAPIError, _driver().Error) as error:
            *_, cause = causes(error)
            raised = self._explanation(cause)
            if raised is None:
                raise
            raise raised from error

    def _explanation(self, cause: BaseException) -> SurroundingsError | None:
        reason = str(cause).strip().partition("\n")[0]
        if self.is_lost(cause):
            refused = any(words in str(cause) for words in _REFUSED)
            return (ServerRefusedError if refused else ServerUnreachableError)(place=self.place, reason=reason)
        state = getattr(cause, "sqlstate", None) or ""
        for prefixes, kind in _ERRORS:
            if state.startswith(prefixes):
                return kind(place=self.place, reason=reason)
        return None

    def is_passing(self, error: BaseException) -> bool:
        """Return whether another transaction was in the way."""
        *_, cause = causes(error)
        return (getattr(cause, "sqlstate", None) or "") in _PASSING

    def is_lost(self, error: BaseException) -> bool:
        """Return whether the server or the way to it went away."""
        *_, cause = causes(error)
        if not isinstance(cause, _driver().Error):
            return False
        state: str | None = getattr(cause, "sqlstate", None)
        if state is None:  # said by the client library and not by a server
            return isinstance(cause, (_driver().OperationalError, _driver().InterfaceError))
        return state.startswith(_LOST)

    def hurry(self, cursor: Cursor) -> None:
        """Let the transaction wait for no lock longer than a moment."""
        cursor.change(f"SET LOCAL lock_timeout = {HURRIED_MS}")

    def sweep(self) -> None:
        """Do nothing: what was deleted is overwritten when the server vacuums the table (docs/handbook)."""

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


class _Cursor(Cursor):
    """A cursor whose statements the server prepares; the client does nothing but number their placeholders, once."""

    __slots__ = ("_cursor", "_era", "_goes_by_index", "_is_fleeting", "_locks")

    def __init__(self, connection: psycopg.Connection[Any], locks: bool, *, is_lent: bool, is_fleeting: bool) -> None:
        self._cursor = _driver().RawCursor(connection, row_factory=_driver().rows.tuple_row)
        self._cursor.format = _driver().pq.Format.BINARY
        self._locks = locks
        self._is_fleeting = is_fleeting
        self._goes_by_index = is_lent  # how the host's own statements find their rows is not ours to say
        self.number = None
        self._era: str | None = None
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

    def foreseen(self, about: Sequence[About]) -> list[Any] | None:
        with suppress(UnicodeEncodeError):  # a host's session lacks characters of a name: each is read by itself
            return self.all(many.FORESEEN.sql, self._columns(many.FORESEEN, about))
        return None

    def write(self, batches: Sequence[Batch]) -> list[int]:
        """Execute everything as one statement: no row of *batches* depends on another, and the server is asked once."""
        if not batches:
            return []
        self.has_written = True
        shape: list[tuple[str, int]] = []
        values: list[object] = []
        for sql, rows in batches:
            if len(rows) < SET_OF or sql not in many.SETS:
                shape.append((sql, len(rows)))
                values += chain.from_iterable(rows)
            else:
                shape.append((sql, 0))
                values += self._columns(many.SETS[sql], rows)
        changed: list[int]
        try:
            *changed, self.number, self._era = self._cursor.execute(_at_once(tuple(shape)), values).fetchone()
        except BaseException:
            self.has_failed = True
            raise
        return changed

    def _columns(self, taker: many.Set, rows: Sequence[Sequence[object]]) -> Any:
        """Return *rows* as the arrays that *taker* takes."""
        _arrays().teach(self._cursor)
        return _arrays().encoded(taker.types, rows, _arrays().encoding_of(self._cursor.connection))

    def _executed(self, sql: str, parameters: Sequence[object]) -> Any:
        try:
            if not self._goes_by_index and sql in SOUGHT:
                self._goes_by_index = True
                with self._in_one_trip():
                    self._cursor.execute(_FLEETING_BY_INDEX if self._is_fleeting else _BY_INDEX)
                    return self._cursor.execute(_numbered(sql, self._locks), parameters)
            return self._cursor.execute(_numbered(sql, self._locks), parameters)
        except BaseException:
            self.has_failed = True
            raise

    def _in_one_trip(self) -> AbstractContextManager[object]:
        """Let what is executed inside the block go in one round trip, with the BEGIN before it, if the client can."""
        return self._cursor.connection.pipeline() if _driver().Pipeline.is_supported() else nullcontext()

    def witness(self) -> Witness | None:
        if self.number is not None and self._era is not None:
            return Witness(self.number, self._era)
        number, era = self._cursor.execute(_WITNESS).fetchone()
        return None if number is None else Witness(number, era)

    def was_committed(self, witness: Witness) -> bool | None:
        try:
            status, era = self._cursor.execute(_STATUS, (witness.number,)).fetchone()
        except _driver().errors.InvalidParameterValue:  # never given out: so it was lost in a crash, with all else
            return False
        if status in (None, "in progress") or (status == "committed" and witness.era not in (None, era)):
            return None
        return bool(status == "committed")

    def close(self) -> None:
        self._cursor.close()


@cache
def _numbered(statement: str, locks: bool) -> bytes:
    """Return *statement* with the placeholders of PostgreSQL and, if *locks*, the locks it takes on what it reads."""
    if locks and statement in LOCKED:
        statement += " FOR UPDATE"
    if locks and statement in CLAIMED:
        statement += " FOR UPDATE SKIP LOCKED"
    return _with_numbers(statement)


@cache
def _at_once(shape: tuple[tuple[str, int], ...]) -> bytes:
    return _with_numbers(many.at_once(shape))


def _with_numbers(statement: str) -> bytes:
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement).encode()


@cache
def _arrays() -> Any:
    from ironcage.store import arrays  # noqa: PLC0415 - it needs the driver

    return arrays


@cache
def _driver() -> Any:
    import psycopg  # noqa: PLC0415 - an extra

    return psycopg
