"""Programs changed in ways that change nothing for a case: other names at other places, a step more at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ironcage.program import Compensation, Flow, Kind, Node, Program

if TYPE_CHECKING:
    from collections.abc import Mapping


def renamed(program: Program, mark: str = "_", shift: int = 2) -> tuple[Program, Mapping[str, str]]:
    """Return the program with other ids, its nodes and flows some places further on; and what has become of each id."""
    spare = [Node(f"spare{n}", 0, Kind.EXCLUSIVE_GATEWAY, incoming=(n,)) for n in range(shift)]
    loops = [Flow(f"turn{n}", 0, n, n) for n in range(shift)]
    nodes = [_moved(node, shift, mark) for node in program.nodes]
    flows = [
        replace(flow, id=flow.id + mark, source=flow.source + shift, target=flow.target + shift)
        for flow in program.flows
    ]
    spare = [replace(node, outgoing=node.incoming) for node in spare]
    made = Program(
        program.process, program.name, (*spare, *nodes), (*loops, *flows), due=program.due, zone=program.zone
    )
    return made, {node.id: node.id + mark for node in program.nodes}


def _moved(node: Node, shift: int, mark: str) -> Node:
    def on(index: int | None) -> int | None:
        return None if index is None else index + shift

    def all_on(indices: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(index + shift for index in indices)

    events = tuple(
        replace(event, activity=on(event.activity)) if isinstance(event, Compensation) else event
        for event in node.events
    )
    return replace(
        node, id=node.id + mark, incoming=all_on(node.incoming), outgoing=all_on(node.outgoing),
        default=on(node.default), parent=on(node.parent), host=on(node.host), boundaries=all_on(node.boundaries),
        handler=on(node.handler), events=events,
    )  # fmt: skip


def with_last_step(program: Program) -> Program:
    """Return the program with a task more before the end event of the process."""
    end = next(n for n, node in enumerate(program.nodes) if node.kind is Kind.END_EVENT and node.parent is None)
    index, flow = len(program.nodes), len(program.flows)
    nodes, flows = list(program.nodes), list(program.flows)
    into = program.nodes[end].incoming
    for each in into:
        flows[each] = replace(flows[each], target=index)
    flows.append(Flow("last_flow", 0, index, end))
    nodes[end] = replace(nodes[end], incoming=(flow,))
    nodes.append(Node("last", 0, Kind.USER_TASK, incoming=into, outgoing=(flow,)))
    return replace(program, nodes=tuple(nodes), flows=tuple(flows))


def with_step_on(program: Program, flow: int) -> Program:
    """Return the program with a task more on one of its flows; every other index stays."""
    source, target = program.flows[flow].source, program.flows[flow].target
    index, after = len(program.nodes), len(program.flows)
    nodes, flows = list(program.nodes), list(program.flows)
    parent = program.nodes[source].parent
    flows[flow] = replace(flows[flow], target=index)
    flows.append(Flow("after_inserted", 0, index, target))
    into = tuple(after if each == flow else each for each in nodes[target].incoming)
    nodes[target] = replace(nodes[target], incoming=into)
    nodes.append(Node("inserted", 0, Kind.USER_TASK, incoming=(flow,), outgoing=(after,), parent=parent))
    return replace(program, nodes=tuple(nodes), flows=tuple(flows))
