"""Rules about the process as a whole: what can be reached, what can end, what may wait or run for ever.

They ask the graph; what conditions say is not looked at. So they warn, but for the endless loop: nothing new can come
to a case in the instant in which it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.faults import Level
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.subject import Subject


@rule(
    "unreachable-node",
    mark("No case can come to {node}."),
    mark("Lead a flow to it from what comes before, or remove it."),
    Level.WARNING,
    last=True,
)
def unreachable_node(subject: Subject) -> Iterator[Place]:
    """A case can come to every node."""
    for index, node in subject.nodes():
        if index not in subject.graph.reached:
            yield at(node, node=node.id)


@rule(
    "no-way-to-end",
    mark("From {node} no way leads to an end of the process."),
    mark("Draw a way out of the circle."),
    Level.WARNING,
    last=True,
)
def no_way_to_end(subject: Subject) -> Iterator[Place]:
    """A case can end from wherever it is."""
    for index, node in subject.nodes():
        if index not in subject.graph.ending:
            yield at(node, node=node.id)


@rule(
    "endless-loop",
    mark("{nodes} lead in a circle in which nothing waits: the case would run in it for ever."),
    mark("Put a task or a timer into the circle."),
    last=True,
)
def endless_loop(subject: Subject) -> Iterator[Place]:
    """In every circle something waits for the world: a person, a service or a timer."""
    for loop in subject.graph.loops():
        names = [subject.process.nodes[index].id for index in loop]
        yield at(subject.process.nodes[loop[0]], nodes=", ".join(names[:8]) + (", ..." if len(names) > 8 else ""))


@rule(
    "starved-join",
    mark("The parallel join {node} may wait for ever: on some way not all flows that lead to it get a token."),
    mark("Join with a gateway of the same kind what a gateway has parted, with an inclusive one what conditions have."),
    Level.WARNING,
    last=True,
)
def starved_join(subject: Subject) -> Iterator[Place]:
    """Whatever a case decides, a parallel join gets a token on each flow or on none. Source: BPMN 2.0.2, 13.4.1."""
    for join in subject.graph.starved_joins:
        yield at(subject.process.nodes[join], node=subject.process.nodes[join].id)


@rule(
    "joins-in-a-circle",
    mark("The inclusive joins {nodes} may wait for each other for ever: each lies before some flows of the other."),
    mark("Join each before the ways cross, or lead them together through exclusive gateways."),
    Level.WARNING,
    last=True,
)
def joins_in_a_circle(subject: Subject) -> Iterator[Place]:
    """No inclusive join waits for one that waits for it. Source: BPMN 2.0.2, 13.4.3."""
    for joins in subject.graph.joins_in_circles:
        names = [subject.process.nodes[join].id for join in joins]
        yield at(subject.process.nodes[joins[0]], nodes=", ".join(names[:8]) + (", ..." if len(names) > 8 else ""))


@rule(
    "joins-not-examined",
    mark("The process is too large to look at every join; those from {node} on were not."),
    mark("Move parts of it to processes of their own."),
    Level.WARNING,
    last=True,
)
def joins_not_examined(subject: Subject) -> Iterator[Place]:
    """What is not examined is said: the search for starved joins has a budget."""
    join = subject.graph.first_unexamined_join
    if join is not None:
        yield at(subject.process.nodes[join], node=subject.process.nodes[join].id)


@rule(
    "multiplied-tokens",
    mark("Branches that part at {fork} meet in {node} without a join, so it is done once for each that is taken."),
    mark("Join them with a parallel or an inclusive gateway first, if it is to be done once."),
    Level.WARNING,
    last=True,
)
def multiplied_tokens(subject: Subject) -> Iterator[Place]:
    """Ways that part to be taken together are joined before they go on together."""
    harmless = (Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.END_EVENT)
    for index, node in subject.nodes():
        if index in subject.graph.reached and node.kind not in harmless:
            fork = subject.graph.meet(index)
            if fork is not None:
                yield at(node, fork=subject.process.nodes[fork].id, node=node.id)
