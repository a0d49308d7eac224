"""Explores every scope of the programs of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ironcage.bpmn.check.exploration import BUDGET, Explored, explore
from ironcage.bpmn.check.net import Net
from ironcage.bpmn.compiling import compile  # noqa: A004
from ironcage.program import SUB_PROCESSES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironcage.bpmn.model import Model
    from ironcage.program import Program


class Scouted(NamedTuple):
    """A scope and what came of exploring it."""

    net: Net
    explored: Explored


def scout(model: Model, processes: Iterable[str]) -> list[Scouted]:
    """Return what came of exploring the scopes of *processes* of *model*, which must be without errors."""
    found: list[Scouted] = []
    left = BUDGET
    for process in processes:
        program = compile(model, {}, None, process)
        for parent in _scopes(program):
            net = Net(program, parent)
            explored = explore(net, left)
            if net.turns_back:
                # Where flows lead back there is no one order that brings together all tokens that can meet.
                again = explore(Net(program, parent, reverse=True), left - explored.moves)
                explored.moves += again.moves
                explored.met = again.met | explored.met
                if explored.unfinished is None:
                    explored.unfinished = again.unfinished
            left -= explored.moves
            found.append(Scouted(net, explored))
    return found


def _scopes(program: Program) -> Iterator[int | None]:
    """Yield the process and its sub-processes, without ad-hoc ones: nothing is drawn of the order in them."""
    yield None
    for index, node in enumerate(program.nodes):
        if node.kind in SUB_PROCESSES and node.kind is not Kind.AD_HOC_SUB_PROCESS:
            yield index
