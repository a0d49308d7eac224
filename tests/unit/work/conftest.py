from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture
def pythonpath() -> dict[str, str]:
    """The environment in which a child process finds what this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
