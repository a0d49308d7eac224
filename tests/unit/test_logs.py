"""What is logged has a stable name and fields, and nothing in it is personal."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import BEGIN, HOUR, LIMITED, SERVED, Running, definition

from ironcage import logs
from ironcage.hooks import hookimpl
from ironcage.logs import Happening
from ironcage_console.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LATE = 2 * BEGIN
"""When attempts have numbers that grow by the second, and are still counted from one to people."""


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What is logged, as JSON."""
    logger = logging.getLogger("ironcage")
    before = logger.handlers, logger.level, logger.propagate
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    logger.handlers, logger.level, logger.propagate = before


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class _Failing:
    @hookimpl
    def services(self):
        def ask(call):
            raise ValueError("the telephone number of Ann is 5550199")

        return {"ask": ask}


def test_a_failing_job_is_logged_until_it_is_stopped_and_without_what_it_said(said):
    running = Running(":memory:", _Failing())
    running.clock.move_to(LATE)
    running.engine.deploy(definition(*SERVED))
    running.engine.start("p", {"name": "Ann"}, key="A")
    for _ in range(6):
        running.clock.move_to(running.clock.now() + 2 * HOUR)
        running.engine.run_jobs()
    running.close()
    lines = _lines(said)
    assert [line["event"] for line in lines] == ["job.failed"] * 5 + ["job.stopped"]
    assert [line["attempt"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert {(line["case"], line["element"], line["service"], line["error"]) for line in lines} == {
        ("p/A", "a", "ask", "ValueError")
    }
    assert "Ann" not in said.getvalue()
    assert "5550199" not in said.getvalue()


def test_a_job_whose_case_cannot_be_read_is_logged_with_the_number_of_its_attempt(said):
    running = Running(":memory:", _Failing())
    running.clock.move_to(LATE)
    running.engine.deploy(definition(*SERVED))
    running.engine.start("p", key="A")
    with running.store.writing() as work:
        work.connection.exec_driver_sql("UPDATE cases SET state = x'ff'")
    running.engine.run_jobs()
    running.close()
    (line,) = _lines(said)
    assert (line["event"], line["element"], line["attempt"]) == ("job.stopped", "a", 1)


def test_a_case_whose_wake_up_fails_is_logged(said):
    running = Running()
    running.engine.deploy(definition(*LIMITED))
    running.engine.start("p", key="A")
    with running.store.writing() as work:
        work.connection.exec_driver_sql("UPDATE cases SET state = x'ff'")
    running.clock.move_to(running.clock.now() + 2 * HOUR)
    running.engine.wake()
    running.close()
    (line,) = _lines(said)
    assert (line["event"], line["level"], line["case"]) == ("case.stopped", "error", "p/A")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(line["at"]))


def test_a_refused_command_is_logged_in_the_form_that_was_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    logger = logging.getLogger("ironcage")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    monkeypatch.setattr(logger, "level", logging.NOTSET)
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["case", "show", "p/A", "--logs", "json"]) == 1
    line = json.loads(capsys.readouterr().err.splitlines()[0])
    assert (line["event"], line["error"], line["code"]) == ("command.refused", "UnknownCaseError", 1)
    monkeypatch.setenv("IRONCAGE_LOG", "text")
    assert main(["case", "show", "p/A"]) == 1
    assert re.search(r"WARNING command\.refused .*error=UnknownCaseError code=1", capsys.readouterr().err)
    monkeypatch.setenv("IRONCAGE_LOG", "loudly")
    assert main(["case", "show", "p/A"]) == 2
    assert "loudly" in capsys.readouterr().err


def test_what_another_library_says_through_our_loggers_has_the_kind_of_its_error_only(said):
    try:
        int("secret")
    except ValueError:
        logging.getLogger("ironcage.other").exception("it failed")
    (line,) = _lines(said)
    assert (line["event"], line["logger"], line["error"]) == ("it failed", "ironcage.other", "ValueError")
    assert "secret" not in said.getvalue()


def test_every_happening_is_documented_and_logged_somewhere():
    page = (ROOT / "docs/reference/logs.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))
    assert listed == {happening.title for happening in Happening}
    used = set()
    for file in (*ROOT.glob("engine/**/*.py"), *ROOT.glob("console/**/*.py")):
        if file.name != "logs.py":
            used |= {
                node.attr
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Happening"
            }
    assert used == {happening.name for happening in Happening}


def test_where_nobody_set_it_up_nothing_is_written_to_standard_error():
    say = "from ironcage.logs import Happening, log; log(Happening.COMMAND_FAILED)"
    done = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert done.stderr == ""
