"""A service on a real port, with a small process deployed."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import TWO_TASKS, definition
from serving import Serving


@pytest.fixture
def serving(tmp_path):
    served = Serving(tmp_path)
    served.engine.deploy(definition(*TWO_TASKS))
    yield served
    served.close()


@pytest.fixture
def client(serving):
    """Return a client whose key opens everything."""
    return serving.client(serving.key())


@pytest.fixture(scope="session")
def root_of_the_project() -> Path:
    return Path(__file__).parents[4]
