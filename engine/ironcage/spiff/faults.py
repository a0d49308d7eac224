"""What is told of a file that SpiffWorkflow cannot read."""

from __future__ import annotations

from ironcage.faults import Fault, FaultyError
from ironcage.messages import mark


def refused(file: str, line: int, element: str, reason: str) -> FaultyError:
    """Return the error for what the second reader cannot read; *reason* is in its own words."""
    what = mark("SpiffWorkflow, the second reader, cannot read this: {reason}.")
    mend = mark("Use constructs that both readers know; the reference of BPMN lists them.")
    return FaultyError([Fault(file, line, element, "second-reader", what, mend, fields={"reason": reason})])
