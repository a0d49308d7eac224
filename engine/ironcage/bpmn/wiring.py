"""The nodes of a process by index, and what leads where: the model with its references resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.model import Activity, Event, Gateway
from ironcage.program import Kind

if TYPE_CHECKING:
    from ironcage.bpmn.model import FlowNode, Process


class Parting(NamedTuple):
    """How ways part at a node, as flow indices."""

    sure: list[int]
    """Always taken."""
    chosen: list[int]
    """Each taken if its condition holds."""
    otherwise: list[int]
    """Taken if no condition holds; at most one."""
    exclusive: bool
    """Whether only the first that can be taken is."""

    def branches(self) -> list[list[int]]:
        """Return the smallest sets of flows that may be taken, where there is a choice of several."""
        open_ended = [self.sure] if self.sure and not self.otherwise else []
        found = [[*self.sure, flow] for flow in self.chosen + self.otherwise] + open_ended
        return found if self.chosen else []

    def together(self) -> tuple[list[int], list[int]]:
        """Return the largest sets of flows that may be taken together."""
        return ([], []) if self.exclusive else (self.sure + self.chosen, self.sure + self.otherwise)


class Wiring:
    """The nodes and flows of one process, by their index in document order.

    A reference that leads nowhere is None; of several elements with one id, the first has it.
    """

    def __init__(self, process: Process) -> None:
        self.nodes = process.nodes
        self.flows = process.flows
        self.index = {node.id: index for index, node in reversed(list(enumerate(process.nodes)))}
        self.sources = [self.index.get(flow.source) for flow in process.flows]
        self.targets = [self.index.get(flow.target) for flow in process.flows]
        self.incoming: list[list[int]] = [[] for _ in process.nodes]
        """Flow indices, by node."""
        self.outgoing: list[list[int]] = [[] for _ in process.nodes]
        for flow, (source, target) in enumerate(zip(self.sources, self.targets, strict=True)):
            if source is not None:
                self.outgoing[source].append(flow)
            if target is not None:
                self.incoming[target].append(flow)
        self.hosts = [self.host_of(node) for node in process.nodes]
        self.boundaries: list[list[int]] = [[] for _ in process.nodes]
        """Indices of the boundary events on a node, by node."""
        for index, host in enumerate(self.hosts):
            if host is not None:
                self.boundaries[host].append(index)
        self.lanes = self._innermost_lanes(process)
        """The id of the innermost lane of a node, by node id."""

    def host_of(self, node: FlowNode) -> int | None:
        """Return the index of the activity a boundary event sits on."""
        return self.index.get(node.attached_to) if isinstance(node, Event) and node.attached_to else None

    def successors(self, index: int) -> list[int]:
        """Return where a token can go from a node: along its flows, and to the boundary events on it."""
        targets = (self.targets[flow] for flow in self.outgoing[index])
        return [target for target in targets if target is not None] + self.boundaries[index]

    def parting(self, index: int) -> Parting:
        """Return how ways part at a node."""
        node, flows = self.nodes[index], self.outgoing[index]
        default = node.default if isinstance(node, Activity | Gateway) else ""
        exclusive = node.kind is Kind.EXCLUSIVE_GATEWAY
        sure: list[int] = []
        chosen: list[int] = []
        otherwise: list[int] = []
        for flow in flows:
            if default and self.flows[flow].id == default:
                otherwise.append(flow)
            elif exclusive or self.flows[flow].condition:
                chosen.append(flow)
            else:
                sure.append(flow)
        return Parting(sure, chosen, otherwise, exclusive)

    @staticmethod
    def _innermost_lanes(process: Process) -> dict[str, str]:
        # A lane comes before those inside it, so the innermost is the last to say so.
        return {member.id: lane.id for lane in process.all_lanes() for member in lane.members}
