"""Workers and the people at work are killed at random instants, again and again: every case comes out exact.

The people begin a few cases for every kill, so that there is work under way until the last.
A case has a task, a call of a service, a script, a timer, a called case and a message that begins a third one. What the
service is told lies in a file: each key at least once, and never with two different contents.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from chains import CALL, SCRIPT, SERVICE, TASK, TELL, chain, timer
from killed import let_go_on
from running import Running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OVER = "SELECT count(*) FROM cases WHERE status = 'completed'"
STUCK_SECONDS = 120
"""On a machine that does other things, too."""
PEOPLE = """
import time
from pathlib import Path
from ironcage.engine import CaseExistsError, TaskCompletedError
from random_kills_parts import engine_at
engine = engine_at({url!r}, {told!r})
print("ready", flush=True)
for number in range({cases}):
    while number > {cases} / {kills} * Path({killed!r}).stat().st_size:
        time.sleep(0.05)
    try:
        engine.start("p", {{"x": number}}, key=str(number))
    except CaseExistsError:
        pass
    for task in engine.tasks(case=f"p/{{number}}"):
        try:
            engine.complete(task.name)
        except TaskCompletedError:
            pass
print("end", flush=True)
"""
WORKER = """
from ironcage.work import Worker
from random_kills_parts import engine_at
print("ready", flush=True)
Worker(engine_at({url!r}, {told!r}), 0.05).run()
"""


@pytest.fixture
def url(empty: str) -> str:
    running = Running(empty)
    for each in (chain("p", TASK, SERVICE, SCRIPT, timer("PT0.2S"), CALL, TELL), chain("q"), chain("r", is_told=True)):
        running.engine.deploy(each)
    running.close()
    return empty


class Crowd:
    """Processes that work on one database; each that ends or is killed is replaced."""

    def __init__(self, env: dict[str, str], killed: Path, **names: object) -> None:
        self._env = env
        self._killed = killed
        """A byte for each that was killed."""
        self._scripts = [script.format(killed=str(killed), **names) for script in (PEOPLE, WORKER, WORKER)]
        self._at_work = [self._start(script) for script in self._scripts]

    def _start(self, script: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=self._env)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one of them at an instant after it is ready."""
        number = chance.randrange(len(self._at_work))
        child = self._at_work[number]
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * 0.3)
        child.kill()
        child.communicate()
        with self._killed.open("a") as killed:
            killed.write("x")
        self._at_work[number] = self._start(self._scripts[number])

    def finish(self, are_over: Callable[[], bool], moved: Callable[[], object]) -> None:
        """Let the people come to their end, then the workers, who may take as long as they get anywhere."""
        said = self._at_work[0].communicate(timeout=600)[0]
        assert "end" in said
        before, ends = moved(), time.monotonic() + STUCK_SECONDS
        while not are_over():
            time.sleep(0.2)
            if (now := moved()) != before:
                before, ends = now, time.monotonic() + STUCK_SECONDS
            assert time.monotonic() < ends, "nothing moves any more"

    def close(self) -> None:
        for child in self._at_work:
            child.kill()
            child.communicate()


def _count(running: Running, asked: str) -> int:
    with running.store.reading() as connection:
        return int(connection.exec_driver_sql(asked).scalar_one())


def _events(running: Running, case: str) -> list[tuple[str, str, str]]:
    return [fact for fact in running.facts(case) if fact[0] in ("activity", "event", "case")]


@pytest.mark.parametrize(("kills", "cases"), [(3, 6), pytest.param(200, 400, marks=pytest.mark.long, id="long")])
def test_however_often_somebody_is_killed_every_case_is_exact(url, tmp_path: Path, pythonpath, kills, cases):
    chance, told = random.Random(kills), tmp_path / "told"
    killed = tmp_path / "killed"
    told.touch()
    killed.touch()
    crowd = Crowd(pythonpath, killed, url=url, told=str(told), kills=kills, cases=cases)
    running = Running(url)
    try:
        for _ in range(kills):
            crowd.kill_one(chance)
        print(f"{_count(running, OVER)} of {3 * cases} cases were over when the last was killed")

        def are_over() -> bool:
            let_go_on(running.engine)
            return _count(running, OVER) == 3 * cases

        crowd.finish(are_over, lambda: _count(running, "SELECT count(*) FROM events"))
        assert _count(running, "SELECT count(*) FROM cases") == 3 * cases
        assert not running.engine.incidents()
        assert running.engine.verify().whole
        undisturbed = _events(running, "p/0")
        assert len(undisturbed) == len(set(undisturbed)), "nothing happened twice"
        for number in range(cases):
            assert _events(running, f"p/{number}") == undisturbed
        said = [json.loads(line) for line in told.read_text().splitlines()]
        by_key = {key: {content for other, content in said if other == key} for key, _ in said}
        assert len(by_key) == cases
        assert {len(contents) for contents in by_key.values()} == {1}
    finally:
        crowd.close()
        running.close()
