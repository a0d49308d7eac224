from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from running import TWO_TASKS, Running, definition

from ironcage.messages import speaking
from ironcage.store import Store, schema, sqlite
from ironcage.store.address import DatabaseAddressError, DatabaseMissingError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.db"


def _open(path: Path, *, create: bool = True, options: str = "") -> None:
    Store.open(f"sqlite:///{path}{options}", create=create).close()


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def test_a_new_database_has_the_newest_schema_and_opens_again(path):
    _open(path)
    _open(path, create=False)
    connection = sqlite3.connect(path)
    assert connection.execute(f"SELECT version_num FROM {schema.VERSION_TABLE}").fetchall() == [
        (schema.revisions()[-1],)
    ]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_upgrading_what_is_new_changes_nothing(path):
    _open(path)
    before = path.read_bytes()
    Store.upgrade(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_database_without_tables_is_not_filled_unasked(path):
    path.touch()
    with pytest.raises(schema.SchemaMissingError):
        _open(path, create=False)


def test_a_database_that_is_not_there_is_not_made_unasked(path):
    with pytest.raises(DatabaseMissingError):
        _open(path, create=False)
    assert not path.exists()


def test_the_tables_live_beside_those_of_a_host(path):
    _execute(path, "CREATE TABLE alembic_version (version_num TEXT)")
    _execute(path, "INSERT INTO alembic_version VALUES ('host')")
    _open(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("host",)]
    connection.close()


def test_a_newer_schema_is_refused_and_left_alone(path):
    _open(path)
    _execute(path, f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999', compatible_from = NULL")
    with pytest.raises(schema.SchemaNewerError, match="9999"), speaking("en"):
        _open(path)
    with pytest.raises(schema.SchemaNewerError):
        Store.upgrade(f"sqlite:///{path}")


def test_a_newer_schema_that_only_added_is_worked_on_and_left_alone(path):
    _open(path)
    _execute(path, f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    _execute(path, f"UPDATE {schema.VERSION_TABLE} SET compatible_from = '{schema.revisions()[-1]}'")
    _open(path, create=False)
    Store.upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    assert connection.execute(f"SELECT version_num FROM {schema.VERSION_TABLE}").fetchall() == [("9999",)]
    connection.close()


def test_a_newer_schema_for_later_releases_only_is_refused(path):
    _open(path)
    _execute(path, f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999', compatible_from = '9998'")
    with pytest.raises(schema.SchemaNewerError):
        _open(path)


def test_an_older_schema_asks_for_the_upgrade(path, monkeypatch):
    _open(path)
    newer = (*schema.revisions(), "9999")
    monkeypatch.setattr(schema, "revisions", lambda: newer)
    with pytest.raises(schema.SchemaOlderError) as refused:
        _open(path)
    assert "ironcage db upgrade" in str(refused.value)


def test_a_file_that_is_no_database_is_named_and_left_alone(path):
    path.write_text("not a database, though long enough to be looked at as one" * 20)
    before = path.read_bytes()
    with pytest.raises(sqlite.NotADatabaseError) as refused:
        _open(path)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == before


def test_a_read_only_database_says_so_at_the_first_write(path):
    _open(path)
    store = Store.open(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(sqlite.ReadOnlyError), store.writing() as work:
        work.connection.exec_driver_sql("DELETE FROM cases")
    store.close()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(sqlite.UnreachableError):
        _open(tmp_path / "nowhere" / "cases.db")


def test_a_database_that_another_process_holds_is_waited_for_and_then_given_up(path, monkeypatch):
    _open(path)
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = Store.open(f"sqlite:///{path}")
    with pytest.raises(sqlite.LockedError), store.writing():
        pass
    other.execute("COMMIT")
    other.close()
    with store.writing():
        pass
    store.close()


@pytest.mark.parametrize("url", ["cases.db", "mysql://host/db", "://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(DatabaseAddressError):
        Store.open(url)


def test_a_full_disk_says_so_keeps_nothing_of_the_step_and_goes_on_when_there_is_room(path):
    """The file may grow by nothing: SQLite says what it says of a disk without room."""
    running = Running(f"sqlite:///{path}")
    running.engine.deploy(definition(*TWO_TASKS))
    kept = running.engine.start("p", key="kept")
    before = running.dump()
    with running.store.writing() as work:
        work.connection.exec_driver_sql("PRAGMA max_page_count = 1")  # it is set to what there is
    with speaking("en"), pytest.raises(sqlite.DiskError, match="check the disk"):
        running.engine.start("p", {"name": "x" * 1_000_000})
    assert running.dump() == before
    assert running.engine.case(kept).status == "open"
    with running.store.writing() as work:
        work.connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    running.engine.complete(running.open_task(kept), {"name": "y" * 1_000_000})
    running.close()
