"""A case that migrated is audited by the names and the model of the version it ran on at the reading."""

from __future__ import annotations

import pytest
from running import HOUR, TWO_TASKS, Running, definition, within

from ironcage_audit import audit
from ironcage_audit.auditing import reading
from ironcage_audit.hooks import load
from ironcage_audit.rules import select

RENAMED = ({"s": "start", "first": "user", "b": "user", "e": "end"}, "s -> first", "first -> b", "b -> e")
CHECKED = ({"s": "start", "a": "user", "b": "user", "e": "end", "c": "user"}, "s -> a", "a -> b", "b -> c", "c -> e")


@pytest.fixture
def running():
    made = Running()
    made.engine.deploy(definition(*TWO_TASKS, said={"a": within(1)}))
    yield made
    made.close()


def found(running: Running, name: str) -> list[tuple[str, str]]:
    (result,) = audit(running.store, running.clock.now(), select(load().rules, [name])).results
    assert result.failed is None
    return [(each.subject, each.occurrence) for each in result.findings]


def rows(running: Running, view: str, *columns: str, as_of: int | None = None) -> list[tuple[object, ...]]:
    at = running.clock.now() if as_of is None else as_of
    with reading(running.store, at) as log, log.connection() as connection:
        return sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {view}"))


def test_a_step_that_was_only_renamed_was_not_skipped(running):
    case = running.engine.start("p", key="1")
    running.engine.complete(running.open_task(case), actor="li")
    running.engine.deploy(definition(*RENAMED))
    running.engine.migrate("p", 1, 2, {"a": "first"}, reason="order 7")
    running.engine.complete(running.open_task(case), actor="li")
    assert running.engine.case(case).status == "completed"
    assert found(running, "sequence.skipped") == []


def test_work_under_way_stays_one_piece_of_work_with_its_deadline(running):
    case = running.engine.start("p", key="1")
    running.engine.deploy(definition(*RENAMED))
    running.engine.migrate("p", 1, 2, {"a": "first"}, reason="order 7")
    running.clock.move_to(running.clock.now() + HOUR + 1)
    running.engine.complete(running.open_task(case), actor="li")
    assert found(running, "deadlines.overdue") == [("p/1", "first#1")]
    assert rows(running, "work", "element", "execution", "outcome") == [("b", 1, None), ("first", 1, "complete")]


def test_a_reading_before_the_migration_knows_nothing_of_it(running):
    running.engine.start("p", key="1")
    before = running.clock.now()
    running.clock.move_to(before + HOUR // 2)
    running.engine.deploy(definition(*RENAMED))
    running.engine.migrate("p", 1, 2, {"a": "first"}, reason="order 7")
    assert rows(running, "cases", "version", as_of=before) == [(1,)]
    assert rows(running, "work", "element", as_of=before) == [("a",)]
    assert rows(running, "cases", "version") == [(2,)]
    assert rows(running, "work", "element") == [("first",)]


def test_what_the_record_says_of_a_migration_is_no_data_of_the_case(running):
    case = running.engine.start("p", {"x": 1}, key="1")
    running.engine.deploy(definition(*CHECKED))
    done = running.engine.migrate("p", 1, 2, reason="order 7")
    running.engine.undo_migration(done.id, reason="order 8")
    running.engine.erase(case, "order 9")
    assert rows(running, "attr", "name") == [("x",)]
    assert rows(running, "cases", "version") == [(1,)]
