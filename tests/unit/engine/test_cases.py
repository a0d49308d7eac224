from __future__ import annotations

from decimal import Decimal

import pytest
from running import BEGIN, HOUR, TWO_TASKS, definition, within

from ironcage.clock import instant
from ironcage.definitions import DataRefusedError
from ironcage.engine import CaseExistsError, CaseKeyError, Place, UnknownCaseError, UnknownProcessError
from ironcage.machine import NoFlowError

CHOICE = (
    {"s": "start", "t": "user", "g": "xor", "a": "user", "e": "end"},
    "s -> t", "t -> g", "g -> a if x = 1", "g -> e if x = 2", "a -> e",
)  # fmt: skip


def test_a_case_runs_from_start_to_end_and_every_step_is_recorded(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p", {"x": 1}, key="1/A", actor="amy", channel="web", place=Place(10, 20))
    assert case == "p/1/A"
    for actor in ("bob", "eve"):
        running.clock.move_to(running.clock.now() + HOUR)
        running.engine.complete(running.open_task(case), {"x": 2}, actor=actor)
    shown = running.engine.case(case)
    assert (shown.status, shown.closed_at, shown.incident) == ("completed", instant(BEGIN + 2 * HOUR), None)
    assert [(e.kind, e.transition, e.element, e.actor) for e in shown.events] == [
        ("case", "start", "p", "amy"),
        ("event", "complete", "s", None),
        ("activity", "schedule", "a", None),
        ("activity", "complete", "a", "bob"),
        ("activity", "schedule", "b", None),
        ("activity", "complete", "b", "eve"),
        ("event", "complete", "e", None),
        ("case", "complete", "p", None),
    ]
    first = shown.events[0]
    assert (first.channel, first.latitude, first.longitude, first.crs) == ("web", 10, 20, "EPSG:4326")
    assert (first.facts, first.local_day, first.local_hour) == ('{"x":1}', 20110313, 15)
    assert running.engine.verify().whole


def test_event_numbers_are_contiguous_and_equal_the_version_of_the_case(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p", key="k")
    running.engine.claim(running.open_task(case), "bob")
    running.engine.complete(running.open_task(case), actor="bob")
    shown = running.engine.case(case)
    assert [event.seq for event in shown.events] == list(range(1, len(shown.events) + 1))
    assert running.dump()["cases"][0][7] == len(shown.events)


def test_a_case_without_a_key_gets_one_of_its_own(run):
    running = run(definition(*TWO_TASKS))
    assert running.engine.start("p") != running.engine.start("p")


def test_what_a_case_waits_for_is_shown_with_its_due(run):
    running = run(definition(*TWO_TASKS, said={"a": within(2)}))
    case = running.engine.start("p", {"x": 1, "name": "王"}, key="k")
    shown = running.engine.case(case)
    (task,) = shown.tasks
    assert (task.name, task.element, task.status) == ("p/k/" + task.name.rpartition("/")[2], "a", "offered")
    assert (task.due_at, task.is_overdue) == (instant(BEGIN + 2 * HOUR), False)
    assert [(wait.kind, wait.element, wait.at) for wait in shown.waits] == [("deadline", "a", task.due_at)]
    assert shown.variables == {"x": Decimal(1), "name": "王"}
    running.clock.move_to(BEGIN + 2 * HOUR)
    assert not running.engine.tasks()[0].is_overdue
    running.clock.move_to(BEGIN + 2 * HOUR + 1)
    assert running.engine.tasks()[0].is_overdue


def test_open_tasks_are_listed_by_role_and_unit_the_first_due_first(run):
    said = {
        "a": '<assignment role="&quot;clerk&quot;" unit="name"/>'
        '<deadline within="duration(&quot;PT&quot; + string(x) + &quot;H&quot;)"/>'
    }
    running = run(definition(*TWO_TASKS, said=said), definition(*TWO_TASKS, key="q"))
    for key, hours, unit in (("slow", 9, "north"), ("fast", 1, "north"), ("other", 5, "south")):
        running.engine.start("p", {"x": hours, "name": unit}, key=key)
    running.engine.start("q", key="undated")
    cases = [task.case for task in running.engine.tasks()]
    assert cases == ["p/fast", "p/other", "p/slow", "q/undated"]
    assert [task.case for task in running.engine.tasks(role="clerk", unit="north")] == ["p/fast", "p/slow"]
    assert [task.case for task in running.engine.tasks(limit=1)] == ["p/fast"]
    assert running.engine.tasks(role="nobody") == []


def _refused(running, error, command, *arguments, **options):
    before = running.dump()
    with pytest.raises(error) as refused:
        command(*arguments, **options)
    assert running.dump() == before
    return str(refused.value)


def test_a_key_starts_one_case(run):
    running = run(definition(*TWO_TASKS))
    running.engine.start("p", key="k")
    assert "p/k" in _refused(running, CaseExistsError, running.engine.start, "p", key="k")


@pytest.mark.parametrize("key", ["", "  ", "a\0b", "a\nb", "k" * 201])
def test_a_key_can_be_read(run, key):
    running = run(definition(*TWO_TASKS))
    _refused(running, CaseKeyError, running.engine.start, "p", key=key)


def test_what_does_not_exist_is_named(run):
    running = run(definition(*TWO_TASKS))
    assert "nowhere" in _refused(running, UnknownProcessError, running.engine.start, "nowhere")
    assert "p/none" in _refused(running, UnknownCaseError, running.engine.case, "p/none")
    assert "none" in _refused(running, UnknownCaseError, running.engine.case, "none")


def test_a_step_that_cannot_be_taken_changes_nothing(run):
    running = run(definition(*CHOICE))
    case = running.engine.start("p", {"x": 3})
    _refused(running, NoFlowError, running.engine.complete, running.open_task(case))
    running.engine.complete(running.open_task(case), {"x": 1})
    assert running.engine.tasks(case=case)[0].element == "a"


def test_data_that_do_not_fit_the_schema_change_nothing(run):
    running = run(definition(*TWO_TASKS))
    _refused(running, DataRefusedError, running.engine.start, "p", {"x": "many"})
    case = running.engine.start("p")
    _refused(running, DataRefusedError, running.engine.complete, running.open_task(case), {"ok": "perhaps"})
