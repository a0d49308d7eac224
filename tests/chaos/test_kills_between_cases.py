"""Processes that are killed between a step and what it causes in other cases."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from running import Running, definition

from ironcage.definitions import load_files

CASES = 40
ROUNDS = 4

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="urn:test">'
CALLING = f"""{_HEAD}
<message id="done" name="done"/>
<process id="p" isExecutable="true">
<startEvent id="s"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
<callActivity id="c" calledElement="q"/>
<sequenceFlow id="f2" sourceRef="c" targetRef="m"/>
<intermediateThrowEvent id="m"><messageEventDefinition messageRef="done"/></intermediateThrowEvent>
<sequenceFlow id="f3" sourceRef="m" targetRef="e"/>
<endEvent id="e"/>
</process>
</definitions>"""
COUNTING = f"""{_HEAD}
<message id="done" name="done"/>
<process id="r" isExecutable="true">
<startEvent id="s"><messageEventDefinition messageRef="done"/></startEvent>
<sequenceFlow id="f1" sourceRef="s" targetRef="e"/>
<endEvent id="e"/>
</process>
</definitions>"""
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
    for key, source in (("p", CALLING), ("r", COUNTING)):
        base = definition({"s": "start", "e": "end"}, "s -> e", key=key)
        running.engine.deploy(load_files({**base.files, f"{key}.bpmn": source.encode()}, key))
    running.engine.deploy(definition({"s": "start", "e": "end"}, "s -> e", key="q"))
    running.close()
    return empty


def _child(url: str, env: dict[str, str]) -> subprocess.Popen[str]:
    script = SCRIPT.format(url=url, cases=CASES)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)


def _assert_each_caused_its_own_once(url: str) -> None:
    running = Running(url)
    rows = running.dump()
    assert rows["outbox"] == rows["calls"] == rows["messages"] == []
    count = {process: [row[6] for row in rows["cases"] if row[2] == process] for process in "pqr"}
    assert count == {process: ["completed"] * CASES for process in "pqr"}
    assert running.engine.verify().whole
    running.close()


def test_what_was_on_its_way_is_delivered_once_by_the_next_process(url, pythonpath):
    chance = random.Random(11)
    for _ in range(ROUNDS):
        child = _child(url, pythonpath)
        assert child.stdout is not None
        for _ in range(chance.randrange(2, 9)):
            child.stdout.readline()
        child.kill()
        child.communicate()
    child = _child(url, pythonpath)
    assert child.communicate(timeout=120)[0].endswith("end\n")
    _assert_each_caused_its_own_once(url)


def test_two_processes_deliver_everything_once(url, pythonpath):
    children = [_child(url, pythonpath) for _ in range(2)]
    assert all(child.communicate(timeout=120)[0].endswith("end\n") for child in children)
    running = Running(url)
    while running.engine.wake().delivered:
        pass
    running.close()
    _assert_each_caused_its_own_once(url)
