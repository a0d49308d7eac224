"""Whether what a suite expects of a run contradicts the model itself, by a clause that leaves no room.

Asked only of a run that did something else. It looks at the model and at what happened, never at names of files, and
changes nothing that the engine does.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from ironcage.conformance.order import graph
from ironcage.conformance.placeholders import words_of
from ironcage.machine import EntryKind, Transition
from ironcage.messages import mark
from ironcage.program import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ironcage.program import Program
    from ironcage.world import Case


class Contradiction(NamedTuple):
    """The clause, and why nothing that keeps to it can do what is expected; *why* is a message."""

    clause: str
    why: str


INTERRUPTED = Contradiction(
    "BPMN 2.0.2, 13.5.3 (intermediate boundary events)",
    mark(
        "A boundary event that interrupts cancels its activity, all instances of a multi-instance activity included, "
        "and only the flow out of the event is taken. What is expected holds the event and what it forbids as well."
    ),
)
UNWRITTEN = Contradiction(
    "BPMN 2.0.2, 13.3.3 (a script task does what its script says)",
    mark("No script of the file leaves a token that is expected; another one stands in its place."),
)


def contradiction(cases: Sequence[Case], trace: Iterable[str], expected: Iterable[str]) -> Contradiction | None:
    """Return why no run can leave the tokens *expected*, or None if nothing is found that says so."""
    wanted, found = Counter(expected), Counter(trace)
    missing, extra = wanted - found, found - wanted
    programs = {case.program.process: case.program for case in cases}.values()
    written = {token for program in programs for index in range(len(program.nodes)) for token in _left(program, index)}
    if missing.total() == extra.total() and missing.keys() and not missing.keys() & written:
        return UNWRITTEN if all(token.startswith("SCRIPT_") for token in missing) else None
    asked = (wanted, found, missing)
    if not extra and any(_is_forbidden(case, boundary, *asked) for case in cases for boundary in _hit(case)):
        return INTERRUPTED
    return None


def _hit(case: Case) -> Iterator[int]:
    """Yield the interrupting boundary events that happened in a case exactly once."""
    happened = Counter(
        entry.element
        for _, entry in case.history
        if entry.kind is EntryKind.EVENT and entry.transition is Transition.COMPLETE
    )
    for index, times in happened.items():
        node = case.program.nodes[index]
        if times == 1 and node.kind is Kind.BOUNDARY_EVENT and node.interrupting:
            yield index


def _is_forbidden(case: Case, boundary: int, wanted: Counter[str], found: Counter[str], missing: Counter[str]) -> bool:
    """Return whether tokens from behind the event are expected together with such as its activity alone leads to.

    What is missing beside these must be repetitions of what was found.
    """
    program = case.program
    host = program.nodes[boundary].host
    assert host is not None, "a boundary event sits on an activity"
    ways = graph(program)
    behind_host, behind_event = (
        {node for node, side in nx.descendants(ways, (index, "out")) if side == "in"} for index in (host, boundary)
    )
    if host in behind_host or host in behind_event:
        return False  # the activity may be done anew
    told = _tokens(program, behind_event)
    forbidden = missing.keys() & (_tokens(program, behind_host) - told)
    return bool(told & wanted.keys()) and bool(forbidden) and all(found[token] for token in missing.keys() - forbidden)


def _tokens(program: Program, nodes: Iterable[int]) -> set[str]:
    return {token for index in nodes for token in _left(program, index)}


def _left(program: Program, index: int) -> Iterator[str]:
    """Yield the tokens that the script of a node leaves."""
    script = program.nodes[index].script
    for word in (words_of(script.text) or ()) if script else ():
        if word.startswith("SCRIPT_"):
            yield word
        elif word.endswith("_AND_LOG"):
            yield "INCREMENT"
