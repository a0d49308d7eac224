"""Whatever words the command is given and whatever stands in its files, it answers in a sentence and an exit code."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ironcage_console.cli.output import visible

DATA = '{"queue": "q", "type": "t"}'
PLUGIN = """
from ironcage.hooks import hookimpl

1 / 0
"""


@pytest.mark.parametrize(
    "words",
    [
        ("start", "\udcff"),
        ("start", "service_request", "--data", DATA, "--actor", "\udcff"),
        ("case", "show", "service_request/\udcff"),
        ("complete", "service_request/\udcff/1", "--actor", "bob"),
        ("tasks", "--unit", "\udcff"),
        ("tasks", "--limit", "-1"),
        ("tasks", "--limit", "9" * 30),
        ("findings", "--limit", "x"),
        ("audit", "--as-of", "9999-12-31T23:59:59-14:00"),
        ("audit", "--as-of", "0001-01-01T00:00:00+14:00"),
        ("deploy", "{process}", "--db", "sqlite+pysqlcipher:///x.db"),
    ],
)
def test_words_that_mean_nothing_are_usage(deployed, process, words):
    answered = deployed(*(word.format(process=process) if word == "{process}" else word for word in words))
    assert (answered.code, answered.out) == (2, "")
    assert answered.err.strip()


@pytest.mark.parametrize(
    ("alter", "command"),
    [
        ("UPDATE tasks SET unit = CAST(x'fffe' AS TEXT)", ("tasks",)),
        ("DROP TABLE payloads", ("verify",)),
    ],
)
def test_a_database_that_somebody_damaged_is_named(deployed, alter, command):
    assert deployed("start", "service_request", "--data", DATA, "--key", "k").code == 0
    with sqlite3.connect("ironcage.db") as database:
        database.execute(alter)
    answered = deployed(*command)
    assert (answered.code, answered.out) == (3, "")
    assert "database" in answered.err


def test_a_case_whose_state_somebody_damaged_is_refused_by_name_and_the_others_are_served(deployed):
    for key in ("damaged", "whole"):
        assert deployed("start", "service_request", "--data", DATA, "--key", key).code == 0
    with sqlite3.connect("ironcage.db") as database:
        database.execute("UPDATE cases SET state = substr(state, 1, length(state) - 3) WHERE key = 'damaged'")
    answered = deployed("case", "show", "service_request/damaged")
    assert (answered.code, answered.out) == (1, "")
    assert "The state of the case service_request/damaged cannot be read" in answered.err
    assert "ironcage db check" in answered.err
    assert deployed("case", "show", "service_request/whole").code == 0


def test_what_sqlite_says_of_broken_bytes_is_told_as_damage(deployed):
    body = bytearray(Path("ironcage.db").read_bytes())
    at = body.index(b"CREATE TABLE cases")
    body[at : at + 12] = b"\xff" * 12
    Path("ironcage.db").write_bytes(body)
    assert deployed("tasks").code == 3


def test_what_a_file_says_does_not_steer_the_terminal(deployed):
    answered = deployed("start", "service_request", "--data", DATA, "--actor", "\x1b[31m\u202eboss", "--key", "k")
    assert answered.code == 0
    shown = deployed("case", "show", "service_request/k").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert visible("一\t2\n\x1b[0m") == "一\t2\n\\x1b[0m"


def test_a_plugin_that_cannot_be_loaded_is_named_by_the_commands_that_need_it(deployed, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    Path("console_crash.py").write_text(PLUGIN, "utf-8")
    info = Path("console_crash-1.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: console_crash\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[ironcage]\nconsole_crash = console_crash\n", "utf-8")
    assert deployed("start", "service_request", "--data", DATA, "--key", "k").err == ""
    erased = deployed("erase", "service_request/k", "--order", "order 12")
    assert erased.code == 0
    assert "What plugin console_crash keeps of the case was not erased: ZeroDivisionError" in erased.out
    assert "Plugin console_crash could not be used: ZeroDivisionError" in erased.err
