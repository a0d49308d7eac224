"""From a checked model to the program, in the normal form that ``ironcage.program`` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.compiling.nodes import node
from ironcage.bpmn.compiling.source import Source
from ironcage.program import Flow, Lane, Program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.bpmn.model import Model
    from ironcage.dmn import Decision

__all__ = ["compile"]


def compile(  # noqa: A001
    model: Model, decisions: Mapping[str, Decision], zone: ZoneInfo | None, process: str | None = None
) -> Program:
    """Return the program of a process or global task of *model*, in which ``check`` found no error.

    Args:
        model: the file.
        decisions: what business rule tasks ask, by id.
        zone: the time zone of the process; None for UTC.
        process: the id of the process or global task; without it the first executable process.
    """
    found = model.process(process)
    assert found is not None, "check refuses a file without a process"
    source = Source(model, found)
    return Program(
        process=found.id,
        name=found.name,
        nodes=tuple(node(source, index) for index in range(len(source.nodes))),
        flows=tuple(_flow(source, index) for index in range(len(source.flows))),
        lanes=tuple(Lane(lane.id, lane.name) for lane in found.all_lanes()),
        due=source.due(found.deadline),
        locals=source.locals(found),
        decisions=decisions,
        zone=zone,
    )


def _flow(source: Source, index: int) -> Flow:
    flow = source.flows[index]
    return Flow(
        id=flow.id,
        line=flow.line,
        source=source.index[flow.source],
        target=source.index[flow.target],
        condition=source.optional(flow.condition),
        name=flow.name,
    )
