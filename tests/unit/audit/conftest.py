from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ironcage.messages import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield
