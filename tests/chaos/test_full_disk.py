"""A disk that is full at any moment of a round of deliveries: what was done is whole, and the rest waits for room."""

from __future__ import annotations

import time

import pytest
from made import Made, end, program, start, task

from ironcage.errors import SurroundingsError
from ironcage.program import Signal

BEGUN = program({"s": start(Signal("rain")), "t": task(), "e": end()}, "s -> t", "t -> e")
MANY = 30


@pytest.mark.parametrize("room", range(0, 40, 8))
def test_what_a_full_disk_interrupts_is_undone_whole_and_done_when_there_is_room(tmp_path, room, monkeypatch):
    made = Made(f"sqlite:///{tmp_path / 'cases.db'}")
    made.put(BEGUN)
    with monkeypatch.context() as patch:
        patch.setattr(made.engine, "_settle", lambda *_: 0)  # leave them to the round that meets the full disk
        for _ in range(MANY):
            made.engine.signal("rain", {"name": "x" * 1500})
    driver = made.store._database._writer.connection.dbapi_connection
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count = {pages + room}").fetchall()
    with pytest.raises(SurroundingsError):
        made.engine.wake()
    assert not driver.in_transaction
    rows = made.dump()
    assert len(rows["outbox"]) + len(rows["cases"]) == MANY
    assert {row[1] for row in rows["cases"]} == {row[1] for row in rows["events"]} == {row[1] for row in rows["tasks"]}
    assert made.engine.verify().whole
    driver.execute("PRAGMA max_page_count = 1000000").fetchall()
    ends = time.monotonic() + 20
    while made.dump()["outbox"]:  # what was marked as tried rests for a moment
        assert time.monotonic() < ends
        made.engine.wake()
    assert not made.engine.incidents()
    assert len(made.dump()["cases"]) == MANY
    made.close()
