"""Whatever statement another transaction or the network strikes, the outcome is what it is on a quiet day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from databases import emptied
from running import BEGIN, HOUR, LIMITED, Running, definition

from ironcage.store import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.store.database import Cursor

    Strike = Callable[[psycopg.Connection[Any]], None]


def _serialization(_: psycopg.Connection[Any]) -> None:
    raise psycopg.errors.SerializationFailure("could not serialize access")


def _deadlock(_: psycopg.Connection[Any]) -> None:
    raise psycopg.errors.DeadlockDetected("deadlock detected")


def _disconnect(connection: psycopg.Connection[Any]) -> None:
    """Let the server end the connection, as it does when it is stopped or an administrator says so."""
    connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


STRIKES: dict[str, Strike] = {"serialization": _serialization, "deadlock": _deadlock, "disconnect": _disconnect}


class Faults:
    """Counts the statements of units of work, and strikes one of them."""

    def __init__(self) -> None:
        self.count = 0
        self.at = 0
        self.strike: Strike = _serialization

    def come(self, cursor: Cursor, connection: psycopg.Connection[Any]) -> None:
        """Count a statement of *cursor*; strike it if it is its turn."""
        self.count += 1
        if self.count == self.at:
            cursor.has_failed = True
            self.strike(connection)


class Struck:
    """A cursor whose statements of units of work are counted, and one of them struck."""

    def __init__(self, faults: Faults, cursor: Cursor, connection: psycopg.Connection[Any], *, writes: bool) -> None:
        self._come = partial(faults.come, cursor, connection) if writes else lambda: None
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        if name in ("one", "all", "change", "write"):
            self._come()
        return getattr(self._cursor, name)


def _run(url: str) -> tuple[dict[str, object], ...]:
    """Lead two cases to their end, one in time and one late; return what is in the record."""
    running = Running(url)
    try:
        running.engine.deploy(definition(*LIMITED))
        for key in ("late", "in time"):
            running.engine.start("p", {"x": 1}, key=key)
        running.engine.claim(running.open_task("p/in time"), "amy")
        running.engine.complete(running.open_task("p/in time"), {"x": 2}, actor="amy")
        running.clock.move_to(BEGIN + 3 * HOUR)
        assert running.engine.wake().steps == 1
        for key in ("late", "in time"):
            running.engine.complete(running.open_task(f"p/{key}"), actor="bob")
        assert running.engine.verify().whole
        cases = [running.engine.case(f"p/{key}") for key in ("late", "in time")]
        return tuple(
            {
                "status": case.status,
                "events": [(event.seq, *event[3:7], event.happened) for event in case.events],
                "tasks": [(task.element, task.status, task.actor) for task in case.tasks],
            }
            for case in cases
        )
    finally:
        running.close()


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    injected, make = Faults(), postgres.Postgres.cursor

    def struck(self: postgres.Postgres, connection: Any, *, locks: bool) -> Any:
        cursor = make(self, connection, locks=locks)
        return Struck(injected, cursor, connection.connection.dbapi_connection, writes=locks)

    monkeypatch.setattr(postgres.Postgres, "cursor", struck)
    return injected


@pytest.mark.parametrize("kind", STRIKES)
def test_a_fault_at_any_statement_changes_nothing_of_the_outcome(faults, kind):
    undisturbed = _run(emptied())
    statements = faults.count
    assert statements > 20
    faults.strike = STRIKES[kind]
    for at in range(1, statements + 1):
        faults.count, faults.at = 0, at
        assert _run(emptied()) == undisturbed, f"{kind} at statement {at} of {statements}"
        assert faults.count > statements, "the unit that was struck was run again"
