"""Processes that are killed at any instant, and processes that want the same database at once."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest
from running import TWO_TASKS, Running, definition

FEW, MANY = 15, 200

SCRIPT = """
from running import Running
from ironcage.engine import CaseExistsError, TaskCompletedError
running = Running({url!r})
engine = running.engine
print("ready", flush=True)
for number in range({cases}):
    try:
        engine.start("p", {{"x": number}}, key=str(number), actor={actor!r})
        print("started", number, flush=True)
    except CaseExistsError:
        pass
    while tasks := engine.tasks(case=f"p/{{number}}"):
        try:
            engine.complete(tasks[0].name, {{"x": number}}, actor={actor!r})
            print("completed", tasks[0].name, flush=True)
        except TaskCompletedError:
            pass
print("end", flush=True)
"""


@pytest.fixture
def url(empty):
    running = Running(empty)
    running.engine.deploy(definition(*TWO_TASKS))
    running.close()
    return empty


def _child(url: str, actor: str, env: dict[str, str], cases: int) -> subprocess.Popen[str]:
    script = SCRIPT.format(url=url, cases=cases, actor=actor)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)


def _check(url: str, told: list[str]) -> None:
    """Make sure that the database is sound and that what was told was done, once."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    running = Running(url)
    assert running.engine.verify().whole
    for line in told:
        what, _, name = line.partition(" ")
        if what == "started":
            assert running.facts(f"p/{name}")[0] == ("case", "start", "p")
        elif what == "completed":
            tasks = {task.name: task for task in running.engine.case(name.rpartition("/")[0]).tasks}
            assert tasks[name].status == "completed"
    running.close()


@pytest.mark.parametrize(("kills", "cases"), [(2, FEW), pytest.param(8, MANY, marks=pytest.mark.long, id="long")])
def test_killed_in_the_middle_of_a_run_nothing_is_lost_and_a_second_run_finishes(url, pythonpath, kills, cases):
    chance = random.Random(7)
    told: list[str] = []
    for _ in range(kills):
        child = _child(url, "amy", pythonpath, cases)
        assert child.stdout is not None
        told += [child.stdout.readline().strip() for _ in range(chance.randrange(2, 20))]
        child.kill()
        told += child.communicate()[0].split("\n")[:-1]
        _check(url, told)
    child = _child(url, "amy", pythonpath, cases)
    told += child.communicate(timeout=120)[0].splitlines()
    assert told[-1] == "end"
    _check(url, told)
    _assert_every_case_ran_once(url, cases)
    assert max(Counter(line for line in told if " " in line).values()) == 1


@pytest.mark.parametrize("cases", [FEW, pytest.param(MANY, marks=pytest.mark.long, id="long")])
def test_two_processes_on_one_database_take_every_step_once(url, pythonpath, cases):
    children = [_child(url, actor, pythonpath, cases) for actor in ("amy", "bob")]
    told = [line for child in children for line in child.communicate(timeout=120)[0].splitlines()]
    assert told.count("end") == 2
    _check(url, told)
    _assert_every_case_ran_once(url, cases)


def _assert_every_case_ran_once(url: str, cases: int) -> None:
    running = Running(url)
    whole = [
        ("case", "start", "p"), ("event", "complete", "s"), ("activity", "schedule", "a"),
        ("activity", "complete", "a"), ("activity", "schedule", "b"), ("activity", "complete", "b"),
        ("event", "complete", "e"), ("case", "complete", "p"),
    ]  # fmt: skip
    for number in range(cases):
        case = f"p/{number}"
        assert running.facts(case) == whole
    running.close()
