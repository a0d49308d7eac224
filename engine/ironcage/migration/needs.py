"""Whether a case has the data that the new version goes on with."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, cast

from ironcage.feel import Expression
from ironcage.machine.plan import CASE, plan_of
from ironcage.migration import remarks
from ironcage.migration.places import places
from ironcage.migration.remarks import remark
from ironcage.migration.ways import ahead_of, members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.machine import State
    from ironcage.migration.correspondence import Correspondence
    from ironcage.migration.remarks import Remark
    from ironcage.program import Program


def missing(pair: Correspondence, state: State) -> Iterator[Remark]:
    """Yield the data that an element ahead reads and that only elements set which the case passed when they did not.

    What people bring is not known of the model; the fields that a case must have are those of its schema.
    """
    new = pair.new
    at = [(place, pair.nodes[place.node]) for place in places(pair.old, state) if place.node in pair.nodes]
    ahead = _ahead(pair, state, [index for _, index in at])
    set_ahead = {name for index in ahead for name in written(new, index)}
    there = {name for scope in state.scopes.values() for name, value in scope.variables.items() if value is not None}
    passed: dict[str, int] = {}
    for place, index in at:
        for behind in members(place.passed(new, index)):
            origin = pair.origins.get(behind)
            if origin is not None:
                own = written(pair.old, origin)
                passed |= {name: behind for name in written(new, behind) if name not in own}
    for index in sorted(ahead):
        for name in sorted(read(new, index) & passed.keys() - set_ahead - there):
            yield remark(new, index, remarks.NEEDS_DATA, name=name, setter=new.nodes[passed[name]].id)


def _ahead(pair: Correspondence, state: State, at: list[int]) -> set[int]:
    """Return the elements at which the case is or to which it can come, event sub-processes of its scopes included."""
    handlers = plan_of(pair.new).handlers
    scopes = {pair.nodes.get(scope.node, CASE) for scope in state.scopes.values()}
    listening = [handler for scope in scopes for handler in handlers.get(scope, ())]
    inside = [index for index, node in enumerate(pair.new.nodes) if node.parent in listening]
    return {*at, *listening, *inside, *ahead_of(pair.new, [*at, *inside])}


def read(program: Program, index: int) -> frozenset[str]:
    """Return the variables that the expressions of a node, and of the flows out of it, read."""
    kept = cast("dict[int, frozenset[str]]", program.kept.setdefault("read", {}))
    if index not in kept:
        node = program.nodes[index]
        parts = (node, *(program.flows[flow] for flow in node.outgoing))
        kept[index] = frozenset(name for part in parts for each in _expressions(part) for name in each.names)
    return kept[index]


def written(program: Program, index: int) -> frozenset[str]:
    """Return the variables that a node sets, beside what somebody brings."""
    node = program.nodes[index]
    found = {setting.variable for setting in (*node.settings, *node.outputs)}
    found.update(filter(None, (node.result, getattr(node.loop, "output", None))))
    return frozenset(found)


def _expressions(part: object) -> Iterator[Expression]:
    if isinstance(part, Expression):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _expressions(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _expressions(getattr(part, each.name))
