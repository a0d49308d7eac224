"""A disk that is full at any moment of a round of deliveries: what was done is whole, and the rest waits for room."""

from __future__ import annotations

import resource
import time

import pytest
from made import Made, end, program, start, task
from sqlalchemy.engine.default import DefaultDialect

from ironcage.errors import SurroundingsError
from ironcage.program import Signal
from ironcage.store.sqlite import DiskError

BEGUN = program({"s": start(Signal("rain")), "t": task(), "e": end()}, "s -> t", "t -> e")
MANY = 120
"""So many need eight pages more than what they take the place of."""


@pytest.mark.parametrize("room", range(0, 8, 2))
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
    ends = time.monotonic() + 60
    while made.dump()["outbox"]:  # what was marked as tried rests for a moment
        assert time.monotonic() < ends
        made.engine.wake()
    assert not made.engine.incidents()
    assert len(made.dump()["cases"]) == MANY
    made.close()


def test_a_commit_for_which_the_disk_has_no_room_keeps_nothing_and_the_next_one_is_done(tmp_path, monkeypatch):
    """The kernel refuses every byte beyond the log as it is; SQLite has asked for none of them before the commit."""
    made = Made(f"sqlite:///{tmp_path / 'cases.db'}")
    made.put(program({"s": start(), "t": task(), "e": end()}, "s -> t", "t -> e"))
    case, before = made.engine.start("p", {"name": "x" * 1500}), made.dump()
    commit, (_, most), refused = DefaultDialect.do_commit, resource.getrlimit(resource.RLIMIT_FSIZE), list[bool]()

    def commit_without_room(dialect, connection):
        if not refused:
            refused.append(True)
            resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "cases.db-wal").stat().st_size, most))
        try:
            commit(dialect, connection)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    monkeypatch.setattr(DefaultDialect, "do_commit", commit_without_room)
    name = made.open_task(case)
    refused.clear()
    with pytest.raises(DiskError):
        made.engine.complete(name)
    assert refused
    assert made.dump() == before
    made.engine.complete(name)
    assert made.engine.case(case).status == "completed"
    assert made.engine.verify().whole
    made.close()
