"""The demonstration: what it leaves, that it comes to the same every time, and that a cut-off run is taken up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from ironcage_console.cli import main

COUNTS = {"cases": 2000, "events": 15386, "findings": 342}
"""As of 2012-01-01, America/New_York; the overdue among them are counted independently in the tests of the replay."""


@pytest.fixture
def demo(tmp_path, capsys):
    """Return a function that runs the demonstration in a folder and returns what it says to programs."""

    def run():
        capsys.readouterr()
        assert main(["demo", "--dir", str(tmp_path), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_two_runs_find_the_same_and_leave_everything(demo, tmp_path):
    first = demo()
    assert {name: first[name] for name in COUNTS} == COUNTS
    assert demo() == first
    left = {file.name for file in (tmp_path / "demo").iterdir()}
    assert {"report.html", "report.json", "report.txt", "seal.json", "key.pem"} <= left
    assert (tmp_path / "demo.db").exists()


def test_a_run_that_was_killed_is_taken_up_and_comes_to_the_same(demo, tmp_path):
    whole = demo()
    (tmp_path / "demo" / "seal.json").unlink()
    (tmp_path / "demo.db").unlink()
    command = [sys.executable, "-c", "import sys; from ironcage_console.cli import main; sys.exit(main(sys.argv[1:]))"]
    with subprocess.Popen([*command, "demo", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL) as running:
        while not (tmp_path / "demo.db-wal").exists() or (tmp_path / "demo.db-wal").stat().st_size < 400_000:
            assert running.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert main(["verify", "--db", f"sqlite:///{tmp_path / 'demo.db'}"]) == 0
    assert demo() == whole
