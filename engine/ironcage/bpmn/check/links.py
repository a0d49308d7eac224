"""Rules about link events, by which a path goes on elsewhere in the same scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check.subject import Place, at, rule
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.bpmn.check.room import Room
    from ironcage.bpmn.check.subject import Subject
    from ironcage.bpmn.model import FlowNode, LinkDefinition


def _throwing(subject: Subject) -> Iterator[tuple[Room, FlowNode, LinkDefinition]]:
    return _of(subject, Kind.INTERMEDIATE_THROW_EVENT)


def _catching(subject: Subject) -> Iterator[tuple[Room, FlowNode, LinkDefinition]]:
    return _of(subject, Kind.INTERMEDIATE_CATCH_EVENT)


def _of(subject: Subject, kind: Kind) -> Iterator[tuple[Room, FlowNode, LinkDefinition]]:
    for room, _, node in subject.nodes:
        if node.kind is kind:
            yield from ((room, node, link) for link in room.links(node))


@rule(
    "link-without-target",
    mark("The link {link} leads from {node} to nowhere: no event of {scope} catches it."),
    mark("Draw a catching link event with this name in the same process or sub-process."),
)
def link_without_target(subject: Subject) -> Iterator[Place]:
    """A link that departs arrives on the same level: no link crosses the border of a sub-process.

    Source: BPMN 2.0.2, 10.5.4 and table 10.98.
    """
    misnamed = _misnamed(subject)
    for room, node, link in _throwing(subject):
        if not any(True for _ in room.linked(node)) and id(link) not in misnamed:
            yield at(node, link.line, link=link.name, node=node.id, scope=room.scope.id)


@rule(
    "link-without-source",
    mark("The link {link} arrives at {node} from nowhere: no event of {scope} throws it."),
    mark("Draw a throwing link event with this name in the same process or sub-process, or remove this one."),
)
def link_without_source(subject: Subject) -> Iterator[Place]:
    """A link that arrives has departed on the same level. Source: BPMN 2.0.2, 10.5.4 and table 10.98."""
    thrown = {(id(room), link.name) for room, _, link in _throwing(subject)}
    misnamed = _misnamed(subject)
    for room, node, link in _catching(subject):
        if (id(room), link.name) not in thrown and id(link) not in misnamed:
            yield at(node, link.line, link=link.name, node=node.id, scope=room.scope.id)


@rule(
    "link-twice",
    mark("{node} is one more event that catches the link {link}: nothing says where it leads."),
    mark("Give it another name, or lead all departures to one of them."),
)
def link_twice(subject: Subject) -> Iterator[Place]:
    """A link has many departures and one arrival. Source: BPMN 2.0.2, 10.5.4."""
    seen: set[tuple[int, str]] = set()
    for room, node, link in _catching(subject):
        if link.name and (id(room), link.name) in seen:
            yield at(node, link.line, node=node.id, link=link.name)
        seen.add((id(room), link.name))


@rule(
    "link-mismatch",
    mark("{node} and {other} do not name each other as the ends of the link {link}."),
    mark("Mend its target or its source, or leave both out: links find each other by their names."),
)
def link_mismatch(subject: Subject) -> Iterator[Place]:
    """Where the ends of a link name each other, they do so both ways. Source: BPMN 2.0.2, table 10.98."""
    catching = [(room, node, link) for room, node, link in _catching(subject)]
    for room, node, thrown in _throwing(subject):
        for other_room, other, caught in catching:
            if other_room is room and thrown.name == caught.name:
                departs, arrives = _refer(thrown, caught)
                if (thrown.targets and not departs) or (caught.sources and not arrives):
                    yield at(node, thrown.line, node=node.id, other=other.id, link=thrown.name)


@rule(
    "link-name",
    mark(
        "{node} and {other} refer to each other as the ends of a link, but it is called {link} here and {caught} there."
    ),
    mark("Give both ends the same name: links find each other by their names."),
)
def link_name(subject: Subject) -> Iterator[Place]:
    """The ends of a link that refer to each other have one name. Source: BPMN 2.0.2, 10.5.5 and table 10.98."""
    for node, thrown, other, caught in _misnaming(subject):
        yield at(node, thrown.line, node=node.id, other=other.id, link=thrown.name, caught=caught.name)


def _misnamed(subject: Subject) -> set[int]:
    """Return which definitions, by identity, have another name than the other end."""
    return {id(each) for _, thrown, _, caught in _misnaming(subject) for each in (thrown, caught)}


def _misnaming(subject: Subject) -> Iterator[tuple[FlowNode, LinkDefinition, FlowNode, LinkDefinition]]:
    catching = list(_catching(subject))
    for room, node, thrown in _throwing(subject):
        for other_room, other, caught in catching:
            if other_room is room and thrown.name != caught.name and any(_refer(thrown, caught)):
                yield node, thrown, other, caught


def _refer(thrown: LinkDefinition, caught: LinkDefinition) -> tuple[bool, bool]:
    """Return whether *thrown* names *caught* as its target, and *caught* names *thrown* as a source."""
    return caught.id in {each.id for each in thrown.targets}, thrown.id in {each.id for each in caught.sources}
