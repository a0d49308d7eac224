from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from permit_log import GOOD, OPEN, content, mapping

from ironcage.faults import FaultyError
from ironcage.importing import Imported, import_log
from ironcage.importing.rejects import MOST_FAULTS, RejectsError, RejectsOverLogError
from ironcage.record import part_of
from ironcage.store import Store, queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ironcage.record import RecordedCase

    Log = Callable[..., Path]

BAD = "9,a,1,2011-02-30 08:00:00,"


def recorded(store: Store) -> list[RecordedCase]:
    with store.reading() as connection:
        return list(queries.record(connection))


def test_every_row_becomes_a_recorded_case(store: Store, log: Log) -> None:
    assert import_log(store, log(GOOD, OPEN), mapping()) == Imported(cases=2, events=4, rejected=0, ambiguous=0)
    closed, still_open = sorted(recorded(store), key=lambda case: case.row.key if case.row else "")
    assert closed.row is not None
    assert (closed.row.process, closed.row.key, closed.row.origin, closed.row.seq) == ("permit", "7", "import", 3)
    assert [(event.kind, event.transition, event.element) for event in closed.events] == [
        ("case", "start", "permit"),
        ("activity", "complete", "decide"),
        ("case", "complete", "permit"),
    ]
    start = closed.events[0]
    assert (start.facts, start.recorded, start.local_day, start.local_hour) == ('{"kind":"树木"}', None, 20110701, 8)
    assert [payload.body for payload in closed.payloads] == [b'{"fee":12.50}']
    assert len(still_open.events) == 1


def test_imported_cases_wait_for_nobody(store: Store, log: Log) -> None:
    import_log(store, log(GOOD, OPEN), mapping())
    with store.writing() as work:
        done, still_open = (work.case(part_of("permit", key), "permit", key) for key in "78")
        assert done is not None
        assert still_open is not None
        assert (done.status, done.state, done.wake) == ("completed", None, None)
        assert (still_open.status, still_open.closed) == ("open", None)
        assert work.next_wake() is None


def test_the_same_log_twice_is_refused_and_changes_nothing(store: Store, log: Log) -> None:
    written = log(GOOD, OPEN)
    import_log(store, written, mapping())
    before = recorded(store)
    with pytest.raises(FaultyError, match="permit/7 is in the record already"):
        import_log(store, written, mapping())
    assert recorded(store) == before


def test_one_faulty_row_refuses_the_whole_log(store: Store, log: Log) -> None:
    with pytest.raises(FaultyError, match=r"Faults: 1\. Nothing was taken in"):
        import_log(store, log(GOOD, BAD, OPEN), mapping())
    assert recorded(store) == []


def test_reading_stops_when_enough_faults_are_known(store: Store, log: Log) -> None:
    with pytest.raises(FaultyError) as caught:
        import_log(store, log(*(f"{key},a,1,never," for key in range(1000))), mapping())
    assert len(caught.value.faults) == MOST_FAULTS


def test_rejects_are_set_aside_with_their_reason_and_counted(store: Store, log: Log, tmp_path: Path) -> None:
    aside = tmp_path / "rejects.csv"
    written = log(source=content(GOOD, BAD, '6,"a') + OPEN.encode("gb18030"))
    assert import_log(store, written, mapping(), aside) == Imported(cases=1, events=3, rejected=3, ambiguous=0)
    with aside.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["rule"], row["row"]) for row in rows] == [
        ("3", "7", "log-instant", BAD),
        ("4", "3", "log-quote", '6,"a'),
        ("5", "4", "log-encoding", r"8,\xc2\xb7\xb5\xc6,,2011-07-01 08:05:00,"),
    ]
    assert rows[0]["reason"].startswith("opened: 2011-02-30 08:00:00 is no date and time")


def test_cases_already_there_are_rejects_too(store: Store, log: Log, tmp_path: Path) -> None:
    import_log(store, log(GOOD), mapping())
    taken = import_log(store, log(GOOD, OPEN), mapping(), tmp_path / "rejects.csv")
    assert (taken.cases, taken.rejected) == (1, 1)


def test_a_refused_import_leaves_no_file_of_rejects(store: Store, log: Log, tmp_path: Path) -> None:
    aside = tmp_path / "rejects.csv"
    with pytest.raises(FaultyError):
        import_log(store, log(source=b"id\n"), mapping(), aside)
    assert not list(tmp_path.glob("rejects*"))


def test_rejects_that_cannot_be_written_stop_the_import(store: Store, log: Log, tmp_path: Path) -> None:
    with pytest.raises(RejectsError):
        import_log(store, log(GOOD), mapping(), tmp_path / "nowhere" / "rejects.csv")
    assert recorded(store) == []


def test_rejects_that_cannot_be_kept_in_the_end_undo_the_import(store: Store, log: Log, tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").mkdir()
    with pytest.raises(RejectsError):
        import_log(store, log(GOOD, BAD), mapping(), tmp_path / "rejects.csv")
    assert recorded(store) == []


def test_rejects_are_never_written_over_the_log(store: Store, log: Log) -> None:
    written = log(GOOD, BAD)
    before = written.read_bytes()
    with pytest.raises(RejectsOverLogError):
        import_log(store, written, mapping(), written)
    assert (written.read_bytes(), recorded(store)) == (before, [])


@settings(examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_mutated_log_is_taken_in_whole_or_not_at_all(log: Log, data: st.DataObject) -> None:
    source = bytearray(content(*(f"{key},树木,1.5,2011-07-01 08:00:00,2011-07-03 08:00:00" for key in range(20))))
    for _ in range(data.draw(st.integers(0, 4))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    store = Store.open(":memory:")
    try:
        taken = import_log(store, log(source=bytes(source)), mapping())
        assert len(recorded(store)) == taken.cases
    except FaultyError:
        assert recorded(store) == []
    finally:
        store.close()
