from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ironcage.messages import speaking
from ironcage.work import Bell, Supervisor
from ironcage.work.patience import Pauses

if TYPE_CHECKING:
    from pathlib import Path

DILIGENT = """
import os, sys
from pathlib import Path
from ironcage.work import Bell, drained_by_parent
folder, bell = Path(sys.argv[1]), Bell()
assert drained_by_parent(bell)
(folder / f"{os.getpid()}.begun").touch()
bell.wait(60)
(folder / f"{os.getpid()}.drained").touch()
"""


def until(condition, seconds=60.0):
    """Wait until *condition* gives something; return it."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.01)
    return found


class Supervised:
    """A supervisor in a thread of its own."""

    def __init__(self, script: str, folder: Path, count: int) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.bell = Bell()
        command = [sys.executable, "-c", script, str(folder)]
        self.supervisor = Supervisor(command, count, self.bell, self.said.append, pauses=lambda: Pauses(0.01, 0.1))
        self.codes: list[int] = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        with speaking("en"):
            self.codes.append(self.supervisor.run())

    def marks(self, kind: str) -> list[int]:
        return [int(each.stem) for each in self.folder.glob(f"*.{kind}")]

    def code(self) -> int:
        self.thread.join(60)
        return self.codes[0]


@pytest.fixture
def supervise(tmp_path, monkeypatch, pythonpath):
    monkeypatch.setenv("PYTHONPATH", pythonpath["PYTHONPATH"])
    made: list[Supervised] = []

    def make(script: str, count: int = 1) -> Supervised:
        made.append(Supervised(script, tmp_path, count))
        return made[-1]

    yield make
    for each in made:
        each.supervisor.hurry()
        each.bell.stop()
        each.thread.join(60)


def test_workers_finish_what_is_under_way_when_the_supervisor_is_told_to_stop(supervise):
    supervised = supervise(DILIGENT, 2)
    until(lambda: len(supervised.marks("begun")) == 2)
    supervised.bell.stop()
    assert supervised.code() == 0
    assert sorted(supervised.marks("drained")) == sorted(supervised.marks("begun"))
    assert supervised.said == []


def test_a_killed_worker_is_begun_anew_and_its_death_told(supervise):
    supervised = supervise(DILIGENT)
    (first,) = until(lambda: supervised.marks("begun"))
    os.kill(first, signal.SIGKILL)
    until(lambda: len(supervised.marks("begun")) == 2)
    assert supervised.supervisor.restarts == 1
    assert f"Worker 1 (process {first}) was ended by SIGKILL" in supervised.said[0]


def test_a_worker_that_cannot_go_on_is_begun_anew_with_pauses_that_grow(supervise):
    supervised = supervise("raise SystemExit(3)")
    until(lambda: len(supervised.said) >= 3)
    assert "ended with exit code 3" in supervised.said[0]


def test_a_call_that_is_wrong_ends_the_supervisor(supervise):
    supervised = supervise("raise SystemExit(2)")
    assert supervised.code() == 2


def test_what_cannot_be_started_is_tried_again(supervise, monkeypatch):
    real, failures = subprocess.Popen, [OSError("no room"), OSError("no room")]

    def popen(*arguments, **options):
        if failures:
            raise failures.pop()
        return real(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", popen)
    supervised = supervise(DILIGENT)
    until(lambda: supervised.marks("begun"))
    assert len([said for said in supervised.said if "could not be started (no room)" in said]) == 2


STUBBORN = """
import os, sys, time
from pathlib import Path
(Path(sys.argv[1]) / f"{os.getpid()}.begun").touch()
time.sleep(600)
"""


def test_a_hurried_supervisor_waits_for_nobody(supervise):
    supervised = supervise(STUBBORN)
    until(lambda: supervised.marks("begun"))
    supervised.bell.stop()
    supervised.supervisor.hurry()
    assert supervised.code() == 0


PARENT = """
import os, sys
from ironcage.work import Bell, Supervisor
child = [sys.executable, "-c", {child!r}, sys.argv[1]]
Supervisor(child, 1, Bell(), print).run()
"""


def test_a_worker_whose_parent_was_killed_stops_too(tmp_path, pythonpath):
    script = PARENT.format(child=DILIGENT)
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], env=pythonpath)
    until(lambda: list(tmp_path.glob("*.begun")))
    parent.kill()
    parent.wait()
    until(lambda: list(tmp_path.glob("*.drained")))
