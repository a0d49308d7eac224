"""A host that rolls back after a step was sent to the database: nothing of it stays, nor is anything heard of it."""

from __future__ import annotations

from itertools import takewhile

import pytest
from running import BEGIN, HOUR, LIMITED, SERVED, TWO_TASKS, Running, definition, within

from ironcage.hooks import hookimpl
from ironcage.settings import site_of

HOOKED = b"""[webhooks.archive]
url = "https://archive.invalid/told"
secret = "env:HOOK"
events = ["case.opened", "task.offered", "case.overdue"]
"""
OTHER = ({"s": "start", "t": "user", "e": "end"}, "s -> t", "t -> e")


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


@pytest.fixture
def running(run, monkeypatch) -> Running:
    monkeypatch.setenv("HOOK", "shared")
    made = run(plugins=(Answering(),), site=site_of(HOOKED, "ironcage.toml"))
    made.engine.deploy(definition(*LIMITED, key="limited", said={"a": within(1)}))
    made.engine.deploy(definition(*SERVED, key="served"))
    return made


@pytest.mark.parametrize("commit", [True, False])
def test_tasks_jobs_timers_and_notices_share_the_fate_of_the_hosts_rows(running, application, commit):
    before = running.dump()
    with running.engine.within(application.given):
        running.engine.start("limited", key="1")
        running.engine.start("served", key="1")
    (application.commit if commit else application.rollback)()
    after = running.dump()
    changed = {name for name in before if before[name] != after[name]}
    made = {"cases", "events", "tasks", "timers", "jobs", "notices"}
    assert changed == (made if commit else set())
    assert running.engine.next_job() == (BEGIN if commit else None)
    assert running.engine.next_wake() == (BEGIN + HOUR + 1 if commit else None)


@pytest.mark.parametrize("commit", [True, False])
def test_marks_of_what_is_tried_and_what_is_fired_share_it_too(running, application, commit):
    case = running.engine.start("limited", key="1")
    running.clock.move_to(BEGIN + 2 * HOUR)
    before = running.dump()
    with running.engine.within(application.given):
        assert running.engine.wake().steps == 2, "the deadline was missed, and the limit passed"
    (application.commit if commit else application.rollback)()
    assert [task.element for task in running.engine.tasks(case=case)] == (["c"] if commit else ["a"])
    assert commit or running.dump() == before
    assert running.dump()["marks"] == []
    assert running.engine.wake().steps == (0 if commit else 2), "it is not taken for one that somebody tries"


def test_a_version_that_was_rolled_back_is_remembered_nowhere(running, application):
    with running.engine.within(application.given):
        assert running.engine.deploy(definition(*TWO_TASKS)).version == 1
        case = running.engine.start("p", key="1")
        running.engine.complete(running.open_task(case))
    application.rollback()
    assert running.engine.deploy(definition(*OTHER)).version == 1
    again = running.engine.start("p", key="1")
    assert [task.element for task in running.engine.tasks(case=again)] == ["t"]
    running.engine.complete(running.open_task(again))
    assert running.engine.case(again).status == "completed"
    assert running.engine.verify().whole


def test_workers_hear_of_a_job_when_the_host_commits_and_never_when_it_rolls_back(running, application):
    hints = running.store.listen()
    if hints is None:
        pytest.skip("LEFT OUT: on SQLite nobody is told anything")

    def heard() -> int:
        with running.store.writing() as work:
            work.connection.exec_driver_sql("NOTIFY ironcage, 'last'")
        return sum(1 for _ in takewhile(lambda each: each.payload != "last", hints._driver.notifies(timeout=60)))

    for end, number in ((application.rollback, 0), (application.commit, 1)):
        with running.engine.within(application.given):
            running.engine.start("served", key="1")
        assert heard() == 0
        end()
        assert heard() == number
    hints.close()
