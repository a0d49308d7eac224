"""An application with a table of its own, which shares its transaction with the engine, one way or another."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, create_engine, make_url
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from running import Running
    from sqlalchemy import Engine

WAYS = ("connection", "session", "driver")
"""What it shares: a connection or a session of SQLAlchemy, or the connection of its driver."""


def sqlalchemy_engine(url: str, **options: Any) -> Engine:
    return create_engine(make_url(url.replace("postgresql:", "postgresql+psycopg:")), **options)


def driver(url: str, **options: Any) -> Any:
    """Connect as an application without SQLAlchemy does."""
    if url.startswith("sqlite"):
        return sqlite3.connect(make_url(url).database, **options)
    import psycopg

    return psycopg.connect(url, **options)


class Application:
    """Its permits, and the transaction they are written in."""

    def __init__(self, url: str, way: str = "driver", **options: Any) -> None:
        self._way = way
        self._engine = sqlalchemy_engine(url)
        with self._engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS permits (number TEXT PRIMARY KEY)")
        if way == "driver":
            self.given = driver(url, **options)
        else:
            self.given = self._engine.connect() if way == "connection" else Session(self._engine)

    def execute(self, sql: str) -> None:
        self.given.execute(sql if self._way == "driver" else TextClause(sql))

    def permit(self, number: str) -> None:
        self.execute(f"INSERT INTO permits VALUES ('{number}')")

    def permits(self) -> list[str]:
        """Return what others see."""
        with self._engine.connect() as connection:
            return list(connection.exec_driver_sql("SELECT number FROM permits ORDER BY number").scalars())

    def commit(self) -> None:
        self.given.commit()

    def rollback(self) -> None:
        self.given.rollback()

    def close(self) -> None:
        self.given.rollback()
        self.given.close()
        self._engine.dispose()

    def drop(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE permits")
        self._engine.dispose()


def break_steps(application: Application, url: str) -> None:
    """Let every step fail in its middle, when its case is written and its events are not."""
    if url.startswith("sqlite"):
        application.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    else:
        application.execute("ALTER TABLE events ADD CONSTRAINT broken CHECK (seq < 0) NOT VALID")


def cases(running: Running) -> list[str]:
    """Return the cases with open tasks, as others see them."""
    return sorted({task.case for task in running.engine.tasks()})
