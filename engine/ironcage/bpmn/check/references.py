"""Rules about references: each leads to something, of the right sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.faults import Level
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.diagram import Edge, Shape

_STRUCTURE = "structureRef"


@rule(
    "dangling-reference",
    mark("{word} names {target}, which is nowhere in the file."),
    mark("Correct the id, or draw the connection again."),
)
def dangling_reference(subject: Subject) -> Iterator[Place]:
    """What is referred to is in the file. Source: XML Schema, xs:IDREF and xs:QName; BPMN 2.0.2, clause 8.3."""
    for owner, line, word, target, *_ in subject.references:
        if target and target not in subject.declared and word != _STRUCTURE:
            yield at(owner, line, word=word, target=target)


@rule(
    "structure-reference",
    mark("structureRef names {target}, which is no item definition of the file; what data is made of is not enforced."),
    mark("Name an <itemDefinition>, or leave structureRef out."),
    Level.WARNING,
)
def structure_reference(subject: Subject) -> Iterator[Place]:
    """What a signal, an error or an escalation carries is an item definition of the file.

    Many tools write the name of a type there; no case depends on it. Source: BPMN 2.0.2, tables 8.42, 8.43 and 10.100.
    """
    for owner, line, word, target, *_ in subject.references:
        if target and target not in subject.declared and word == _STRUCTURE:
            yield at(owner, line, target=target)


@rule("empty-reference", mark("{word} is empty."), mark("Name an element in it, or remove it."))
def empty_reference(subject: Subject) -> Iterator[Place]:
    """A reference that is there names something. Source: XML Schema, xs:IDREF and xs:QName."""
    for each in subject.references:
        if each.empty:
            yield at(each.owner, each.line, word=each.word)


@rule(
    "wrong-reference",
    mark("{word} names {target}, which is not the sort of element that belongs there."),
    mark("Let it name an element of the sort that the word asks for."),
)
def wrong_reference(subject: Subject) -> Iterator[Place]:
    """A reference leads to an element of the sort its word asks for. Source: BPMN 2.0.2, the class diagrams."""
    for owner, line, word, target, allowed, _ in subject.references:
        if target in subject.declared and target not in allowed and target not in subject.model.refused:
            yield at(owner, line, word=word, target=target)


@rule(
    "listed-flow",
    mark("The node lists {flow} as {word}, but the flow does not say so."),
    mark("Mend the sourceRef or the targetRef of the flow, or remove it from the list."),
)
def listed_flow(subject: Subject) -> Iterator[Place]:
    """The incoming and outgoing flows a node lists are those that lead to and from it.

    Source: BPMN 2.0.2, table 8.46.
    """
    ends = {flow.id: flow for room in subject.rooms for flow in room.flows if flow.id}
    for _, _, node in subject.nodes:
        if not node.id:
            continue
        for listed in node.incoming:
            if listed.id in ends and ends[listed.id].target != node.id:
                yield at(node, listed.line, flow=listed.id, word="incoming")
        for listed in node.outgoing:
            if listed.id in ends and ends[listed.id].source != node.id:
                yield at(node, listed.line, flow=listed.id, word="outgoing")


@rule(
    "half-listed-flow",
    mark("The flow is listed by the node at one of its ends, but not by {node} at the other."),
    mark("List it there, too, as {word}, or leave out all these lists."),
)
def half_listed_flow(subject: Subject) -> Iterator[Place]:
    """A flow is listed at both of its ends, or at none. Source: BPMN 2.0.2, table 8.46."""
    for room in subject.rooms:
        outgoing = [{listed.id for listed in node.outgoing} for node in room.nodes]
        incoming = [{listed.id for listed in node.incoming} for node in room.nodes]
        for flow, source, target in zip(room.flows, room.sources, room.targets, strict=True):
            if source is None or target is None:
                continue
            leaves, enters = flow.id in outgoing[source], flow.id in incoming[target]
            if leaves and not enters:
                yield at(flow, node=room.nodes[target].id, word="incoming")
            if enters and not leaves:
                yield at(flow, node=room.nodes[source].id, word="outgoing")


@rule(
    "drawn-reference",
    mark("The drawing shows {target}, which is nowhere in the file."),
    mark("Remove the shape, or draw the element again."),
    Level.WARNING,
)
def drawn_reference(subject: Subject) -> Iterator[Place]:
    """A shape or an edge draws an element of the file. Source: BPMN 2.0.2, clause 12.2.3, bpmnElement."""
    for diagram in subject.model.diagrams:
        shown: list[Shape | Edge] = [*diagram.shapes, *diagram.edges]
        for drawn in shown:
            if drawn.element and drawn.element not in subject.declared:
                yield Place(drawn.line, drawn.element, 0, {"target": drawn.element})


@rule(
    "lane-twice",
    mark("{node} is in the lane {lane} and in the lane {other}, of which neither is inside the other."),
    mark("Leave it in one of them."),
)
def lane_twice(subject: Subject) -> Iterator[Place]:
    """A lane says who does the work, so a node is in one, and in those around it. Source: BPMN 2.0.2, 10.8."""
    for process in subject.processes:
        outer: dict[str, str] = {}
        held: dict[str, str] = {}
        for lane in process.all_lanes():
            outer.update((inner.id, lane.id) for inner in lane.lanes)
            around = {lane.id}
            above = outer.get(lane.id)
            while above and above not in around:
                around.add(above)
                above = outer.get(above)
            for member in lane.members:
                other = held.setdefault(member.id, lane.id)
                if other not in around:
                    yield at(lane, member.line, node=member.id, lane=lane.id, other=other)
                held[member.id] = lane.id
