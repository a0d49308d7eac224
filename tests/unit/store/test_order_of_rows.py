"""On SQLite what grows with every step lies by the case: the cases of a day share pages, and no table is sorted."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from ironcage.record import Event, Payload, grouped
from ironcage.store import Store, archive, inspection, new_id, queries
from ironcage_audit.store import reading

DAY = 86_400_000_000
BY_CASE = ("events", "payloads", "tasks", "timers")


@pytest.fixture
def on_sqlite(tmp_path):
    opened = Store.open(f"sqlite:///{tmp_path / 'cases.db'}")
    yield opened
    opened.close()


@contextmanager
def _plans(connection):
    """Lend the list of the plans of what is asked inside the block, there once it is left."""
    asked, plans = [], []

    def note(_connection, _cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    yield plans
    event.remove(connection.engine, "before_cursor_execute", note)
    for statement, parameters in asked:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.append([row[3] for row in rows])


@pytest.mark.parametrize("table", BY_CASE)
def test_what_belongs_to_the_cases_of_a_day_lies_together(on_sqlite, table):
    with on_sqlite.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE case_id > x'00'").all()
    assert "case_id>?" in str(plan)


def test_ids_are_in_the_order_of_their_instants_whatever_their_part():
    made = [new_id(part, nth * DAY) for nth, part in enumerate([1023, 0, 512, 7])]
    assert made == sorted(made)


def test_the_record_is_read_in_the_order_in_which_it_lies(on_sqlite):
    with on_sqlite.reading() as connection:
        with _plans(connection) as plans:
            assert not list(queries.record(connection))
        cases, events, payloads = plans
    assert "USE TEMP B-TREE FOR ORDER BY" in cases  # a few columns of each case, no more
    assert not [step for step in events + payloads if "TEMP B-TREE" in step]


@pytest.mark.parametrize("table", ["events", "payloads", "tasks", "timers", "jobs"])
def test_what_is_archived_is_found_from_its_cases(on_sqlite, table):
    with on_sqlite.reading() as connection:
        with _plans(connection) as plans:
            assert not list(archive.rows(connection, table, (0, 15), 9))
        (plan,) = plans
    assert plan[0].startswith("SEARCH cases USING")
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan  # only within a case


def test_the_waits_of_a_part_are_found_from_its_cases(on_sqlite):
    with on_sqlite.reading() as connection:
        with _plans(connection) as plans:
            assert not list(inspection.waits_in(connection, 5))
        (plan,) = plans
    assert not [step for step in plan if step.startswith("SCAN")]


def test_an_audit_reads_case_by_case_and_sorts_nothing(on_sqlite):
    with on_sqlite.reading() as connection:
        with _plans(connection) as plans:
            assert not list(reading.cases(connection))
        plan = plans[-1]
    assert not [step for step in plan if "TEMP B-TREE" in step], plan


@pytest.mark.parametrize("case_first", [False, True])
def test_rows_of_no_case_come_as_such_in_either_order(case_first):
    def an_event(part: int, case: bytes) -> Event:
        return Event(part, case, 1, *("" for _ in Event._fields[3:]))

    places = [(1, b"b"), (2, b"a")]
    if case_first:
        places.reverse()
    events = [an_event(*place) for place in places]
    payloads = [Payload(*place, 1, b"", b"") for place in places]
    found = list(grouped([], events, payloads, case_first=case_first))
    assert [(each.row, each.events, each.payloads) for each in found] == [
        (None, [one], [other]) for one, other in zip(events, payloads, strict=True)
    ]
