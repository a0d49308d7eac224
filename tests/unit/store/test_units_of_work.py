from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from ironcage.errors import RefusedError
from ironcage.store import ConflictError, Store, StoredCase, new_id, sqlite, statements
from ironcage.store.units import BrokenUnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ironcage.store import Work

    Unit = Callable[[Store, Callable[[Work], object]], object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'cases.db'}")
    yield opened
    opened.close()


def _case(key: str, **fields: object) -> StoredCase:
    case = StoredCase(
        7, new_id(7, 0), "p", key, None, "import", "open", 1, bytes(32), None, None, None, 0, None, None
    )  # fmt: skip
    return case._replace(**fields)


def _keys(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql('SELECT "key" FROM cases ORDER BY "key"').scalars())


def _fail_after_writing(store: Store) -> None:
    with store.writing() as work:
        work.add_cases([_case("a")])
        raise ZeroDivisionError


def _swallow_a_failure(store: Store) -> None:
    with store.writing(), pytest.raises(ZeroDivisionError):
        _fail_after_writing(store)


def test_leaving_commits(store):
    with store.writing() as work:
        work.add_cases([_case("a")])
    assert _keys(store) == ["a"]


def test_leaving_by_an_error_rolls_back(store):
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing(store)
    assert _keys(store) == []


def test_an_inner_unit_belongs_to_the_outer_one(store):
    def fail_after_an_inner_unit() -> None:
        with store.writing():
            with store.writing() as inner:
                inner.add_cases([_case("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_an_inner_unit()
    assert _keys(store) == []


def test_a_unit_reads_what_it_has_written_and_others_do_not(store):
    with store.writing() as work:
        work.add_cases([_case("a")])
        assert _keys(store) == ["a"]


def test_after_a_refusal_inside_it_the_outer_unit_goes_on(store):
    with store.writing() as outer:
        with pytest.raises(RefusedError), store.writing():
            raise RefusedError
        outer.add_cases([_case("a")])
    assert _keys(store) == ["a"]


def test_a_failure_half_way_that_is_swallowed_breaks_the_outer_unit(store):
    with pytest.raises(BrokenUnitError):
        _swallow_a_failure(store)
    assert _keys(store) == []


def test_a_broken_unit_leaves_no_trace_in_the_next(store):
    with pytest.raises(BrokenUnitError):
        _swallow_a_failure(store)
    with store.writing() as work:
        work.add_cases([_case("a")])
    assert _keys(store) == ["a"]


@pytest.mark.parametrize(("commit", "kept"), [(True, ["a"]), (False, [])])
def test_units_inside_a_callers_transaction_share_its_fate(store, commit, kept):
    callers = create_engine(f"sqlite:///{store.place}")
    with callers.connect() as connection:
        with store.joining(connection), store.writing() as work:
            work.add_cases([_case("a")])
        assert _keys(store) == []
        (connection.commit if commit else connection.rollback)()
    callers.dispose()
    assert _keys(store) == kept


def test_a_case_is_moved_only_from_where_it_was_seen(store):
    case = _case("a", seq=2)
    with store.writing() as work:
        work.add_cases([case])
        work.move_case(case._replace(seq=3), expected=2)
    with pytest.raises(ConflictError), store.writing() as work:
        work.move_case(case._replace(seq=3), expected=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"part": 1024},
        {"origin": "elsewhere"},
        {"status": "asleep"},
        {"status": "completed"},
        {"closed": 1},
        {"seq": 0},
        {"state": b""},
        {"origin": "engine"},
        {"status": "completed", "closed": 1, "wake": 2},
    ],
)
def test_the_database_refuses_a_case_that_cannot_be(store, fields):
    with pytest.raises(sqlite3.IntegrityError), store.writing() as work:
        work.add_cases([_case("a", **fields)])


def test_a_key_is_taken_once(store):
    with pytest.raises(sqlite3.IntegrityError), store.writing() as work:
        work.add_cases([_case("a"), _case("a")])


def test_due_cases_are_found_by_an_index_and_not_by_looking_at_all(store):
    with store.reading() as connection:
        for statement in (statements.DUE, statements.NEXT_WAKE):
            values = (1,) * statement.count("?")
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
            assert "ix_cases_wake" in plan
            assert "TEMP B-TREE" not in plan
            assert plan.count("marks") == plan.count("SEARCH marks USING PRIMARY KEY")  # each mark is looked up


def test_a_case_id_carries_its_part_and_its_instant():
    made = [new_id(part, 1_300_000_000_000_000) for part in (0, 5, 1023)]
    assert [int.from_bytes(each) & 1023 for each in made] == [0, 5, 1023]
    assert {int.from_bytes(each[:6]) for each in made} == {1_300_000_000_000}
    assert {each[6] >> 4 for each in made} == {7}
    assert {each[8] >> 6 for each in made} == {2}
    assert new_id(5, 0) != new_id(5, 0)


def test_a_step_moves_the_fields_of_a_case_that_are_its_own() -> None:
    case = _case("a", closed=3, incident="stopped", parent_part=1, parent=b"p", parent_wait=2, depth=1, archive="x")
    moved = case.moved("completed", 7, b"head", b"state", 5, 6)
    changed = {"status": "completed", "seq": 7, "head": b"head", "state": b"state", "wake": 5, "closed": 6}
    assert moved == case._replace(**changed, incident=None)


@pytest.mark.parametrize("asks", [False, True])
def test_what_is_asked_through_sqlalchemy_is_kept_and_undone_with_the_rest(store: Store, asks: bool) -> None:
    def write(work: Work, key: str) -> None:
        work.add_cases([_case(key)])
        if asks:
            assert work.connection.exec_driver_sql("UPDATE cases SET seq = 2").rowcount

    def fail(work: Work) -> None:
        write(work, "b")
        work.flush()
        raise ZeroDivisionError

    store.run(lambda work: write(work, "a"))
    with pytest.raises(ZeroDivisionError):
        store.run(fail)
    assert _keys(store) == ["a"]
    store.run(lambda work: write(work, "c"))
    assert _keys(store) == ["a", "c"]


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("place", ["cases.db", ":memory:"])
@pytest.mark.parametrize("unit", [Store.run, Store.note])
def test_what_was_interrupted_before_it_was_undone_is_not_kept_with_the_next_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: Unit, place: str, asks: bool
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    def fail(work: Work) -> None:
        work.add_cases([_case("a")])
        work.flush()
        if asks:
            work.connection.exec_driver_sql("UPDATE cases SET seq = 2")
        raise ZeroDivisionError

    store = Store.open(place if place == ":memory:" else f"sqlite:///{tmp_path / place}")
    with monkeypatch.context() as patched:
        patched.setattr(sqlite._Writing, "rollback", interrupt)
        with pytest.raises(KeyboardInterrupt), store.writing() as work:
            fail(work)
    store.sweep()
    unit(store, lambda work: work.add_cases([_case("b")]))
    assert _keys(store) == ["b"]
    store.close()


def test_who_registered_an_adapter_before_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, theirs = (bytes, sqlite3.PrepareProtocol), bytearray
    monkeypatch.setitem(sqlite3.adapters, key, theirs)
    Store.open(f"sqlite:///{tmp_path / 'cases.db'}").close()
    assert sqlite3.adapters[key] is theirs
