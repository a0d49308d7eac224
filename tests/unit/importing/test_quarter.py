"""The whole quarter of the City of Boston's requests: 31,828 rows."""

from __future__ import annotations

import runpy
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import pytest
from boston import AS_OF, AS_OF_US, PROCESS, QUARTER, SAMPLE, needs_quarter, overdue, overdue_by_events, rows

from ironcage import dmn
from ironcage.clock import Moment, micros
from ironcage.importing import Imported, Mapping, import_log
from ironcage.record.verification import verify
from ironcage.store import Store, queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.record import RecordedCase

pytestmark = needs_quarter

NEVER = 10**18


@pytest.fixture(scope="module")
def imported(boston: Mapping, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Imported, Store]]:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('quarter') / 'quarter.db'}")
    yield import_log(store, QUARTER, boston), store
    store.close()


@pytest.fixture(scope="module")
def cases(imported: tuple[Imported, Store]) -> list[RecordedCase]:
    with imported[1].reading() as connection:
        return list(queries.record(connection))


def test_every_request_is_taken_in(imported: tuple[Imported, Store]) -> None:
    assert imported[0] == Imported(cases=31_828, events=123_818, rejected=0, ambiguous=0)


def test_what_was_taken_in_verifies(cases: list[RecordedCase]) -> None:
    verified = verify(cases)
    assert verified.whole
    assert (verified.cases, verified.events) == (31_828, 123_818)


def test_overdue_by_department_equals_an_independent_count(cases: list[RecordedCase]) -> None:
    assert micros(datetime.fromisoformat(AS_OF).replace(tzinfo=ZoneInfo("America/New_York"))) == AS_OF_US
    expected = overdue(QUARTER)
    assert overdue_by_events(cases) == expected
    assert expected.total() > 5_000


def test_the_label_of_the_city_agrees_wherever_it_can(cases: list[RecordedCase]) -> None:
    by_key = {case.row.key: case for case in cases if case.row}
    seen = Counter[tuple[str, bool]]()
    for row in rows(QUARTER):
        if row["target_dt"] and row["closed_dt"]:
            is_overdue = bool(overdue_by_events([by_key[row["case_enquiry_id"]]], NEVER))
            seen[row["ontime"], is_overdue] += 1
    assert seen["ONTIME", True] == seen["OVERDUE", False] == 0
    assert seen["ONTIME", False] + seen["OVERDUE", True] == 25_101
    assert seen["", True] == 82


def test_a_request_without_a_target_has_no_deadline(cases: list[RecordedCase]) -> None:
    assert sum(all(event.due is None for event in case.events) for case in cases) == 5_013


def test_the_routing_table_gives_the_recorded_department_in_every_row() -> None:
    (routing,) = dmn.read((PROCESS / "routing.dmn").read_bytes(), "routing.dmn")
    wrong = [row for row in rows(QUARTER) if routing.evaluate({"queue": row["queue"]}, Moment(0)) != row["department"]]
    assert wrong == []


def test_a_queue_or_type_the_tables_do_not_know_gives_null() -> None:
    for name, given in (("routing", "queue"), ("limits", "type")):
        (table,) = dmn.read((PROCESS / f"{name}.dmn").read_bytes(), f"{name}.dmn")
        assert table.evaluate({given: "unknown"}, Moment(0)) is None
        assert table.evaluate({given: None}, Moment(0)) is None


def test_the_tables_and_the_sample_are_made_again_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()
    script = cast("dict[str, Any]", runpy.run_path(str(PROCESS / "make_tables.py")))
    script["main"](QUARTER, tmp_path)
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")]
    assert len(made) == 4
    for path in made:
        assert (tmp_path / path).read_bytes() == (PROCESS / path).read_bytes()


def test_the_sample_holds_real_rows_without_free_text_or_places() -> None:
    sample, full = rows(SAMPLE), {row["case_enquiry_id"]: row for row in rows(QUARTER)}
    assert len(sample) == 2_000
    assert set(sample[0]) == {
        "case_enquiry_id", "open_dt", "target_dt", "closed_dt", "ontime", "type", "queue", "department", "source",
    }  # fmt: skip
    assert all(row.items() <= full[row["case_enquiry_id"]].items() for row in sample)
    assert {row["department"] for row in sample} == {row["department"] for row in full.values()}
