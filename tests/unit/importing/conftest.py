from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from permit_log import PROCESS, content

from ironcage.importing import Mapping, load
from ironcage.messages import speaking
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def boston() -> Mapping:
    return load(PROCESS / "boston311.toml")


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., Path]:
    """Write a log of the given lines, or the given bytes, and return its path."""

    def write(*lines: str, source: bytes | None = None) -> Path:
        path = tmp_path / "log.csv"
        path.write_bytes(content(*lines) if source is None else source)
        return path

    return write


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.open(":memory:")
    yield opened
    opened.close()
