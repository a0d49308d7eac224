"""Rules about a process as a whole: what can be reached, what can end, what may wait or run for ever.

Some ask the graph, some explore what a case may do; what conditions say is not looked at. So they warn, but for the
endless loop: nothing new can come to a case in the instant in which it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.faults import Level
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.check.exploration import Finding
    from ironcage.bpmn.check.graph import Graph
    from ironcage.bpmn.check.scouting import Scouted
    from ironcage.bpmn.check.subject import Subject


def _listed(names: Iterable[str], most: int = 8) -> str:
    shown = list(names)
    return ", ".join(shown[:most]) + (", ..." if len(shown) > most else "")


def _node(scouted: Scouted, index: int) -> str:
    return scouted.net.program.nodes[index].id


def _place(scouted: Scouted, index: int, **fields: object) -> Place:
    node = scouted.net.program.nodes[index]
    return Place(node.line, node.id, 0, fields | {"node": node.id})


def _path(scouted: Scouted, finding: Finding) -> str:
    """Return the nodes that were moved on the way, the last ones where there are many."""
    names = [_node(scouted, index) for index in finding.path]
    return ("..., " if len(names) > 12 else "") + ", ".join(names[-12:])


@rule(
    "unreachable-node",
    mark("No case can come to {node}."),
    mark("Lead a flow to it from what comes before, or remove it."),
    Level.WARNING,
    last=True,
)
def unreachable_node(subject: Subject) -> Iterator[Place]:
    """A case can come to every node."""
    for graph in subject.graphs:
        for index, node in enumerate(graph.nodes):
            if index not in graph.reached:
                yield at(node, node=node.id)


@rule(
    "no-way-to-end",
    mark("From {node} no way leads to an end."),
    mark("Draw a way out of the circle."),
    Level.WARNING,
    last=True,
)
def no_way_to_end(subject: Subject) -> Iterator[Place]:
    """A case can end from wherever it is."""
    for graph in subject.graphs:
        for index, node in enumerate(graph.nodes):
            if index not in graph.ending:
                yield at(node, node=node.id)


def _circles(subject: Subject, *, changing: bool) -> Iterator[tuple[Graph, list[int]]]:
    for graph in subject.graphs:
        for circle in graph.loops():
            if any(map(graph.changes_data, circle)) is changing:
                yield graph, circle


@rule(
    "endless-loop",
    mark("{nodes} lead in a circle in which nothing waits: the case would run in it for ever."),
    mark("Put a task or a timer into the circle."),
    last=True,
)
def endless_loop(subject: Subject) -> Iterator[Place]:
    """In every circle something waits for the world, a person, a service or a timer, or changes data at least."""
    for graph, circle in _circles(subject, changing=False):
        yield at(graph.nodes[circle[0]], nodes=_listed(graph.nodes[index].id for index in circle))


@rule(
    "loop-without-wait",
    mark("{nodes} lead in a circle in which nothing waits: it ends only if what it changes itself ends it."),
    mark("Make sure that it ends, or put a task or a timer into it; a case that runs too long is stopped."),
    Level.WARNING,
    last=True,
)
def loop_without_wait(subject: Subject) -> Iterator[Place]:
    """A circle in which nothing waits ends by what it changes itself."""
    for graph, circle in _circles(subject, changing=True):
        yield at(graph.nodes[circle[0]], nodes=_listed(graph.nodes[index].id for index in circle))


@rule(
    "starved-join",
    mark("{node} may wait for ever: after {path} no token can come to it by {flows} any more."),
    mark("Join with a gateway of the same kind what a gateway has parted, with an inclusive one what conditions have."),
    Level.WARNING,
    last=True,
)
def starved_join(subject: Subject) -> Iterator[Place]:
    """Whatever a case decides, what waits for tokens gets them: on each flow, or on none.

    Every answer of every condition is tried, and every event on a boundary, as far as the budget goes; conditions that
    exclude one another are not known to do so. Source: BPMN 2.0.2, 13.4.1 and 13.4.3.
    """
    for scouted in subject.scouted:
        for node, finding in sorted(scouted.explored.starved.items()):
            missing = [scouted.net.program.flows[flow] for flow in finding.missing]
            names = [flow.id or scouted.net.program.nodes[flow.source].id for flow in missing]
            if names:
                yield _place(scouted, node, path=_path(scouted, finding), flows=_listed(names))


@rule(
    "starved-activity",
    mark("{node} may wait for ever: it begins with {quantity} tokens, and after {path} no more come to it."),
    mark("Let as many tokens come to it as its startQuantity says, or lower the number."),
    Level.WARNING,
    last=True,
)
def starved_activity(subject: Subject) -> Iterator[Place]:
    """An activity that begins with several tokens gets as many, whatever a case decides.

    Source: BPMN 2.0.2, table 10.3, startQuantity.
    """
    for scouted in subject.scouted:
        for node, finding in sorted(scouted.explored.starved.items()):
            if not finding.missing:
                quantity = scouted.net.program.nodes[node].start_quantity
                yield _place(scouted, node, path=_path(scouted, finding), quantity=quantity)


@rule(
    "multiplied-tokens",
    mark("Ways that part at {fork} meet in {node} without a join, so it is done once for each that is taken."),
    mark("Join them with a parallel or an inclusive gateway first, if it is to be done once."),
    Level.WARNING,
    last=True,
)
def multiplied_tokens(subject: Subject) -> Iterator[Place]:
    """Ways that part to be taken together are joined before they go on together."""
    for scouted in subject.scouted:
        for node in sorted(scouted.explored.met):
            yield _place(scouted, node, fork=_node(scouted, scouted.net.fork_before(node)))


@rule(
    "states-not-explored",
    mark("What a case may do was explored in {budget} moves and there is more; what comes after {node} was not seen."),
    mark("Move parts of the process to sub-processes: each is explored by itself."),
    Level.WARNING,
    last=True,
)
def states_not_explored(subject: Subject) -> Iterator[Place]:
    """What was not explored is said: the search for joins that starve and tokens that multiply has a budget."""
    for scouted in subject.scouted:
        if scouted.explored.unfinished is not None:
            yield _place(scouted, scouted.explored.unfinished, budget=scouted.explored.moves)
