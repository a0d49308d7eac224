"""Independent files, where there are any: each is a model, is drawn whole, and compiles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ironcage import bpmn, feel
from ironcage.bpmn.drawing import sketch
from ironcage.bpmn.read import reading
from ironcage.conformance.placeholders import rewritten

SUITES = os.environ.get("IRONCAGE_SUITES", "")
pytestmark = pytest.mark.skipif(not SUITES, reason="IRONCAGE_SUITES is not set")

NOT_READ = {"Token_StartQuantity_Zero.bpmn"}
"""It says that a task begins with no token at all."""
NOT_FEEL = {"Conditional_StartEvent_EventSubProcess_NonInterrupting.bpmn"}
"""Its condition is cut off in the middle."""


def drawings() -> list[Path]:
    return sorted(Path(SUITES, "miwg").glob("*.bpmn"))


def processes() -> list[Path]:
    return sorted(each for each in Path(SUITES, "bpmn").glob("*/*.bpmn") if each.parent.name != "bpmn_constraints")


@pytest.mark.parametrize("path", drawings(), ids=lambda path: path.stem)
def test_every_shape_and_line_of_a_drawing_is_drawn(path: Path) -> None:
    model, faults = reading(path.read_bytes(), path.name)
    diagram, drawn = model.diagram, sketch(model, "en")
    assert diagram is not None
    assert [shape.id for shape in drawn.shapes] == [shape.element for shape in diagram.shapes]
    assert [line.id for line in drawn.lines] == [edge.element for edge in diagram.edges]
    assert model.executables or not faults


@pytest.mark.parametrize("path", processes(), ids=lambda path: path.stem)
def test_every_process_is_read_and_compiled(path: Path) -> None:
    model, faults = reading(rewritten(path.read_bytes()), path.name)
    assert bool(faults) == (path.name in NOT_READ)
    try:
        programs = [bpmn.compile(model, {}, None, each.id) for each in model.executables]
    except feel.FeelSyntaxError:
        assert path.name in NOT_FEEL
    else:
        assert all(program.nodes for program in programs)
