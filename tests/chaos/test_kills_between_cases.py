"""Processes that are killed between a step and what it causes in other cases."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from chains import CALL, TELL, chain
from running import Running

SCRIPT = """
from running import Running
from ironcage.engine import CaseExistsError
running = Running({url!r})
engine = running.engine
print("ready", flush=True)
while engine.wake().delivered:
    pass
for number in range({cases}):
    try:
        engine.start("p", key=str(number))
        print("started", number, flush=True)
    except CaseExistsError:
        pass
print("end", flush=True)
"""


@pytest.fixture
def url(empty):
    running = Running(empty)
    for each in (chain("p", CALL, TELL), chain("q"), chain("r", is_told=True)):
        running.engine.deploy(each)
    running.close()
    return empty


def _child(url: str, env: dict[str, str], cases: int) -> subprocess.Popen[str]:
    script = SCRIPT.format(url=url, cases=cases)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)


def _assert_each_caused_its_own_once(url: str, cases: int) -> None:
    running = Running(url)
    rows = running.dump()
    assert rows["outbox"] == rows["calls"] == rows["messages"] == []
    count = {process: [row[6] for row in rows["cases"] if row[2] == process] for process in "pqr"}
    assert count == {process: ["completed"] * cases for process in "pqr"}
    assert running.engine.verify().whole
    running.close()


@pytest.mark.parametrize(("kills", "cases"), [(2, 12), pytest.param(8, 80, marks=pytest.mark.long, id="long")])
def test_what_was_on_its_way_is_delivered_once_by_the_next_process(url, pythonpath, kills, cases):
    chance = random.Random(11)
    for _ in range(kills):
        child = _child(url, pythonpath, cases)
        assert child.stdout is not None
        for _ in range(chance.randrange(2, 9)):
            child.stdout.readline()
        child.kill()
        child.communicate()
    child = _child(url, pythonpath, cases)
    assert child.communicate(timeout=120)[0].endswith("end\n")
    _assert_each_caused_its_own_once(url, cases)


@pytest.mark.parametrize("cases", [12, pytest.param(80, marks=pytest.mark.long, id="long")])
def test_two_processes_deliver_everything_once(url, pythonpath, cases):
    children = [_child(url, pythonpath, cases) for _ in range(2)]
    assert all(child.communicate(timeout=120)[0].endswith("end\n") for child in children)
    running = Running(url)
    while running.engine.wake().delivered:
        pass
    running.close()
    _assert_each_caused_its_own_once(url, cases)
