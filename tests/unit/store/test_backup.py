"""A backup is a whole copy of one instant, or there is none."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest
from running import TWO_TASKS, Running, definition

from ironcage.messages import speaking
from ironcage.store import Store, backup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(f"sqlite:///{tmp_path / 'cases.db'}")
    made.engine.deploy(definition(*TWO_TASKS))
    made.engine.start("p", key="A")
    yield made
    made.close()


def test_a_backup_holds_what_was_committed_and_opens_as_a_database(running, tmp_path):
    size = backup.backup(running.store, tmp_path / "copy.db")
    assert size == (tmp_path / "copy.db").stat().st_size
    running.engine.start("p", key="B")
    copy = Running(f"sqlite:///{tmp_path / 'copy.db'}")
    assert copy.engine.case("p/A").status == "open"
    assert copy.engine.verify().cases == 1
    copy.close()


def test_nothing_else_is_left_beside_it(running, tmp_path):
    backup.backup(running.store, tmp_path / "copy.db")
    assert {file.name for file in tmp_path.iterdir()} == {"cases.db", "cases.db-wal", "cases.db-shm", "copy.db"}


def test_a_file_that_is_there_is_left_as_it_was(running, tmp_path):
    (tmp_path / "copy.db").write_text("important")
    with pytest.raises(backup.BackupExistsError, match=r"copy\.db"):
        backup.backup(running.store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "important"


def test_a_folder_that_is_not_there_is_named(running, tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        backup.backup(running.store, tmp_path / "nowhere" / "copy.db")
    assert str(raised.value.filename) == str(tmp_path / "nowhere")


def test_one_that_appears_meanwhile_is_left_as_it_was(running, tmp_path, monkeypatch):
    def examine(draft: Path, place: str) -> None:
        (tmp_path / "copy.db").write_text("another one's")

    monkeypatch.setattr(backup, "_examine", examine)
    with pytest.raises(backup.BackupExistsError):
        backup.backup(running.store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "another one's"
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_damaged_database_yields_no_backup(tmp_path):
    damaged = Running(f"sqlite:///{tmp_path / 'damaged.db'}")
    damaged.engine.deploy(definition(*TWO_TASKS))
    for _ in range(50):
        damaged.engine.start("p")
    damaged.close()
    size = (tmp_path / "damaged.db").stat().st_size
    with (tmp_path / "damaged.db").open("r+b") as file:
        file.seek(size - 3 * 4096)
        file.write(b"\x55" * 2 * 4096)
    store = Store.open(f"sqlite:///{tmp_path / 'damaged.db'}")
    with speaking("en"), pytest.raises(backup.BackupUnsoundError, match="not sound"):
        backup.backup(store, tmp_path / "copy.db")
    store.close()
    assert not list(tmp_path.glob("copy*"))


def test_what_others_write_meanwhile_is_in_it_whole_or_not_at_all(running, tmp_path):
    """Cases are started from another thread while copies are made; no copy is torn."""
    stopping = threading.Event()

    def write() -> None:
        while not stopping.is_set():
            running.engine.start("p")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup.backup(running.store, tmp_path / f"copy{number}.db")
    finally:
        stopping.set()
        writer.join()
    for number in range(3):
        connection = sqlite3.connect(tmp_path / f"copy{number}.db")
        cases = connection.execute("SELECT count(*), sum(seq) FROM cases").fetchone()
        events = connection.execute("SELECT count(DISTINCT case_id), count(*) FROM events").fetchone()
        connection.close()
        assert cases == events
