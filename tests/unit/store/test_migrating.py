"""What an earlier release wrote is there after the upgrade, and what it goes on writing is taken."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from ironcage.resources import folder
from ironcage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_CASE = (
    "INSERT INTO cases (part, id, process, key, version, origin, status, seq, head, state, wake_us, due_us, opened_us, "
    "closed_us, incident) VALUES (7, x'{id}', 'p', '{id}', 1, 'engine', 'open', 1, x'00', x'01', 5, 6, 1, NULL, NULL)"
)
_TASK = (
    "INSERT INTO tasks (part, case_id, wait, process, key, element, execution, status, role, unit, assignee, actor, "
    "due_us, offered_us, claimed_us, closed_us) VALUES "
    "(7, x'{id}', 2, 'p', 'k', 'a', 1, 'claimed', 'r', 'u', NULL, 'w', 9, 1, 2, NULL)"
)
_JOB = (
    "INSERT INTO jobs (part, case_id, wait, service, element, execution, attempts, run_us, incident) VALUES "
    "(7, x'{id}', 3, 'ask', 'a', 1, 1, NULL, 'broken')"
)
_EVENT = (
    "INSERT INTO events (part, case_id, seq, kind, transition, element, execution, happened_us, local_day, "
    "local_weekday, local_hour, algorithm, previous, digest) VALUES "
    "(7, x'{id}', 1, 'case', 'start', 'p', 0, 1, 1, 1, 1, 1, x'00', x'01')"
)
_PAYLOAD = "INSERT INTO payloads (part, case_id, seq, salt, body) VALUES (7, x'{id}', 1, x'00', x'7b7d')"
_TIMER = "INSERT INTO timers (part, case_id, wait, element, kind, at_us) VALUES (7, x'{id}', 4, 'b', 'timer', 5)"
_DEFINITION = "INSERT INTO definitions VALUES ('p', 1, x'00', '', '', '', 1)"
_BEFORE = (_CASE, _TASK, _JOB, _EVENT, _PAYLOAD, _TIMER)
_TABLES = ("cases", "tasks", "jobs", "events", "payloads", "timers")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database as revision 0002 left it, with a case that waits."""
    path = tmp_path / "cases.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        _to(connection, "0002")
        for statement in (_DEFINITION, *(each.format(id="0a") for each in _BEFORE)):
            connection.exec_driver_sql(statement)
    engine.dispose()
    return path


def _to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _rows(file: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    connection.close()
    return rows


def test_what_was_there_stays_and_gets_the_new_columns(file):
    before = {table: _rows(file, table) for table in _TABLES}
    assert all(before.values())
    Store.upgrade(f"sqlite:///{file}")
    more = {"cases": (None, None, None, 0, None), "tasks": (None, None), "jobs": ("service", 0, None, "p")}
    for table, rows in before.items():
        assert _rows(file, table) == [(*row, *more.get(table, ())) for row in rows]


def test_the_release_before_goes_on_writing(file):
    Store.upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    for statement in _BEFORE:
        connection.execute(statement.format(id="0b"))
    connection.commit()
    connection.close()
    assert [len(_rows(file, table)) for table in _TABLES] == [2] * len(_TABLES)


def test_due_cases_are_still_found_by_their_index(file):
    Store.upgrade(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT key FROM cases WHERE wake_us IS NOT NULL AND incident IS NULL AND wake_us <= 9"
    ).fetchall()
    connection.close()
    assert "ix_cases_wake" in str(plan)
