"""Which element of the new version stands for which of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.machine.plan import CASE
from ironcage.messages import mark, text
from ironcage.migration import remarks
from ironcage.migration.remarks import remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ironcage.migration.remarks import Remark
    from ironcage.program import Node, Program

_UNKNOWN_OLD = mark("{old} is no element of the old version.")
_UNKNOWN_NEW = mark("{new} is no element of the new version.")
_TWICE = mark("Several elements are to become {new}.")
_TAKEN = mark("{old} is to become {new}, but the old version has another {new}; say what that becomes.")
_KINDS = mark("{old} is a {kind}, {new} is a {other}.")


class MappingRefusedError(RefusedError):
    """The elements of two versions cannot be mapped as was said."""

    message = mark("The mapping of elements does not hold: {problems}")

    def __init__(self, problems: list[tuple[str, dict[str, object]]]) -> None:
        super().__init__(problems=problems)
        self.problems = problems

    def __str__(self) -> str:
        return text(self.message, problems=" ".join(text(what, **fields) for what, fields in self.problems))


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Two versions of a process, and what in the new one stands for what in the old one."""

    old: Program
    new: Program
    nodes: Mapping[int, int]
    """By index in the old version; the process itself corresponds to the process."""
    flows: Mapping[int, int]
    origins: Mapping[int, int]
    """The same as *nodes*, the other way round."""
    renamed: Mapping[str, str]
    """The ids that differ, in the order of the old version."""
    _candidates: Mapping[int, int]

    def turned(self) -> Correspondence:
        """Return the same, seen from the new version."""
        flows = {there: here for here, there in self.flows.items()}
        renamed = {there: here for here, there in self.renamed.items()}
        return Correspondence(self.new, self.old, self.origins, flows, self.nodes, renamed, {})

    def why_not(self, index: int) -> Remark:
        """Return why nothing stands for the node, at which a case is."""
        node, candidate = self.old.nodes[index], self._candidates.get(index)
        if candidate is None:
            return remark(self.old, index, remarks.VANISHED)
        other = self.new.nodes[candidate]
        if not _alike(node, other):
            fields = {"old": node.kind, "new": other.kind, "other": other.id}
            return remark(self.old, index, remarks.OTHER_KIND, **fields)
        if node.host is not None and self.nodes.get(node.host) != other.host:
            return remark(self.old, index, remarks.OTHER_HOST)
        return remark(self.old, index, remarks.ELSEWHERE)


def correspondence(old: Program, new: Program, named: Mapping[str, str] | None = None) -> Correspondence:
    """Return what stands for what: the same id and the same kind at the same place, unless *named* says otherwise.

    Args:
        old: the version the cases run on.
        new: the version they are to run on.
        named: ids of the new version by ids of the old one.

    Raises:
        MappingRefusedError: *named* cannot hold; every problem is told.
    """
    named = named or {}
    here, there = _by_id(old), _by_id(new)
    problems = list(_problems(old, new, here, there, named))
    if problems:
        raise MappingRefusedError(problems)
    taken = set(named.values())
    candidates: dict[int, int] = {}
    for index, node in enumerate(old.nodes):
        wanted = named.get(node.id) or (None if node.id in taken else node.id)
        if wanted in there:
            candidates[index] = there[wanted]
    nodes = _placed(old, new, candidates)
    renamed = {
        old.nodes[a].id: new.nodes[b].id for a, b in nodes.items() if a >= 0 and old.nodes[a].id != new.nodes[b].id
    }
    origins = {b: a for a, b in nodes.items()}
    return Correspondence(old, new, nodes, _flows(old, new, nodes), origins, renamed, candidates)


def _by_id(program: Program) -> dict[str, int]:
    return {node.id: index for index, node in enumerate(program.nodes)}


def _problems(
    old: Program, new: Program, here: Mapping[str, int], there: Mapping[str, int], named: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, object]]]:
    for before, after in named.items():
        if before not in here:
            yield _UNKNOWN_OLD, {"old": before}
        elif after not in there:
            yield _UNKNOWN_NEW, {"new": after}
        elif not _alike(old.nodes[here[before]], new.nodes[there[after]]):
            kinds = {"kind": old.nodes[here[before]].kind, "other": new.nodes[there[after]].kind}
            yield _KINDS, {"old": before, "new": after, **kinds}
        elif after in here and after not in named and after != before:
            yield _TAKEN, {"old": before, "new": after}
    for after in sorted({each for each in named.values() if list(named.values()).count(each) > 1}):
        yield _TWICE, {"new": after}


def _alike(old: Node, new: Node) -> bool:
    """Return whether two nodes are of one kind."""
    return (old.kind, old.by_event, old.for_compensation) == (new.kind, new.by_event, new.for_compensation)


def _placed(old: Program, new: Program, candidates: Mapping[int, int]) -> dict[int, int]:
    """Return the candidates that are of one kind and stand at the same place: a parent stands before its children."""
    nodes = {CASE: CASE}
    for index, candidate in candidates.items():
        node, other = old.nodes[index], new.nodes[candidate]
        around, outside = (CASE if each.parent is None else each.parent for each in (node, other))
        if _alike(node, other) and nodes.get(around) == outside:
            nodes[index] = candidate
    for index, node in enumerate(old.nodes):
        if node.host is not None and index in nodes and nodes.get(node.host) != new.nodes[nodes[index]].host:
            del nodes[index]
    return nodes


def _flows(old: Program, new: Program, nodes: Mapping[int, int]) -> dict[int, int]:
    """Return the flows between the same nodes: of several, those of one id first, the others in their order."""
    between: dict[tuple[int, int], list[int]] = {}
    for index, flow in enumerate(new.flows):
        between.setdefault((flow.source, flow.target), []).append(index)
    found: dict[int, int] = {}
    for same_id in (True, False):
        for index, flow in enumerate(old.flows):
            if index in found or flow.source not in nodes or flow.target not in nodes:
                continue
            free = between.get((nodes[flow.source], nodes[flow.target]), [])
            chosen = next((each for each in free if not same_id or new.flows[each].id == flow.id), None)
            if chosen is not None:
                found[index] = chosen
                free.remove(chosen)
    return found
