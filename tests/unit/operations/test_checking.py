"""A sound database is sound, and each thing that is not is named with its case."""

from __future__ import annotations

import pytest
from made import Made, boundary, call, catch, end, message, program, script, start, task, timer
from running import HOUR

from ironcage.machine import State, encode
from ironcage.operations.checking import check
from ironcage.program import Kind, Signal, TimerKind

DUE = timer(TimerKind.DURATION, 'duration("PT1H")')
ALL = program(
    {
        "s": start(),
        "f": task(Kind.PARALLEL_GATEWAY),
        "u": task(),
        "b": boundary(2, DUE),
        "j": task(Kind.SERVICE_TASK, service="ask"),
        "x": script("x"),
        "m": catch(message("paid")),
        "g": catch(Signal("storm")),
        "c": call("q"),
        "e": end(),
    },
    "s -> f",
    *(f"f -> {each}" for each in "ujxmgc"),
    *(f"{each} -> e" for each in "ubjxmgc"),
)


@pytest.fixture
def made(url):
    """Two cases that wait in every way, the cases they called, and one that is over."""
    running = Made(url)
    running.put(ALL, key="p")
    running.put(program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e"), key="q")
    for key in ("A", "B", "over"):
        running.engine.start("p", key=key)
    running.engine.cancel("p/over", "no need")
    yield running
    running.close()


def _alter(made, statement: str) -> None:
    with made.store.writing() as work:
        work.connection.exec_driver_sql(statement)


def _found(made) -> list[tuple[str, str]]:
    return [(trouble.kind.value, trouble.case) for trouble in check(made.store).troubles]


_FORM = encode(State())[:1].hex()
_A = "(SELECT id FROM cases WHERE key = 'A')"


def test_what_the_engine_wrote_is_sound(made):
    found = check(made.store)
    assert found.troubles == []
    assert found.sound
    assert found.cases == found.counts["cases"] == 6
    assert found.waits == 2 * 7 + 2


def test_it_is_still_sound_after_a_wake_up(made):
    made.clock.move_to(made.clock.now() + HOUR)
    made.engine.wake()
    assert check(made.store).sound


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (f"DELETE FROM tasks WHERE case_id = {_A}", "missing-wait"),
        (f"UPDATE tasks SET status = 'withdrawn', closed_us = 1 WHERE case_id = {_A}", "missing-wait"),
        (f"DELETE FROM timers WHERE case_id = {_A}", "missing-wait"),
        (f"DELETE FROM subscriptions WHERE kind = 'signal' AND case_id = {_A}", "missing-wait"),
        (f"DELETE FROM jobs WHERE kind = 'script' AND case_id = {_A}", "missing-wait"),
        (f"DELETE FROM calls WHERE case_id = {_A}", "missing-wait"),
        (f"INSERT INTO timers SELECT part, id, 99, 'b', 'timer', 5 FROM cases WHERE id = {_A}", "stray-wait"),
        (f"UPDATE timers SET at_us = at_us + 1 WHERE case_id = {_A}", "wrong-instant"),
        (f"UPDATE cases SET wake_us = wake_us + 1 WHERE id = {_A}", "wrong-wake"),
        (f"UPDATE cases SET wake_us = NULL WHERE id = {_A}", "wrong-wake"),
        (f"UPDATE cases SET status = 'failed', closed_us = 1, wake_us = NULL WHERE id = {_A}", "wrong-status"),
        (f"UPDATE cases SET state = x'ff00' WHERE id = {_A}", "newer-state"),
        (f"UPDATE cases SET state = x'{_FORM}c1' WHERE id = {_A}", "unreadable-state"),
        (f"UPDATE cases SET state = 'text' WHERE id = {_A}", "unreadable-state"),
        (f"UPDATE cases SET state = CAST(x'ff' AS TEXT) WHERE id = {_A}", "unreadable-state"),
    ],
)
def test_what_somebody_else_changed_is_named_with_its_case(made, statement, kind):
    _alter(made, statement)
    found = _found(made)
    assert (kind, "p/A") in found
    assert {case for _, case in found} == {"p/A"}


@pytest.mark.parametrize("table", ["tasks", "timers", "jobs", "subscriptions", "calls"])
def test_rows_of_no_case_are_named(made, table):
    with made.store.reading() as connection:
        (ident,) = connection.exec_driver_sql(f"SELECT id FROM cases WHERE id = {_A}").one()
        rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE case_id = {_A}").scalar()
    _alter(made, f"DELETE FROM cases WHERE id = {_A}")
    named = [trouble for trouble in check(made.store).troubles if trouble.details.get("table") == table]
    assert len(named) == rows > 0
    assert {(trouble.kind.value, trouble.case) for trouble in named} == {("orphan-wait", ident.hex())}


def test_a_reference_to_nothing_is_named(made):
    with made.store.writing() as work:
        work.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        work.connection.exec_driver_sql("INSERT INTO starts SELECT 'p', 'e', 0, 7, 'signal', 'x', NULL, NULL, NULL")
        with made.store.reading() as connection:
            from ironcage.store import inspection

            assert list(inspection.dangling(connection)) == [("starts", "definitions", 1)]
        work.connection.exec_driver_sql("DELETE FROM starts WHERE version = 7")


def test_an_altered_definition_is_named(running):
    from running import TWO_TASKS, definition

    running.engine.deploy(definition(*TWO_TASKS))
    assert check(running.store).sound
    _alter(running, "UPDATE definition_files SET body = body || x'20'")
    assert _found(running) == [("altered-definition", "")]


def test_a_sample_stops_when_it_has_enough(made):
    assert check(made.store, 6).cases == 6
    assert 1 <= check(made.store, 1).cases < 6
    assert check(made.store, 0).cases == 0


def test_of_too_many_troubles_some_are_kept_and_all_are_counted(made, monkeypatch):
    monkeypatch.setattr("ironcage.operations.checking.MOST_TROUBLES", 2)
    _alter(made, "DELETE FROM subscriptions")
    found = check(made.store)
    assert (len(found.troubles), found.count) == (2, 4)
