from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ironcage.messages import speaking
from ironcage.scripts import read
from ironcage.scripts.evaluation import evaluate

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def brought():
    """What a script brings to the case, in this process."""

    def run(script, /, **data):
        return evaluate(read(script), data, NOW).variables

    return run
