"""A file that holds everything that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ironcage import bpmn


@pytest.fixture(scope="session")
def whole_source() -> bytes:
    return (Path(__file__).parent / "whole_model.bpmn").read_bytes()


@pytest.fixture(params=["whole_model.bpmn", "every_element.bpmn"])
def any_source(request: pytest.FixtureRequest) -> bytes:
    """Two files that together hold every element of the grammar; the second is a drawing."""
    return (Path(__file__).parent / request.param).read_bytes()


@pytest.fixture(scope="session")
def whole(whole_source: bytes) -> bpmn.Model:
    return bpmn.read(whole_source, "whole_model.bpmn")
