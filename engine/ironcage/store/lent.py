"""A driver's connection that its owner lends: what is done on it belongs to the owner's transaction.

SQLAlchemy is given it in the place of a connection of a pool. Whatever it does at the end with such a connection, to
commit, to roll back or to close it, is the owner's to do, and does nothing here.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, PoolProxiedConnection

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import psycopg
    from sqlalchemy import Engine

LENT = "ironcage_lent"
"""The execution option of a connection whose transactions somebody else begins."""
_SEIZE = "DELETE FROM cases WHERE 0"
"""Writes nothing, and so takes the write lock before anything is read: what is read stays true until the commit."""
_SPOIL = "SELECT 'a step of Ironcage failed half-way: this transaction must be rolled back'::integer"
"""Fails; from then on PostgreSQL commits nothing of the transaction."""


class Lent(PoolProxiedConnection):
    """A driver's connection, in a transaction of its owner."""

    def __init__(self, driver: Any) -> None:
        self.dbapi_connection: Any = driver
        self.driver_connection: Any = driver

    def connection(self, engine: Engine) -> Connection:
        """Return a connection of SQLAlchemy on it, which knows what *engine* knows; there is nothing to close."""
        return Connection(engine, self).execution_options(**{LENT: True})

    @property
    @abstractmethod
    def is_held(self) -> bool:
        """Whether a transaction holds together what is done now."""

    @property
    @abstractmethod
    def has_failed(self) -> bool:
        """Whether the transaction can only be rolled back."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the database is, as far as the driver knows."""

    @abstractmethod
    def database(self) -> str:
        """Return which database it is, as the database itself says."""

    @abstractmethod
    def whole(self) -> AbstractContextManager[None]:
        """Begin what is to be done whole; after an error, undo what was done inside the block where that is easy."""

    @abstractmethod
    def spoil(self) -> None:
        """After an error half-way, see to it that what was done in ``whole`` is never committed."""

    # What SQLAlchemy asks of a connection of a pool

    @property
    def is_valid(self) -> bool:
        """Whether it may be used: its owner would know if not."""
        return True

    @property
    def is_detached(self) -> bool:
        """Whether it belongs to no pool of ours."""
        return True

    def commit(self) -> None:
        """Do nothing: its owner commits."""

    def rollback(self) -> None:
        """Do nothing: its owner rolls back."""

    def close(self) -> None:
        """Do nothing: its owner closes it."""

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Do nothing: its owner finds out by itself."""


class LentSQLite(Lent):
    """A connection of ``sqlite3``."""

    @property
    def is_held(self) -> bool:
        """Whether there is a transaction, or the driver begins one before the first statement that writes."""
        driver: sqlite3.Connection = self.dbapi_connection
        by_itself = getattr(driver, "autocommit", -1)  # new in Python 3.12; -1 leaves it to the isolation level
        return driver.in_transaction or (driver.isolation_level is not None if by_itself == -1 else not by_itself)

    @property
    def has_failed(self) -> bool:
        """Return False: a failed statement undoes itself, and SQLite goes on."""
        return False

    @property
    def address(self) -> str:
        """The path of the file."""
        return self.database()

    def database(self) -> str:
        """Return the path of the file, as SQLite resolved it; that of a database in memory is empty."""
        return file_of(self.dbapi_connection)

    def cursor(self, *_: Any, **__: Any) -> Any:
        """Return a cursor whose rows are tuples, whatever the owner likes them to be."""
        cursor = self.dbapi_connection.cursor()
        cursor.row_factory = None
        return cursor

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Take the write lock; after an error, undo what was done inside the block and nothing else."""
        cursor = self.cursor()
        cursor.execute(_SEIZE)
        cursor.execute("SAVEPOINT ironcage_step")
        try:
            with self._overwriting(cursor):
                yield
        except BaseException:
            if self.dbapi_connection.in_transaction:  # after some errors SQLite has rolled back all of it
                cursor.execute("ROLLBACK TO ironcage_step")
                cursor.execute("RELEASE ironcage_step")
            raise
        cursor.execute("RELEASE ironcage_step")

    @contextmanager
    def _overwriting(self, cursor: sqlite3.Cursor) -> Iterator[None]:
        """Let what an order erases be overwritten and not only unlinked, whatever the owner likes."""
        usual: int = cursor.execute("PRAGMA secure_delete").fetchone()[0]
        cursor.execute("PRAGMA secure_delete = ON").fetchall()
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA secure_delete = {usual}").fetchall()

    def spoil(self) -> None:
        """Do nothing: what was done is undone already."""


class LentPostgres(Lent):
    """A connection of psycopg."""

    @property
    def is_held(self) -> bool:
        """Whether there is a transaction, or the driver begins one before the first statement."""
        from psycopg.pq import TransactionStatus  # noqa: PLC0415 - an extra

        driver: psycopg.Connection[Any] = self.dbapi_connection
        return not driver.autocommit or driver.info.transaction_status != TransactionStatus.IDLE

    @property
    def has_failed(self) -> bool:
        """Whether a statement of the transaction failed, or the server went away."""
        from psycopg.pq import TransactionStatus  # noqa: PLC0415 - an extra

        return self.dbapi_connection.info.transaction_status in (TransactionStatus.INERROR, TransactionStatus.UNKNOWN)

    @property
    def address(self) -> str:
        """Host, port and name, as the driver was given them."""
        info = self.dbapi_connection.info
        return f"{info.host}:{info.port}/{info.dbname}"

    def database(self) -> str:
        """Return the name of the database, as the server says."""
        return str(self.cursor().execute("SELECT current_database()").fetchone()[0])

    def cursor(self, *name: Any, **options: Any) -> Any:
        """Return a cursor whose rows are tuples and whose parameters the server binds, whatever the owner likes."""
        from psycopg import Cursor  # noqa: PLC0415 - an extra
        from psycopg.rows import tuple_row  # noqa: PLC0415

        if name or options:
            return self.dbapi_connection.cursor(*name, row_factory=tuple_row, **options)
        return Cursor(self.dbapi_connection, row_factory=tuple_row)

    def whole(self) -> AbstractContextManager[None]:
        """Do nothing; a savepoint for every step would cost the server more than an error is worth."""
        return nullcontext()

    def spoil(self) -> None:
        """Let a statement fail, after which the server commits nothing of the transaction."""
        from psycopg import Error  # noqa: PLC0415 - an extra

        with suppress(Error):  # as it should
            self.cursor().execute(_SPOIL)


def file_of(driver: sqlite3.Connection) -> str:
    """Return the path of the file that *driver* has open; nothing for a database in memory."""
    cursor = driver.cursor()
    cursor.row_factory = None
    return next(str(file) for _, name, file in cursor.execute("PRAGMA database_list") if name == "main")
