from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from archives import OVER, KilledError, complete
from running import HOUR, TWO_TASKS, Running, definition

from ironcage.messages import speaking
from ironcage.operations.archive import bundle, parquet
from ironcage.store import archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture
def running(url: str) -> Iterator[Running]:
    made = Running(url)
    yield made
    made.close()


@pytest.fixture
def office(running) -> Running:
    """Six cases that are over, one of them erased; then one that is over late, and one that is open."""
    running.engine.deploy(definition(*TWO_TASKS))
    for name in OVER:
        complete(running, name)
    running.engine.erase("p/5", "decision 7")
    running.clock.move_to(running.clock.now() + HOUR)
    complete(running, "p/late")
    running.engine.start("p", key="open")
    return running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def dying(monkeypatch) -> Callable[[int], None]:
    """Return a function that lets the process die at the n-th time it comes to write something."""
    left = [10**9]

    def at(number: int) -> None:
        left[0] = number

    def wrapped(target, name):
        original = getattr(target, name)

        def call(*given, **named):
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            answer = original(*given, **named)
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            return answer

        monkeypatch.setattr(target, name, call)

    wrapped(parquet, "write")
    wrapped(parquet, "flush")
    wrapped(archive, "take_out")
    wrapped(archive, "put_back")
    wrapped(bundle.Bundle, "write")
    return at
