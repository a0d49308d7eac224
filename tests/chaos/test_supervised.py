"""``ironcage worker --processes N`` under load: a worker is killed, the supervisor is killed, and it is told to stop.

Nobody stays behind, and in the end every case is exact.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chains import CALL, SCRIPT, chain, timer
from children import until
from killed import let_go_on

from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

IMPATIENT = """
import os
if "IRONCAGE_SUPERVISED" in os.environ:
    from ironcage.engine import jobs
    jobs.LEASE = 2_000_000
else:
    from ironcage.work.patience import Pauses
    Pauses.__init__.__defaults__ = (0.1, 0.5)
"""
"""Runs at the beginning of every process of Python: whoever was killed with a script is not waited for longer, and a
worker takes the place of another soon, however many were killed."""


class Command:
    """The command in a process of its own, what it says to people, and the processes below it."""

    def __init__(self, url: str, folder: Path, env: dict[str, str]) -> None:
        (folder / "sitecustomize.py").write_text(IMPATIENT)
        paths = os.pathsep.join([str(folder), env["PYTHONPATH"]])
        self._log = folder / "log"
        words = [sys.executable, "-m", "ironcage_console", "worker", "--processes", "2", "--poll", "1", "--lang", "en"]
        with self._log.open("w") as stream:
            self.process = subprocess.Popen(
                words, stdout=stream, stderr=stream, env={**env, "PYTHONPATH": paths, "IRONCAGE_DATABASE": url},
                start_new_session=True,
            )  # fmt: skip

    def workers(self) -> list[int]:
        """Return the processes of the workers, each of which works by now or will soon."""
        return _below(self.process.pid)

    def are_at_work(self) -> bool:
        """Return whether both workers run scripts, or have just done so."""
        workers = self.workers()
        return len(workers) == 2 and all(map(_below, workers))

    def family(self) -> list[int]:
        """Return every process that this one has to answer for, itself among them."""
        found = [self.process.pid]
        for each in found:
            found += _below(each)
        return found

    def said(self) -> str:
        return self._log.read_text()

    def close(self) -> None:
        """End every process of its group, also those that it has left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _below(pid: int) -> list[int]:
    """Return the children of a process; none where it has ended."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Load:
    """People who begin cases, one after the other, as long as it takes and until there are enough."""

    def __init__(self, engine: Engine, cases: int, each_seconds: float) -> None:
        self._engine = engine
        self._cases = cases
        self._each_seconds = each_seconds
        self._is_enough = threading.Event()
        self.begun = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._is_enough.wait(self._each_seconds) or self.begun < self._cases:
            self._engine.start("p", {"x": self.begun}, key=str(self.begun))
            self.begun += 1

    def end(self) -> int:
        """Let them come to their end, and return how many cases they have begun."""
        self._is_enough.set()
        self._thread.join()
        return self.begun


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    store = Store.open(empty)
    made = Engine(store, plugins=Plugins())
    made.deploy(chain("p", timer("PT0.1S"), SCRIPT, CALL))
    made.deploy(chain("q"))
    yield made
    store.close()


def _are_over(engine: Engine, cases: int) -> bool:
    let_go_on(engine)
    with engine.store.reading() as connection:
        asked = "SELECT count(*) FROM cases WHERE status = 'completed'"
        return bool(connection.exec_driver_sql(asked).scalar_one() == 2 * cases)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="LEFT OUT: who is whose child is read from /proc")
@pytest.mark.parametrize(
    ("empty", "kills", "cases"),
    [
        pytest.param("postgres", 1, 24, id="short"),
        pytest.param("sqlite", 30, 1500, marks=pytest.mark.long, id="sqlite-long"),
        pytest.param("postgres", 30, 1500, marks=pytest.mark.long, id="postgres-long"),
    ],
    indirect=["empty"],
)
def test_whoever_is_killed_under_load_nobody_stays_and_every_case_is_exact(
    engine, empty, tmp_path, pythonpath, kills, cases
):
    chance = random.Random(kills)
    commands = [Command(empty, tmp_path, pythonpath)]
    load = Load(engine, cases, 0.05)
    try:
        until(lambda: load.begun > 10)
        for _ in range(kills):
            until(commands[0].are_at_work)
            time.sleep(chance.random())
            killed = chance.choice(commands[0].workers())
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: f"(process {killed}) was ended by SIGKILL" in commands[0].said())
        until(commands[0].are_at_work)
        family = commands[0].family()
        commands[0].process.kill()
        commands[0].process.wait()
        until(lambda: not any(map(_lives, family)))

        commands.append(Command(empty, tmp_path, pythonpath))
        until(commands[1].are_at_work)
        family = commands[1].family()
        commands[1].process.send_signal(signal.SIGTERM)
        assert commands[1].process.wait(60) == 0, commands[1].said()
        assert not any(map(_lives, family))
        begun = load.end()

        commands.append(Command(empty, tmp_path, pythonpath))
        until(lambda: _are_over(engine, begun), 60 + begun)
    finally:
        load.end()
        for each in commands:
            each.close()
    assert begun >= cases
    assert not engine.incidents()
    assert engine.verify().whole
    undisturbed = _events(engine, 0)
    assert len(undisturbed) == len(set(undisturbed)) == 9
    for number in range(begun):
        assert _events(engine, number) == undisturbed


def _events(engine: Engine, number: int) -> list[tuple[str, str, str]]:
    return [(event.kind, event.transition, event.element) for event in engine.case(f"p/{number}").events]
