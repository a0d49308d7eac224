"""What every feature shares: an engine in a database in memory, under a clock that stands still until it is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ironcage.clock import VirtualClock
from ironcage.engine import Engine
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def engine(clock: VirtualClock) -> Iterator[Engine]:
    store = Store.open(":memory:")
    yield Engine(store, clock)
    store.close()
