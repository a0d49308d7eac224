from __future__ import annotations

import pytest
from running import HOUR, LIMITED, TWO_TASKS, definition

from ironcage.engine import (
    ActorMissingError,
    TaskClaimedError,
    TaskCompletedError,
    TaskNotClaimedError,
    TaskWithdrawnError,
    UnknownTaskError,
)


@pytest.fixture
def running(run):
    return run(definition(*TWO_TASKS))


@pytest.fixture
def task(running):
    return running.open_task(running.engine.start("p", key="k"))


def _refused(running, error, command, *arguments, **options):
    before = running.dump()
    with pytest.raises(error) as refused:
        command(*arguments, **options)
    assert running.dump() == before
    return str(refused.value)


def test_a_claimed_task_is_one_persons_until_released(running, task):
    running.engine.claim(task, "bob")
    for command in (running.engine.claim, running.engine.release):
        assert "bob" in _refused(running, TaskClaimedError, command, task, "eve")
    assert "bob" in _refused(running, TaskClaimedError, running.engine.complete, task, actor="eve")
    assert "bob" in _refused(running, TaskClaimedError, running.engine.complete, task)
    running.engine.release(task, "bob")
    running.engine.claim(task, "eve")
    running.engine.complete(task, actor="eve")
    assert [event[1:] for event in running.facts("p/k")[2:6]] == [
        ("schedule", "a"),
        ("assign", "a"),
        ("release", "a"),
        ("assign", "a"),
    ]


def test_claiming_twice_is_claiming_once(running, task):
    running.engine.claim(task, "bob")
    before = running.dump()
    running.engine.claim(task, "bob")
    assert running.dump() == before


def test_a_task_nobody_claimed_can_be_completed_by_anybody(running, task):
    running.engine.complete(task, actor="bob")
    assert running.engine.case("p/k").tasks[0].actor == "bob"


def test_a_task_the_model_gives_to_a_person_is_hers(run):
    running = run(definition(*TWO_TASKS, said={"a": '<assignment actor="&quot;amy&quot;"/>'}))
    task = running.open_task(running.engine.start("p"))
    assert "amy" in _refused(running, TaskClaimedError, running.engine.claim, task, "eve")
    running.engine.claim(task, "amy")
    running.engine.release(task, "amy")
    assert "amy" in _refused(running, TaskClaimedError, running.engine.claim, task, "eve")
    running.engine.complete(task, actor="amy")


def test_a_completed_task_says_when_and_by_whom(running, task):
    running.clock.move_to(running.clock.now() + HOUR)
    running.engine.complete(task, actor="bob")
    for command, arguments in (
        (running.engine.claim, (task, "eve")),
        (running.engine.release, (task, "eve")),
        (running.engine.complete, (task,)),
    ):
        said = _refused(running, TaskCompletedError, command, *arguments)
        assert "bob" in said
        assert "2011-03-13 16:06:40+08:00" in said


def test_a_withdrawn_task_says_so(run):
    running = run(definition(*LIMITED))
    task = running.open_task(running.engine.start("p"))
    running.engine.wake_until(running.clock.now() + 2 * HOUR, running.clock)
    _refused(running, TaskWithdrawnError, running.engine.complete, task)


def test_releasing_what_nobody_has_is_refused(running, task):
    _refused(running, TaskNotClaimedError, running.engine.release, task, "bob")


def test_claiming_for_nobody_is_refused(running, task):
    _refused(running, ActorMissingError, running.engine.claim, task, "")


@pytest.mark.parametrize(
    "name", ["", "p", "p/k", "p/k/", "p/k/x", "p/k/99", "p/none/1", "q/k/1", "p/k/²", "p/k/" + "9" * 30]
)
def test_a_task_that_never_was_is_unknown(running, task, name):
    _refused(running, UnknownTaskError, running.engine.complete, name)


def test_the_key_of_a_case_may_hold_a_slash(running):
    case = running.engine.start("p", key="2011/07/1")
    running.engine.complete(running.open_task(case))
    assert running.engine.case(case).tasks[0].status == "completed"
