"""A disk on which a commit takes longer: what it takes longer is slept, by the engine and by the floor alike.

The shares of the floor are asked for where a commit costs at least a millisecond; many disks are faster.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from ironcage.store.database import Database
from ironcage.store.sqlite import SQLite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.store import Connection
    from ironcage.store.database import Transaction


class _Slow:
    def __init__(self, transaction: Transaction, seconds: float) -> None:
        self._transaction = transaction
        self._seconds = seconds
        self.rollback = transaction.rollback

    def commit(self) -> None:
        time.sleep(self._seconds)
        self._transaction.commit()


@contextmanager
def commits_longer_by(seconds: float) -> Iterator[None]:
    """Let every commit of a store take so much longer inside the block."""
    of_any, of_sqlite = Database.transaction, SQLite.transaction

    def any_slowed(self: Database, connection: Connection) -> _Slow:
        return _Slow(of_any(self, connection), seconds)

    def sqlite_slowed(self: SQLite, connection: Connection) -> _Slow:
        return _Slow(of_sqlite(self, connection), seconds)

    with patch.object(Database, "transaction", any_slowed), patch.object(SQLite, "transaction", sqlite_slowed):
        yield
