"""Running cases moved to another version: planned, moved, recorded, taken up again, moved back."""

from __future__ import annotations

import json

import pytest
from made import Made, boundary, catch, end, message, program, script, start, task, timer
from moved import case_of, told
from running import CHECKED, HOUR, LONGER, TWO_TASKS, definition, within

from ironcage.clock import micros
from ironcage.engine import MigrationReasonError, SameVersionError, UnknownMigrationError, UnknownVersionError
from ironcage.migration import MappingRefusedError, remarks
from ironcage.program import Kind, Signal, TimerKind

RENAMED = ({"s": "start", "a": "user", "judge": "user", "e": "end"}, "s -> a", "a -> judge", "judge -> e")


def test_a_plan_says_what_would_become_of_each_case_and_writes_nothing(run):
    running = run(definition(*TWO_TASKS))
    first, second = (running.engine.start("p", key=key) for key in ("1", "2"))
    running.engine.complete(running.open_task(second))
    running.engine.deploy(definition(*CHECKED))
    before = running.dump()
    plan, cases = told(running, "p", 1, 2)
    assert (plan.id, plan.renamed, plan.gone, plan.added) == (None, {}, (), ("check",))
    assert plan.counts == {"migrates": 1, "refused": 1}
    assert [cases[first].outcome, cases[second].outcome] == ["migrates", "refused"]
    (why,) = cases[second].reasons
    assert (why.what, why.element, why.line) == (remarks.INSERTED, "check", 14)
    assert running.dump() == before


def test_cases_that_can_go_on_on_the_new_version_and_the_others_stay(run):
    running = run(definition(*TWO_TASKS))
    first, second = (running.engine.start("p", key=key) for key in ("1", "2"))
    running.engine.complete(running.open_task(second))
    running.engine.deploy(definition(*CHECKED))
    done, _ = told(running, "p", 1, 2, reason="order 7", actor="chief")
    assert done.counts == {"migrated": 1, "refused": 1}
    assert [running.engine.case(case).version for case in (first, second)] == [2, 1]
    running.engine.complete(running.open_task(first))
    running.engine.complete(running.open_task(second))
    assert [task.element for task in running.engine.tasks()] == ["check"]
    assert running.engine.case(second).status == "completed"


