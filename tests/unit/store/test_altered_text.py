"""A byte altered in the file is found by verification, even where it leaves no valid text behind."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from small_record import imported_case

from ironcage.record.verification import verify
from ironcage.store import Store, queries

if TYPE_CHECKING:
    from pathlib import Path


def test_a_text_that_is_no_utf_8_any_more_is_an_altered_event(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'altered.db'}")
    row, events, payloads = imported_case()
    assert row is not None
    file = sqlite3.connect(tmp_path / "altered.db")
    file.execute(
        "INSERT INTO cases (part, id, process, key, origin, seq, head, status, opened_us, closed_us)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'completed', 0, 1)",
        row,
    )
    file.executemany(f"INSERT INTO events VALUES ({','.join('?' * 26)})", events)
    file.executemany("INSERT INTO payloads VALUES (?, ?, ?, ?, ?)", payloads)
    file.execute("UPDATE events SET element = CAST(x'ff' || substr(element, 2) AS TEXT) WHERE seq = 2")
    file.commit()
    file.close()
    with store.reading() as connection:
        problems = verify(queries.record(connection)).problems
    store.close()
    assert [(problem.kind.value, problem.case, problem.seq) for problem in problems] == [
        ("altered-event", row.subject, 2)
    ]
