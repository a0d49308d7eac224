"""``ironcage worker --processes``, as an administrator starts and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from socket import socket
from typing import TYPE_CHECKING

import httpx
import pytest
from databases import drop_database, new_database, server
from prometheus_client.parser import text_string_to_metric_families
from running import SERVED, definition
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

    def __init__(self, url: str, log: Path, *more: str) -> None:
        self.log = log
        words = [sys.executable, "-m", "ironcage_console", "worker", "--processes", "2", "--poll", "1", "--lang", "en"]
        words += more
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


def two_ports() -> int:
    """Return a port that is free, as the next one is."""
    while True:
        with closing(socket()) as first, closing(socket()) as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def is_up(port: int) -> float | None:
    """Return whether the worker at *port* says that its database answers; None where nobody listens."""
    try:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    except httpx.ConnectError:
        return None
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return families["ironcage_database_up"].samples[0].value


def test_each_worker_shows_its_figures_and_logs_as_its_parent_was_told(tmp_path):
    url, port = f"sqlite:///{tmp_path / 'cases.db'}", two_ports()
    (tmp_path / "cases.db").touch()
    command = Command(url, tmp_path / "log", "--logs", "json", "--metrics", str(port))
    try:
        for each in (port, port + 1):  # the tables are not there yet
            command.until(lambda each=each: is_up(each) == 0)
        with closing(Store.open(url)) as store:
            engine = Engine(store, plugins=Plugins())
            engine.deploy(definition(*SERVED))
            engine.start("p")  # nothing brings the service
            for each in (port, port + 1):
                command.until(lambda each=each: is_up(each) == 1)
            command.until_it_says('"event": "job.failed"')
    finally:
        command.process.kill()
        command.process.wait()


def test_a_port_that_is_taken_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with closing(socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--lang", "en", "worker", "--metrics", str(port)]) == 3
    assert f"cannot be shown at 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("processes", [[], ["--processes", "2"]])
def test_without_the_client_of_prometheus_it_says_what_to_install(processes, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "ironcage_console.metrics", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    assert main(["--lang", "en", "worker", "--metrics", "9100", *processes]) == 3
    assert "ironcage[console]" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--processes", "--metrics"])
def test_one_round_is_made_in_this_process_and_shows_no_figures(option, capsys):
    assert main(["--lang", "en", "worker", "--once", option, "2"]) == 2
    assert "leave --processes and --metrics out" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["worker", "--poll", "often"],
        ["worker", "--processes", "-1"],
        ["worker", "--processes", "0"],
        ["worker", "--metrics", "here"],
        ["worker", "--metrics", "0"],
        ["worker", "--metrics", "127.0.0.1:65536"],
        ["db", "check", "--sample", "0"],
    ],
)
def test_counts_and_ports_are_numbers(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
