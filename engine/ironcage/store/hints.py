"""Hints from one process to another that there is something to do at once: they spare waiting, and are no more.

PostgreSQL takes a lock for every commit that gives one, so a step gives none unless it leaves work for a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

HINT = "NOTIFY ironcage"


class Hints:
    """A connection of its own on which a process hears hints; closed when it is lost."""

    def __init__(self, engine: Engine) -> None:
        """Listen on a new connection."""
        pooled = engine.raw_connection()
        driver: Any = pooled.dbapi_connection
        pooled.detach()
        self._driver = driver
        self._lost: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._driver.rollback()
        self._driver.autocommit = True
        self._driver.execute("LISTEN ironcage")

    def fileno(self) -> int:
        """Return the file descriptor on which hints come."""
        number: int = self._driver.fileno()
        return number

    def hear(self) -> bool:
        """Take in the hints that have come; return whether more may come, or False when the connection is lost."""
        try:
            for _ in self._driver.notifies(timeout=0):
                pass
        except self._lost:
            return False
        return True

    def close(self) -> None:
        """Listen no more."""
        self._driver.close()
