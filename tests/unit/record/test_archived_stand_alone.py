"""The verifier of one page knows of archived cases: it says nothing false of them, and what seals say of their ends."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest
from running import TWO_TASKS, Running, definition
from small_record import stand_alone

from ironcage.operations.archive.archiving import archive_cases
from ironcage.operations.archive.verifying import record_with
from ironcage.record.export import export
from ironcage.record.keys import create_key

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sealed(tmp_path: Path) -> dict[str, object]:
    """A database with an archived case and an open one, its archive beside it; returns the seal made before."""
    running = Running(f"sqlite:///{tmp_path / 'cases.db'}")
    running.engine.deploy(definition(*TWO_TASKS))
    running.engine.start("p", {"name": "Ann"}, key="over")
    running.engine.cancel("p/over", "no need")
    running.engine.start("p", key="open")
    seal = running.engine.seal(create_key(tmp_path / "key.pem"))
    running.clock.move_to(running.clock.now() + 1)
    archive_cases(running.store, tmp_path / "archive", running.clock.now(), running.clock.now())
    with running.store.reading() as connection:
        lines = list(export(record_with(connection, [tmp_path / "archive"])))
    (tmp_path / "record.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    running.close()
    return json.loads(seal.to_json())


def test_an_archived_case_is_neither_dropped_nor_incomplete(sealed, tmp_path):
    assert list(stand_alone().verify(tmp_path / "cases.db", [sealed])) == []


def test_an_export_holds_what_is_archived(sealed, tmp_path):
    assert list(stand_alone().verify(tmp_path / "record.jsonl", [sealed])) == []
    assert (tmp_path / "record.jsonl").read_text("utf-8").count('["case"') == 2


def test_a_forged_end_of_an_archived_case_is_found_by_the_seal(sealed, tmp_path):
    for forged, kind in (("head = zeroblob(32)", "rewritten-chain"), ("seq = 1", "cut-tail")):
        connection = sqlite3.connect(tmp_path / "cases.db")
        with connection:
            connection.execute(f"UPDATE cases SET {forged} WHERE key = 'over'")
        connection.close()
        found = list(stand_alone().verify(tmp_path / "cases.db", [sealed]))
        assert [(what, case) for what, case, _ in found] == [(kind, "p/over")]
