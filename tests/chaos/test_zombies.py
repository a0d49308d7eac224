"""A process that stood still for so long that others took it for dead, and then goes on as if nothing had been."""

from __future__ import annotations

import signal

import pytest
from children import Child, until
from databases import drop_database, new_database
from running import SERVED, Running, definition

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


def _outlive(zombie: Child, other: Child, running: Running, case: str) -> None:
    """Stop *zombie* until *other* has done what it was doing; then let it go on, and see what became of the case."""
    zombie.signal(signal.SIGSTOP)
    zombie.go_on()  # it would go on at once
    other.says(f"asked {case} 2")
    until(lambda: running.engine.tasks(case=case))
    assert running.facts(case) == WHOLE
    zombie.signal(signal.SIGCONT)
    other.signal(signal.SIGTERM)
    assert other.code() == 0
    running.engine.start("p", key="after")
    zombie.says("asked p/after 1")  # it has been refused by now, and works as before
    until(lambda: running.engine.tasks(case="p/after"))
    for each in (case, "p/after"):
        assert running.facts(each) == WHOLE
    outcomes = [row[-2:] for row in running.dump()["attempts"]]
    assert sorted(outcomes) == [("done", None), ("done", None), ("lost", None)]
    assert running.engine.verify().whole
    assert not running.engine.incidents()
    zombie.signal(signal.SIGTERM)
    assert zombie.code() == 0


@pytest.mark.parametrize("empty", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True)
def test_what_a_zombie_brings_after_its_lease_counts_for_nothing(empty, workers):
    running = _deployed(empty)
    zombie = workers(empty, 'job="p/k"')
    running.engine.start("p", key="k")
    zombie.says("in the job of p/k")
    _outlive(zombie, workers(empty), running, "p/k")
    running.close()


def test_a_zombie_in_the_middle_of_a_step_loses_its_locks_and_the_step_was_never_taken(workers):
    """On PostgreSQL; on SQLite nobody can write before such a process is ended, and that ends it without harm."""
    url = new_database()
    running = _deployed(url)
    zombie = workers(url, 'step="p/k"', "hurry()\n")
    running.engine.start("p", key="k")
    zombie.says("in the step of p/k")
    _outlive(zombie, workers(url), running, "p/k")
    running.close()
    drop_database(url)
