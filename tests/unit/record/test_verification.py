"""Whatever is altered in a record is found, named and located, by both verifiers alike."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_record import Database, new_chain, recorded, run, small_record, stand_alone, whole_case

from ironcage.record import NOBODY, RecordedCase
from ironcage.record.encoding import act, local, when
from ironcage.record.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUBJECT = "permit/2024-1"
KEYS = {"part", "case_id", "seq", "id", "process", "key", "origin"}
"""Columns that say where a row belongs: altering one makes two places wrong."""

STAND_ALONE = stand_alone()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(tmp_path_factory.mktemp("record") / "record.db", small_record())
    yield made
    made.close()


def found_in(database: Database) -> set[tuple[str, str, int | None]]:
    """Return what both verifiers find; they must agree, but that only ours tells a moved event from an altered one."""
    ours = {(problem.kind.value, problem.case, problem.seq) for problem in verify(database.record()).problems}
    plain = {(kind.replace("reordered", "altered"), case, seq) for kind, case, seq in ours}
    assert set(STAND_ALONE.verify(database.file)) == plain
    return ours


def alterations(value: object) -> list[object]:
    """Return values that differ from *value* a little."""
    if isinstance(value, bytes):
        flipped = [value[:i] + bytes([value[i] ^ 1]) + value[i + 1 :] for i in (0, len(value) // 2, len(value) - 1)]
        return [*flipped, value[:-1], value + b"\0", value.hex(), None]
    if isinstance(value, int):
        return [value + 1, -value - 1, value + 2**40, value + 0.5, f"{value}x", None]
    if isinstance(value, str):
        return [value[:-1] + chr(ord(value[-1]) ^ 1), value + " ", value.encode(), "", None]
    return [0, "", "x", b""]


def rows_of(database: Database, table: str) -> list[tuple[Any, ...]]:
    return database.connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall()


def test_a_whole_record_has_no_problems(database: Database) -> None:
    found = verify(database.record())
    assert found.whole
    assert (found.cases, found.events, found.payloads, found.erased) == (3, 18, 3, 2)
    assert found_in(database) == set()


@pytest.mark.parametrize("table", ["cases", "events", "payloads"])
def test_every_altered_column_is_found_and_located(database: Database, table: str) -> None:
    names = {row.case: row.subject for row, _, _ in database.record() if row}
    columns = database.columns(table)
    for rowid, *row in rows_of(database, table):
        subject, seq = names[row[1]], row[2] if table != "cases" else None
        for column, value in zip(columns, row, strict=True):
            for altered in alterations(value):
                database.connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (altered, rowid))
                found = found_in(database)
                database.connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
                where = (table, subject, seq, column, value, altered, found)
                assert found, where
                if column not in KEYS:
                    assert {case for _, case, _ in found} == {subject}, where
                    if seq is not None:
                        assert seq in {place for _, _, place in found}, where
                elif column not in ("process", "key"):
                    assert subject in {case for _, case, _ in found}, where
    assert found_in(database) == set()


@settings(examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_single_byte_of_any_column_is_found(database: Database, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(["cases", "events", "payloads"]))
    rowid, *row = data.draw(st.sampled_from(rows_of(database, table)))
    filled = [i for i, value in enumerate(row) if value not in (None, "", b"")]
    index = data.draw(st.sampled_from(filled))
    value, column = row[index], database.columns(table)[index]
    if isinstance(value, int):
        altered: object = value ^ (1 << data.draw(st.integers(0, 62)))
    else:
        raw = bytearray(value if isinstance(value, bytes) else value.encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        altered = bytes(raw)
    # A text is written through a cast, so that it stays a text even where it is no valid UTF-8 any more.
    cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    database.connection.execute(f"UPDATE {table} SET {column} = {cast} WHERE rowid = ?", (altered, rowid))
    found = found_in(database)
    database.connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
    assert found
    assert found_in(database) == set()


def found_after(tmp_path: Path, *cases: RecordedCase) -> set[tuple[str, str, int | None]]:
    database = Database(tmp_path / "altered.db", list(cases))
    try:
        return found_in(database)
    finally:
        database.close()


@pytest.mark.parametrize("seq", range(1, 8))
def test_a_removed_event_is_missing_at_its_place(tmp_path: Path, seq: int) -> None:
    row, events, payloads = whole_case()
    kept = [event for event in events if event.seq != seq]
    rest = [payload for payload in payloads if payload.seq != seq]
    assert found_after(tmp_path, RecordedCase(row, kept, rest)) == {("missing-event", SUBJECT, seq)}


def test_events_renumbered_over_a_gap_are_recognised(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    closed = [e if e.seq < 3 else e._replace(seq=e.seq - 1) for e in events if e.seq != 3]
    moved = [p if p.seq < 3 else p._replace(seq=p.seq - 1) for p in payloads]
    found = found_after(tmp_path, RecordedCase(row, closed, moved))
    assert found == {("missing-event", SUBJECT, 7), *(("reordered-event", SUBJECT, seq) for seq in (3, 4, 5, 6))}


def test_an_inserted_event_is_found_though_those_after_it_are_renumbered(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    forged = events[1]._replace(seq=3, actor="nobody")
    moved = [e._replace(seq=e.seq + 1) for e in events[2:]]
    rest = [p if p.seq < 3 else p._replace(seq=p.seq + 1) for p in payloads]
    found = found_after(tmp_path, RecordedCase(row, [*events[:2], forged, *moved], rest))
    assert found == {
        ("altered-event", SUBJECT, 3),
        *(("reordered-event", SUBJECT, seq) for seq in (4, 5, 6, 7)),
        ("inserted-event", SUBJECT, 8),
    }


def test_an_event_appended_behind_the_end_is_found(tmp_path: Path) -> None:
    chain = new_chain("2024-1")
    run(chain)
    row, _, _ = recorded(chain)
    run(chain)
    appended = RecordedCase(row, chain.events[:8], chain.payloads[:2])
    assert found_after(tmp_path, appended) == {("inserted-event", SUBJECT, 8)}


@pytest.mark.parametrize(("first", "second"), list(combinations(range(1, 8), 2)))
def test_exchanged_events_are_recognised(tmp_path: Path, first: int, second: int) -> None:
    row, events, payloads = whole_case()
    exchange = {first: second, second: first}
    mixed = sorted(e._replace(seq=exchange.get(e.seq, e.seq)) for e in events)
    found = found_after(tmp_path, RecordedCase(row, mixed, payloads))
    assert found == {("reordered-event", SUBJECT, first), ("reordered-event", SUBJECT, second)}


def test_an_event_rewritten_with_its_digest_breaks_the_link_to_the_next(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    chain = new_chain("2024-1")
    run(chain)
    forged = new_chain("2024-1")
    forged.seq, forged.head = 2, events[1].digest
    wall = local(events[2].local_day, events[2].local_weekday, events[2].local_hour)
    then = when(events[2].happened, events[2].recorded, wall)
    forged.append(act("activity", "schedule", "review"), 1, "friend", None, then, None, NOBODY, None, None, None)
    found = found_after(tmp_path, RecordedCase(row, [*events[:2], *forged.events, *events[3:]], payloads))
    assert found == {("broken-link", SUBJECT, 4)}


def test_a_payload_without_its_row_needs_an_order(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    assert found_after(tmp_path, RecordedCase(row, events, payloads[1:])) == {("missing-payload", SUBJECT, 1)}


def test_rows_of_a_case_that_is_gone_are_orphans(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    assert row is not None
    found = found_after(tmp_path, RecordedCase(None, events[:1], payloads[:1]))
    assert found == {("orphan-event", row.case.hex(), 1), ("orphan-payload", row.case.hex(), 1)}


def test_a_case_under_another_name_is_named(tmp_path: Path) -> None:
    row, events, payloads = whole_case()
    assert row is not None
    renamed = RecordedCase(row._replace(key="2024-9"), events, payloads)
    found = found_after(tmp_path, renamed)
    assert ("altered-case", "permit/2024-9", None) in found
    assert {case for _, case, _ in found} == {"permit/2024-9"}


def test_problems_have_a_sentence_and_a_json_form() -> None:
    row, events, _ = whole_case()
    found = verify([RecordedCase(row, events[1:3], [])])
    assert [problem.to_json()["kind"] for problem in found.problems] == ["missing-event", "missing-event"]
    assert all(SUBJECT in str(problem) for problem in found.problems)
    assert found.to_json()["whole"] is False
    assert any("seal" in limit for limit in found.limits())


def test_a_byte_moved_from_body_to_salt_is_found(tmp_path: Path) -> None:
    row, events, (payload, *rest) = whole_case()
    moved = payload._replace(salt=payload.salt + payload.body[:1], body=payload.body[1:])
    assert found_after(tmp_path, RecordedCase(row, events, [moved, *rest])) == {("altered-payload", SUBJECT, 1)}
