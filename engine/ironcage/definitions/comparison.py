"""Where the two readings of a file differ."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

from ironcage.faults import Fault
from ironcage.messages import mark

if TYPE_CHECKING:
    from ironcage.program import Flow, Lane, Node, Program

_PARTS = ("nodes", "flows", "lanes")


class Difference(NamedTuple):
    """The first field in which two programs differ, and what each says."""

    line: int
    element: str
    field: str
    ours: object
    theirs: object


def disagreement(ours: Program, theirs: Program, file: str) -> Fault | None:
    """Return the fault of a *file* that the two readers read differently; None if they agree."""
    found = difference(ours, theirs)
    if found is None:
        return None
    what = mark("The two readers disagree on {field} of {found}: ours says {ours}, SpiffWorkflow {theirs}.")
    mend = mark("Write it in a plainer way, and please report this file: one of the readers is wrong.")
    said: dict[str, object] = {"ours": repr(found.ours)[:120], "theirs": repr(found.theirs)[:120]}
    fields = {"field": found.field, "found": found.element, **said}
    return Fault(file, found.line, found.element, "readers-disagree", what, mend, fields=fields)


def difference(ours: Program, theirs: Program) -> Difference | None:
    """Return the first difference of two programs: of a node, a flow, a lane, or the process; None if none."""
    if ours == theirs:
        return None
    for part in _PARTS:
        found = _between(part, getattr(ours, part), getattr(theirs, part), ours.process)
        if found:
            return found
    names = (each.name for each in fields(ours) if getattr(ours, each.name) != getattr(theirs, each.name))
    name = next(names)
    return Difference(0, ours.process, name, getattr(ours, name), getattr(theirs, name))


def _between(
    part: str,
    ours: tuple[Node | Flow | Lane, ...],
    theirs: tuple[Node | Flow | Lane, ...],
    process: str,
) -> Difference | None:
    for our, their in zip(ours, theirs, strict=False):
        if our != their:
            names = (each.name for each in fields(our) if getattr(our, each.name) != getattr(their, each.name))
            name = next(names)
            return Difference(getattr(our, "line", 0), our.id, name, getattr(our, name), getattr(their, name))
    if len(ours) != len(theirs):
        return Difference(0, process, part, len(ours), len(theirs))
    return None
