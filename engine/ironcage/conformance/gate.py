"""The gate that a file of a suite passes: the one that every other file passes, both readers and every check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage import bpmn, spiff
from ironcage.definitions import disagreement
from ironcage.faults import FaultyError, Level

if TYPE_CHECKING:
    from ironcage.faults import Fault
    from ironcage.program import Program


def admitted(source: bytes, file: str) -> dict[str, Program]:
    """Return the programs of the executable processes and global tasks in *source* by id.

    Raises:
        FaultyError: the gate refuses it; with every fault.
    """
    model, faults = bpmn.examine(source, file, ())
    if any(fault.level is Level.ERROR for fault in faults):
        raise FaultyError(faults)
    programs: dict[str, Program] = {}
    for process in model.executables:
        program = bpmn.compile(model, {}, None, process.id)
        found = disagreement(program, spiff.compile(source, file, {}, None, process.id), file)
        if found is not None:
            raise FaultyError([*faults, found])
        programs[process.id] = program
    return programs


def gravest(faults: list[Fault]) -> Fault | None:
    """Return the error that says best what is wrong; None where there is no error.

    What BPMN forbids says more than what may follow from it, and that more than what we do not execute or the second
    reader cannot read. Of several that say alike, the first.
    """
    errors = [fault for fault in faults if fault.level is Level.ERROR]
    return min(errors, key=lambda fault: _RANKS.get(fault.rule, 0), default=None)


_FOLLOWING = (
    "no-incoming no-outgoing implicit-end half-listed-flow start-without-end end-without-start link-without-source "
    "link-without-target message-missing error-code expression-syntax"
)
"""Rules whose faults often follow from another: what is cut off, left open, or written for nobody to execute."""
_OURS = (
    "unsupported-element unsupported-value unknown-element unknown-attribute unknown-extension missing-element "
    "too-many-elements expression-language no-process"
)
"""Rules about what we execute."""
_READERS = "readers-disagree second-reader"
_RANKS = {rule: rank for rank, rules in enumerate((_FOLLOWING, _OURS, _READERS), 1) for rule in rules.split()}
