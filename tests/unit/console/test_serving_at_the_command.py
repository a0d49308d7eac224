"""``ironcage serve``, as an administrator starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from socket import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from ironcage.store import Store
from ironcage_console.cli import main
from ironcage_console.keys import make_key
from ironcage_console.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = '[external]\ntopics = ["ask"]\n'


class Command:
    """The command in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with closing(socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "ironcage.toml").write_text(SITE)
        (folder / "cases.db").touch()
        self.url = f"sqlite:///{folder / 'cases.db'}"
        self.log = folder / "log"
        words = [sys.executable, "-m", "ironcage_console", "serve", "--port", str(self.port), "--logs", "json"]
        surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "IRONCAGE_DATABASE": self.url}
        with self.log.open("w") as stream:
            self.process = subprocess.Popen(
                words, stdout=subprocess.DEVNULL, stderr=stream, env=surroundings, cwd=folder
            )

    def ask(self, place: str, **more: object) -> httpx.Response:
        """Ask until somebody listens."""
        limit = time.monotonic() + 60
        while True:
            try:
                with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=90) as client:
                    return client.request("POST" if more else "GET", place, **more)
            except httpx.ConnectError:
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < limit
                time.sleep(0.05)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    made = Command(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_it_waits_for_its_tables_and_ends_well_while_somebody_waits_for_jobs(command):
    assert (command.ask("/health").status_code, command.ask("/ready").status_code) == (200, 503)
    with closing(Store.open(command.url)) as store:
        key = make_key(store, "w", [Scope.JOBS], [], 0).text
    assert command.ask("/ready").status_code == 200

    answers: list[httpx.Response] = []
    wanted = {"topics": ["ask"], "worker": "w", "wait_seconds": 60}
    shown = {"Authorization": f"Bearer {key}"}

    def wait() -> None:
        answers.append(command.ask("/api/v1/jobs/fetch", json=wanted, headers=shown))

    waiting = threading.Thread(target=wait)
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive()
    command.process.send_signal(signal.SIGTERM)
    assert command.process.wait(20) == 0
    waiting.join()
    assert [answer.json() for answer in answers] == [{"jobs": []}]
    lines = [json.loads(line) for line in command.log.read_text().splitlines()]
    assert {"request.failed", "Application startup complete."} <= {line["event"] for line in lines}


def test_a_port_that_is_taken_or_none_is_told(tmp_path, capsys):
    with closing(socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "ironcage.db").touch()
        ran = subprocess.run(
            [sys.executable, "-m", "ironcage_console", "serve", "--lang", "en", "--port", str(port)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 3
    assert f"cannot listen at 127.0.0.1:{port}" in ran.stderr
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", "serve", "--port", "65536"])
    assert ended.value.code == 2
    assert "65536" in capsys.readouterr().err
