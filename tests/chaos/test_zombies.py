"""A process that stood still for so long that others took it for dead, and then goes on as if nothing had been."""

from __future__ import annotations

import signal
from functools import partial

import pytest
from children import Child, until
from databases import drop_database, new_database
from running import SERVED, Running, definition

from ironcage.engine import Engine, jobs
from ironcage.settings import NOTHING_SET
from ironcage.store.rows import StoredJob

SCRIPT = """
from halting_parts import hurry, work
{hurry}work({url!r}, {more})
"""
WHOLE = [
    ("case", "start", "p"), ("event", "complete", "s"), ("activity", "schedule", "a"), ("activity", "complete", "a"),
    ("activity", "schedule", "b"),
]  # fmt: skip


@pytest.fixture
def workers(pythonpath):
    """Make workers in processes of their own, and leave none of them behind."""
    made: list[Child] = []

    def make(url: str, more: str = "", hurry: str = "") -> Child:
        made.append(Child(SCRIPT.format(url=url, more=more, hurry=hurry), pythonpath))
        made[-1].says("ready")
        return made[-1]

    yield make
    for each in made:
        each.close()


def _deployed(url: str) -> Running:
    running = Running(url)
    running.engine.deploy(definition(*SERVED))
    return running


def _stop(zombie: Child, running: Running) -> None:
    """Let *zombie* stand still where it holds no lock on SQLite, beyond which nobody would come: we hold it."""
    running.store.run(lambda _work: zombie.stop())
    zombie.go_on()  # once it may, it does at once


def _go_on_with(zombie: Child, running: Running) -> None:
    """Let *zombie* go on, and give it something else to do; who has done that has been refused what it was doing."""
    zombie.signal(signal.SIGCONT)
    running.engine.start("p", key="after")
    zombie.says("asked p/after 1")
    until(lambda: running.engine.tasks(case="p/after"))


def _assert_all_is_done_once(running: Running, zombie: Child, outcomes: list[str]) -> None:
    for case in ("p/k", "p/after"):
        assert running.facts(case) == WHOLE
    assert sorted(row[-2] for row in running.dump()["attempts"]) == outcomes
    assert running.engine.verify().whole
    assert not running.engine.incidents()
    zombie.signal(signal.SIGTERM)
    assert zombie.code() == 0


@pytest.mark.parametrize("empty", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True)
def test_what_a_zombie_brings_after_its_lease_counts_for_nothing_while_another_has_the_job(empty, workers):
    running = _deployed(empty)
    zombie = workers(empty, 'job="p/k"')
    running.engine.start("p", key="k")
    zombie.says("in the job of p/k")
    _stop(zombie, running)
    clock, held = Engine(running.store).clock, list[StoredJob]()

    def take() -> bool:
        taken = running.store.run(partial(jobs.claim_own, site=NOTHING_SET, now=clock.now()))
        held.extend([taken] if taken else [])
        return bool(held)

    until(take)
    _go_on_with(zombie, running)
    assert not running.engine.tasks(case="p/k")
    running.store.run(lambda work: work.move_job(held[0]._replace(run=clock.now()), held[0].attempts))
    zombie.says("asked p/k 3")
    until(lambda: running.engine.tasks(case="p/k"))
    _assert_all_is_done_once(running, zombie, ["done", "done", "lost", "lost"])
    running.close()


def test_a_zombie_in_the_middle_of_a_step_loses_its_locks_and_the_step_was_never_taken(workers):
    """On PostgreSQL; on SQLite nobody can write before such a process is ended, and that ends it without harm."""
    url = new_database()
    running = _deployed(url)
    zombie = workers(url, 'step="p/k"', "hurry()\n")
    running.engine.start("p", key="k")
    zombie.says("in the step of p/k")
    _stop(zombie, running)
    other = workers(url)
    other.says("asked p/k 2")
    until(lambda: running.engine.tasks(case="p/k"))
    assert running.facts("p/k") == WHOLE
    other.signal(signal.SIGTERM)
    assert other.code() == 0
    _go_on_with(zombie, running)
    _assert_all_is_done_once(running, zombie, ["done", "done", "lost"])
    running.close()
    drop_database(url)
