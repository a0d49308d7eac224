"""What the engine records is what the shipped rules read: cases run in an engine, then audited."""

from __future__ import annotations

import pytest
from running import HOUR, TWO_TASKS, Running, definition, within

from ironcage_audit import audit
from ironcage_audit.auditing import reading
from ironcage_audit.hooks import load
from ironcage_audit.rules import select

SEPARATE = {"b": '<separate from="a" control="observe"/>'}
BUSY = ({"s": "start", "a": "user", "l": "boundary a PT2H", "e": "end", "f": "end"}, "s -> a", "a -> e", "l -> f")


@pytest.fixture
def running():
    made = Running()
    yield made
    made.close()


def found(running: Running, name: str) -> list[tuple[str, str]]:
    (result,) = audit(running.store, running.clock.now(), select(load().rules, [name])).results
    assert result.failed is None
    return [(each.subject, each.occurrence) for each in result.findings]


def not_examined(running: Running, name: str) -> dict[str, int]:
    (result,) = audit(running.store, running.clock.now(), select(load().rules, [name])).results
    return {each.reason: each.cases for each in result.not_examined}


def test_one_person_with_two_separate_duties_is_found_and_two_are_not(running):
    running.engine.deploy(definition(*TWO_TASKS, said=SEPARATE))
    for key, doers in {"same": "ann ann", "two": "ann bob"}.items():
        case = running.engine.start("p", key=key)
        for doer in doers.split():
            running.engine.complete(running.open_task(case), actor=doer)
    assert found(running, "duties.same-person") == [("ann", "p/same b + a")]


def test_work_done_by_nobody_knows_whom_is_not_examined(running):
    running.engine.deploy(definition(*TWO_TASKS, said=SEPARATE))
    case = running.engine.start("p", key="1")
    running.engine.claim(running.open_task(case), "ann")
    running.engine.complete(running.open_task(case), actor="ann")
    running.engine.complete(running.open_task(case))
    assert found(running, "duties.same-person") == []
    assert not_examined(running, "duties.same-person") == {"no-actor": 1}


def test_a_task_is_overdue_from_the_microsecond_after_it_is_due(running):
    running.engine.deploy(definition(*TWO_TASKS, said={"a": within(1)}))
    running.engine.start("p", key="1")
    running.clock.move_to(running.clock.now() + HOUR)
    assert found(running, "deadlines.overdue") == []
    running.clock.move_to(running.clock.now() + 1)
    assert found(running, "deadlines.overdue") == [("p/1", "a#1")]


def test_no_case_that_the_engine_ran_lacks_a_step_of_its_model(running):
    running.engine.deploy(definition(*TWO_TASKS))
    case = running.engine.start("p", key="1")
    for _ in range(2):
        running.engine.complete(running.open_task(case))
    assert found(running, "sequence.skipped") == []
    assert not_examined(running, "sequence.skipped") == {}


def test_work_that_a_timer_took_away_is_withdrawn(running):
    running.engine.deploy(definition(*BUSY))
    running.engine.start("p", key="1")
    running.engine.wake_until(running.clock.now() + 3 * HOUR, running.clock)
    with reading(running.store, running.clock.now()) as log, log.connection() as connection:
        work = connection.execute("SELECT element, outcome, closed_us - offered_us FROM work").fetchall()
        cases = connection.execute("SELECT case_id, origin, version, outcome FROM cases").fetchall()
    assert (work, cases) == ([("a", "withdraw", 2 * HOUR)], [("p/1", "engine", 1, "complete")])


def test_the_log_has_the_elements_and_separations_of_every_version(running):
    running.engine.deploy(definition(*TWO_TASKS))
    running.engine.deploy(definition(*TWO_TASKS, said=SEPARATE))
    with reading(running.store, running.clock.now()) as log, log.connection() as connection:
        steps = connection.execute("SELECT version, element FROM model_step WHERE mandatory = 1").fetchall()
        pairs = connection.execute("SELECT process, version, element, other FROM separation").fetchall()
    assert (sorted(steps), pairs) == ([(1, "a"), (1, "b"), (2, "a"), (2, "b")], [("p", 2, "b", "a")])
