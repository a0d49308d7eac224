"""From SpiffWorkflow's specs to the ``Program``: the second reading of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.program import Flow, Lane, Program
from ironcage.spiff.compiling.nodes import Nodes
from ironcage.spiff.compiling.reading import Reading
from ironcage.spiff.normal import original
from ironcage.spiff.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from ironcage.dmn import Decision
    from ironcage.spiff.parsing.specs import Flow as ReadFlow

__all__ = ["compile"]


def compile(  # noqa: A001  # as in ``ironcage.bpmn``, whose program this one must equal
    source: bytes,
    file: str,
    decisions: Mapping[str, Decision],
    zone: ZoneInfo | None,
    process: str | None = None,
) -> Program:
    """Return the program of an executable process in *source*, as SpiffWorkflow reads it.

    *source* has passed ``ironcage.bpmn.check``; what is refused here is what the first reader let through.

    Args:
        source: the file.
        file: its name in faults.
        decisions: what business rule tasks ask.
        zone: the time zone of the process.
        process: the id of the process, or of a global task; without it the first executable process.

    Raises:
        FaultyError: SpiffWorkflow cannot read the file, or reads in it what a program cannot say.
    """
    reading = Reading(file, *read(source, file, process))
    spec = reading.spec
    flows = [_flow(reading, flow) for flow in reading.scopes.flows]
    nodes = Nodes(reading, flows)
    with reading.of(spec):
        due = reading.due(spec.extensions)
    return Program(
        process=original(spec.name),
        name=spec.extensions.name,
        nodes=tuple(nodes.node(index) for index in range(len(reading.scopes.nodes))),
        flows=tuple(flows),
        lanes=tuple(Lane(original(lane.id), lane.name) for lane in spec.lanes),
        due=due,
        locals=tuple(spec.locals),
        decisions=decisions,
        zone=zone,
    )


def _flow(reading: Reading, flow: ReadFlow) -> Flow:
    with reading.of(flow):
        return Flow(
            id=original(flow.bpmn_id),
            line=flow.extensions.line,
            source=reading.index(flow.source, flow),
            target=reading.index(flow.target, flow),
            condition=reading.optional(flow.condition),
            name=flow.extensions.name,
        )
