"""``ironcage worker --processes``, as an administrator starts and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from databases import drop_database, new_database, server
from running import definition
from sqlalchemy import create_engine, make_url

from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.store import Store
from ironcage_console.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SHORTLY = ({"s": "start", "t": "timer PT0.1S", "a": "user", "e": "end"}, "s -> t", "t -> a", "a -> e")


class Command:
    """The command in a process of its own, and what it says to people."""

    def __init__(self, url: str, log: Path) -> None:
        self.log = log
        words = [sys.executable, "-m", "ironcage_console", "worker", "--processes", "2", "--poll", "1", "--lang", "en"]
        paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                words, stdout=stream, stderr=stream, env={**os.environ, **paths, "IRONCAGE_DATABASE": url}
            )

    def until_it_says(self, words: str) -> None:
        self.until(lambda: words in self.log.read_text())

    def until(self, condition) -> None:
        limit = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, self.log.read_text()
            time.sleep(0.02)


def administer(statement: str) -> None:
    engine = create_engine(make_url(server()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_workers_wait_for_the_database_go_on_after_a_disconnect_and_finish_when_told(tmp_path):
    url = new_database()
    drop_database(url)  # it is not up yet
    name = make_url(url).database
    command = Command(url, tmp_path / "log")
    try:
        command.until_it_says("The worker waits for it")
        administer(f"CREATE DATABASE {name}")
        store = Store.open(url)
        engine = Engine(store, plugins=Plugins())
        engine.deploy(definition(*SHORTLY))
        first = engine.start("p")
        command.until(lambda: engine.tasks(case=first))
        command.until_it_says("The worker goes on")
        administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        second = engine.start("p")
        command.until(lambda: engine.tasks(case=second))
        assert len(engine.case(second).events) == len(engine.case(first).events)
        store.close()
        command.process.send_signal(signal.SIGTERM)
        assert command.process.wait(60) == 0
    finally:
        command.process.kill()
        command.process.wait()
        drop_database(url)


def test_a_wrong_address_ends_the_workers(tmp_path):
    command = Command("nonsense://here", tmp_path / "log")
    assert command.process.wait(60) == 2
    assert "nonsense://here is no database address" in command.log.read_text()


def test_one_round_is_not_made_in_several_processes(capsys):
    assert main(["--lang", "en", "worker", "--once", "--processes", "2"]) == 2
    assert "leave --processes out" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["worker", "--poll", "often"],
        ["worker", "--processes", "-1"],
        ["worker", "--processes", "0"],
        ["db", "check", "--sample", "0"],
    ],
)
def test_counts_are_counts(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
