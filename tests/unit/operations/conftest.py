from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import Running

from ironcage.messages import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator
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
