"""Killed when its rows are sent and not committed, or committed and not told: nothing is half done, or done twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import mortal
import pytest
from hosting import Application
from mortal import COMMANDS, INSTANTS, opened

from ironcage.engine import CaseExistsError, TaskCompletedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from made import Made

REFUSED = {"start": CaseExistsError, "complete": TaskCompletedError}


@pytest.fixture
def application(empty: str) -> Iterator[Application]:
    made = Application(empty)
    yield made
    made.close()


def _rows(made: Made) -> Counter[str]:
    return Counter({name: len(rows) for name, rows in made.dump().items() if name != "permits"})


def test_killed_at_its_commit_a_command_is_done_whole_and_once_or_not_at_all(empty, pythonpath, application):
    made, numbers = opened(empty), count()

    def lead(command: str, instant: str = "") -> Counter[str]:
        """Give the command, again if who gave it was killed before it was committed; return the rows it makes."""
        number, before = str(next(numbers)), _rows(made)
        made.engine.start("telling", key=number)
        give = COMMANDS[command](made, number)
        if instant:
            begun = _rows(made)
            child.stdin.write(f"{command} {number} {instant}\n")
            child.stdin.flush()
            assert child.stdout.readline() == "-9\n"
            if instant.startswith("before"):
                assert _rows(made) == begun
            assert (number in application.permits()) == (instant == INSTANTS[-1])
        if not instant.startswith("after"):
            give()
        elif command in REFUSED:
            with pytest.raises(REFUSED[command]):
                give()
        made.engine.wake()
        return _rows(made) - before

    with _mortal(empty, pythonpath) as child:
        for command in COMMANDS:
            undisturbed = lead(command)
            for instant in INSTANTS:
                assert lead(command, instant) == undisturbed, f"{command}, killed {instant}"
    assert made.engine.verify().whole
    made.close()


@contextmanager
def _mortal(url: str, env: dict[str, str]) -> Iterator[Any]:
    words = [sys.executable, mortal.__file__, url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as child:
        yield child
        child.communicate(timeout=60)