def test_a_migration_is_recorded_with_versions_names_person_and_reason(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p")
    running.engine.complete(running.open_task(case), actor="li")
    running.engine.deploy(definition(*RENAMED))
    done = running.engine.migrate("p", 1, 2, {"b": "judge"}, reason="order 7", actor="chief")
    event = running.engine.case(case).events[-1]
    assert (event.kind, event.transition, event.element, event.actor) == ("case", "migrate", "p", "chief")
    assert event.definition.startswith("p@2 sha256:")
    assert json.loads(event.facts) == {
        "migration": done.id, "from": 1, "to": 2, "elements": {"b": "judge"}, "reason": "order 7"
    }  # fmt: skip
    assert event.payload_digest is None
    assert running.engine.verify().whole
    running.engine.erase(case, "order 8")
    assert running.engine.verify().whole


def test_an_open_task_goes_on_under_its_new_name_for_whom_and_until_when_it_was(run):
    running = run(definition(*TWO_TASKS, said={"b": within(5)}))
    case = running.engine.start("p")
    running.engine.complete(running.open_task(case))
    before = running.engine.tasks()[0]
    running.engine.claim(before.name, "li")
    running.engine.deploy(definition(*RENAMED, said={"judge": within(1)}))
    _, cases = told(running, "p", 1, 2, {"b": "judge"}, reason="order 7")
    assert [each.what for each in cases[case].changes] == [remarks.GOES_ON_AS, remarks.KEEPS_OFFER]
    after = running.engine.tasks()[0]
    assert (after.name, after.element, after.actor) == (before.name, "judge", "li")
    assert (after.due_at, after.offered_at) == (before.due_at, before.offered_at)
    running.clock.move_to(micros(after.due_at) + 1)
    running.engine.wake()
    assert running.facts(case)[-1] == ("deadline", "missed", "judge")
    running.engine.complete(after.name, actor="li")
    assert running.engine.case(case).status == "completed"


ALL = {
    "s": start(),
    "f": task(Kind.PARALLEL_GATEWAY),
    "u": task(),
    "l": boundary(2, timer(TimerKind.DURATION, 'duration("PT1H")')),
    "j": task(Kind.SERVICE_TASK, service="ask"),
    "x": script("x"),
    "m": catch(message("paid")),
    "g": catch(Signal("storm")),
    "e": end(),
}
FLOWS = ("s -> f", *(f"f -> {each}" for each in "ujxmg"), *(f"{each} -> e" for each in "uljxmg"))


def renamed(nodes, flows, **names):
    """Return nodes and flows with other ids."""

    def name(each):
        return names.get(each, each)

    return (
        {name(each): node for each, node in nodes.items()},
        tuple(" -> ".join(map(name, flow.split(" -> "))) for flow in flows),
    )


@pytest.fixture
def made(url):
    running = Made(url)
    yield running
    running.close()


def test_every_row_of_a_wait_follows_and_comes_back(made):
    made.put(program(ALL, *FLOWS))
    case = made.engine.start("p")
    names = {each: each + "2" for each in "uljxmg"}
    nodes, flows = renamed(ALL, FLOWS, **names)
    made.put(program(nodes, *flows))
    before = made.dump()
    done = made.engine.migrate("p", 1, 2, names, reason="order 7")
    after = made.dump()
    for table, column in (("tasks", 5), ("timers", 3), ("jobs", 4), ("subscriptions", 7)):
        assert [row[:column] + row[column + 1 :] for row in after[table]] == [
            row[:column] + row[column + 1 :] for row in before[table]
        ]
        assert [row[column] for row in after[table]] == [f"{row[column]}2" for row in before[table]]
    undone = made.engine.undo_migration(done.id, reason="order 8")
    assert undone.counts == {"undone": 1}
    again = made.dump()
    for table in ("tasks", "timers", "jobs", "subscriptions"):
        assert again[table] == before[table]
    assert made.engine.case(case).version == 1
    assert made.engine.verify().whole


def test_the_service_of_a_job_is_that_of_the_new_version_unless_somebody_is_at_it(made):
    def served(service):
        return program({"s": start(), "j": task(Kind.SERVICE_TASK, service=service), "e": end()}, "s -> j", "j -> e")

    made.put(served("ask"))
    free, taken, stopped = (made.engine.start("p", key=key) for key in ("free", "taken", "stopped"))
    ids = {case_of(made, name).id: name for name in (free, taken, stopped)}
    with made.store.writing() as work:
        for part, case, wait, *_ in list(work.connection.exec_driver_sql("SELECT part, case_id, wait FROM jobs")):
            job = work.job((part, case, wait))
            if ids[case] == taken:
                work.move_job(job._replace(attempts=1), 0)
            if ids[case] == stopped:
                work.move_job(job._replace(attempts=6, run=None, incident="no"), 0)
    made.put(served("tell"))
    _, cases = told(made, "p", 1, 2, reason="order 7")
    assert [cases[name].outcome for name in (free, taken, stopped)] == ["migrated", "refused", "migrated"]
    assert [each.what for each in cases[taken].reasons] == [remarks.WORK_TAKEN]
    assert {(ids[row[1]], row[3]) for row in made.dump()["jobs"]} == {(free, "tell"), (taken, "ask"), (stopped, "tell")}


def test_a_script_that_somebody_runs_is_not_exchanged_for_another(made):
    def scripted(text):
        return program({"s": start(), "x": script(text), "e": end()}, "s -> x", "x -> e")

    made.put(scripted("y = 1"))
    made.engine.start("p")
    with made.store.writing() as work:
        ((part, case, wait),) = work.connection.exec_driver_sql("SELECT part, case_id, wait FROM jobs").all()
        job = work.job((part, bytes(case), wait))
        work.move_job(job._replace(attempts=1), 0)
    made.put(scripted("y = 2"))
    assert made.engine.plan_migration("p", 1, 2).counts == {"refused": 1}


def test_how_often_a_job_is_tried_again_is_as_the_new_version_says(made):
    def served(retries):
        return program({"s": start(), "j": task(Kind.SERVICE_TASK, service="ask", retries=retries)}, "s -> j")

    made.put(served(None))
    made.engine.start("p")
    made.put(served(7))
    made.engine.migrate("p", 1, 2, reason="order 7")
    (row,) = made.dump()["jobs"]
    assert row[-2] == 7


def test_a_message_event_added_to_the_boundary_is_waited_for_and_takes_what_was_kept(made):
    nodes = {"s": start(), "a": task(), "e": end()}
    made.put(program(nodes, "s -> a", "a -> e"))
    case = made.engine.start("p")
    withdrawal = {**nodes, "w": boundary(1, message("withdrawn")), "z": task()}
    made.put(program(withdrawal, "s -> a", "a -> e", "w -> z", "z -> e"))
    done = made.engine.migrate("p", 1, 2, reason="order 7")
    assert [wait.name for wait in made.engine.case(case).waits] == ["withdrawn"]
    made.engine.undo_migration(done.id, reason="no")
    assert made.engine.case(case).waits == ()
    made.engine.migrate("p", 1, 2, reason="order 9")
    made.engine.message("withdrawn")
    assert [task.element for task in made.engine.tasks()] == ["z"]


def test_a_limit_added_to_a_task_counts_from_when_the_task_began(made):
    nodes = {"s": start(), "a": task(), "e": end()}
    made.put(program(nodes, "s -> a", "a -> e"))
    case = made.engine.start("p")
    limited = {**nodes, "l": boundary(1, timer(TimerKind.DURATION, 'duration("PT3H")')), "z": task()}
    made.put(program(limited, "s -> a", "a -> e", "l -> z", "z -> e"))
    begun = made.clock.now()
    made.clock.move_to(begun + 2 * HOUR)
    made.engine.migrate("p", 1, 2, reason="order 7")
    (wait,) = made.engine.case(case).waits
    assert micros(wait.at) == begun + 3 * HOUR
    assert made.engine.next_wake() == begun + 3 * HOUR


def test_a_limit_that_would_have_passed_already_is_refused(made):
    nodes = {"s": start(), "a": task(), "e": end()}
    made.put(program(nodes, "s -> a", "a -> e"))
    case = made.engine.start("p")
    limited = {**nodes, "l": boundary(1, timer(TimerKind.DURATION, 'duration("PT3H")')), "z": task()}
    made.put(program(limited, "s -> a", "a -> e", "l -> z", "z -> e"))
    made.clock.move_to(made.clock.now() + 4 * HOUR)
    _, cases = told(made, "p", 1, 2)
    assert [each.what for each in cases[case].reasons] == [remarks.WOULD_HAVE_HAPPENED]


def test_data_that_the_new_schema_does_not_take_are_told(run):
    running = run(definition(*TWO_TASKS))
    lacking, having = running.engine.start("p"), running.engine.start("p", {"x": 1, "name": "li"})
    more = '[data.area]\ntype = "number"\nrequired = true\n'
    running.engine.deploy(definition(*LONGER, more=more))
    _, cases = told(running, "p", 1, 2)
    for case in (lacking, having):
        (why,) = cases[case].reasons
        assert why.what == remarks.FIELD_MISFIT
        assert "area" in str(why)


def test_erasing_reaches_the_state_that_was_kept(run):
    running = run(definition(*TWO_TASKS))
    case = running.engine.start("p", {"name": "Zhao Secret"})
    running.engine.deploy(definition(*LONGER))
    done = running.engine.migrate("p", 1, 2, reason="order 7")
    assert "Secret" in repr(running.dump()["migration_cases"])
    running.engine.erase(case, "order 8")
    assert "Secret" not in repr(running.dump()["migration_cases"])
    assert running.engine.undo_migration(done.id, reason="no").counts == {"left": 1}


def test_what_cannot_be_meant_is_refused_before_anything_is_written(run):
    running = run(definition(*TWO_TASKS))
    running.engine.start("p")
    running.engine.deploy(definition(*LONGER))
    before = running.dump()
    engine = running.engine
    for refused, call in (
        (UnknownVersionError, lambda: engine.migrate("p", 1, 3, reason="x")),
        (UnknownVersionError, lambda: engine.migrate("q", 1, 2, reason="x")),
        (SameVersionError, lambda: engine.migrate("p", 1, 1, reason="x")),
        (MigrationReasonError, lambda: engine.migrate("p", 1, 2, reason=" ")),
        (MappingRefusedError, lambda: engine.migrate("p", 1, 2, {"nobody": "a"}, reason="x")),
        (UnknownMigrationError, lambda: engine.undo_migration("none", reason="x")),
    ):
        with pytest.raises(refused):
            call()
    assert running.dump() == before
