"""A file that holds everything that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ironcage import bpmn


@pytest.fixture(scope="session")
def whole_source() -> bytes:
    return (Path(__file__).parent / "whole_model.bpmn").read_bytes()


@pytest.fixture(scope="session")
def whole(whole_source: bytes) -> bpmn.Model:
    return bpmn.read(whole_source, "whole_model.bpmn")
