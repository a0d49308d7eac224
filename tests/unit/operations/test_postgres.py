"""Checking and archiving ask PostgreSQL the same, and it answers the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from archives import OVER, archived, complete
from databases import emptied
from running import HOUR, TWO_TASKS, Running, definition
from sqlalchemy import delete, update

from ironcage.operations.archive.returning import bring_back
from ironcage.operations.archive.verifying import verify_with
from ironcage.operations.checking import check
from ironcage.store.backup import BackupByServerError, backup
from ironcage.store.tables import cases, tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office() -> Iterator[Running]:
    made = Running(emptied())
    made.engine.deploy(definition(*TWO_TASKS))
    for name in OVER[:3]:
        complete(made, name)
    made.engine.start("p", key="open")
    made.clock.move_to(made.clock.now() + HOUR)
    yield made
    made.close()


def test_what_the_engine_wrote_is_sound_and_what_somebody_else_changed_is_named(office):
    found = check(office.store)
    assert found.troubles == []
    assert (found.cases, found.waits) == (4, 1)
    with office.store.writing() as work:
        work.connection.execute(delete(tasks).where(tasks.c.key == "open"))
        work.connection.execute(update(cases).where(cases.c.key == "open").values(wake_us=5))
    assert [(each.kind.value, each.case) for each in check(office.store).troubles] == [
        ("missing-wait", "p/open"),
        ("wrong-wake", "p/open"),
    ]


def test_cases_are_archived_verified_and_brought_back(office, tmp_path: Path):
    whole = office.engine.verify()
    folder = tmp_path / "archive"
    assert archived(office, folder).cases == 3
    found = verify_with(office.store, [folder])
    assert found.problems == []
    assert (found.cases, found.events, found.payloads) == (whole.cases, whole.events, whole.payloads)
    assert check(office.store).sound
    for name in OVER[:3]:
        bring_back(office.store, folder, name)
        office.engine.erase(name, "decision 1")
    assert office.engine.verify().problems == []
    assert not list(folder.glob("**/*.parquet"))


def test_a_backup_is_left_to_the_tools_of_the_server(office, tmp_path: Path):
    with pytest.raises(BackupByServerError, match="pg_dump"):
        backup(office.store, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
