"""An upgrade that builds tables anew keeps what a host has put into the same file, and whatever refers to them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from releases import bring_to
from sqlalchemy import create_engine

from ironcage.store import Store
from ironcage.store.schema import TableAlteredError

if TYPE_CHECKING:
    from pathlib import Path

_CASE = (
    "INSERT INTO cases (part, id, process, key, origin, status, seq, head, opened_us, closed_us) "
    "VALUES (7, x'{id}', 'p', '{id}', 'import', 'completed', 1, x'00', 1, 2)"
)
_TIMER = "INSERT INTO timers (part, case_id, wait, element, kind, at_us) VALUES (7, x'0a', 4, 'b', 'timer', 5)"
_NOTES = "CREATE TABLE notes (part, case_id, FOREIGN KEY (part, case_id) REFERENCES cases (part, id) {})"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of the release before tables are built anew, with a case."""
    path = tmp_path / "cases.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        bring_to(connection, "0013")
        connection.exec_driver_sql(_CASE.format(id="0a"))
        connection.exec_driver_sql(_TIMER)
    engine.dispose()
    return path


def _do(file: Path, *statements: str) -> list[tuple[object, ...]]:
    """Execute *statements* as a host would; return what the last one answers."""
    with closing(sqlite3.connect(file)) as host, host:
        host.execute("PRAGMA foreign_keys = ON")
        *_, rows = [host.execute(statement).fetchall() for statement in statements]
    return rows


def _upgrade(file: Path) -> None:
    Store.upgrade(f"sqlite:///{file}")
    assert "WITHOUT ROWID" not in str(_do(file, "SELECT sql FROM sqlite_master WHERE name = 'cases'"))


@pytest.mark.parametrize("on", ["", "ON DELETE CASCADE", "ON DELETE SET NULL", "DEFERRABLE INITIALLY DEFERRED"])
def test_rows_of_a_host_that_refer_to_cases_stay_and_refer_to_them(file, on):
    _do(file, _NOTES.format(on), "INSERT INTO notes VALUES (7, x'0a')")
    _upgrade(file)
    assert _do(file, "SELECT * FROM notes") == [(7, b"\n")]
    _do(file, _CASE.format(id="0b"), "INSERT INTO notes VALUES (7, x'0b')")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        _do(file, "INSERT INTO notes VALUES (7, x'0c')")


def test_triggers_stay_and_do_not_take_the_upgrade_for_writing(file):
    _do(
        file,
        "CREATE TABLE seen (key TEXT)",
        "CREATE TRIGGER a_case AFTER INSERT ON Cases BEGIN INSERT INTO seen VALUES (new.key); END",
        "CREATE TRIGGER forgotten AFTER DELETE ON seen BEGIN UPDATE cases SET incident = 'x' WHERE key = old.key; END",
    )
    _upgrade(file)
    assert _do(file, "SELECT * FROM seen") == []
    _do(file, _CASE.format(id="0b"), "DELETE FROM seen")
    assert _do(file, "SELECT key, incident FROM cases ORDER BY key") == [("0a", None), ("0b", "x")]


@pytest.mark.parametrize("of", ["cases JOIN timers ON case_id = id", "timers"])
def test_views_stay_and_show_what_they_showed(file, of):
    _do(file, f"CREATE VIEW shown AS SELECT at_us FROM {of}", "CREATE VIEW broken AS SELECT 1 FROM missing")
    _upgrade(file)
    assert _do(file, "SELECT * FROM shown") == [(5,)]


def test_columns_and_indexes_stay(file):
    _do(
        file,
        "ALTER TABLE cases ADD COLUMN mine TEXT DEFAULT 'x'",
        "ALTER TABLE cases ADD COLUMN loud TEXT GENERATED ALWAYS AS (upper(key))",
        "CREATE INDEX by_mine ON cases (mine)",
        "UPDATE cases SET mine = 'y'",
        "CREATE TABLE cases_before (mine)",
    )
    _upgrade(file)
    assert _do(file, "SELECT mine, loud FROM cases INDEXED BY by_mine WHERE mine = 'y'") == [("y", "0A")]


def test_a_table_that_somebody_has_made_himself_is_refused_and_all_stays_as_it_was(file):
    _do(
        file,
        "CREATE TABLE kept AS SELECT * FROM timers", "DROP TABLE timers", "ALTER TABLE kept RENAME TO timers",
    )  # fmt: skip
    before = _do(file, "SELECT * FROM sqlite_master")
    with pytest.raises(TableAlteredError, match="timers"):
        Store.upgrade(f"sqlite:///{file}")
    assert _do(file, "SELECT * FROM sqlite_master") == before
    assert _do(file, "SELECT at_us FROM timers") == [(5,)]


def test_who_opens_a_new_database_heeds_references():
    store = Store.open(":memory:")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), store.writing() as work:
        work._cursor.change("INSERT INTO definition_steps VALUES ('none', 1, 'e', 'k', '', NULL, 0)")
    store.close()
