"""SpiffWorkflow's spec of a file: parsed from a hardened, normalised tree, refusals told as faults."""

from __future__ import annotations

from SpiffWorkflow.exceptions import SpiffWorkflowException

from ironcage import xml
from ironcage.faults import Fault, FaultyError
from ironcage.messages import mark
from ironcage.spiff.normal import normalise, original
from ironcage.spiff.parsing import Parser, ProcessSpec


def read(source: bytes, file: str) -> ProcessSpec:
    """Return SpiffWorkflow's spec of the one executable process in *source*.

    Raises:
        FaultyError: SpiffWorkflow cannot read the file.
    """
    parser = Parser()
    try:
        parser.add_bpmn_xml(normalise(xml.parse(source, file)), file)
        executable = parser.get_process_ids()
        if len(executable) != 1:
            raise refused(file, 0, "", f"{len(executable)} executable processes")
        return parser.get_spec(executable[0])
    except SpiffWorkflowException as error:
        raise refused(file, 0, original(getattr(error, "id", "")), str(error)) from error


def refused(file: str, line: int, element: str, reason: str) -> FaultyError:
    """Return the error for what the second reader cannot read; *reason* is in its own words."""
    what = mark("SpiffWorkflow, the second reader, cannot read this: {reason}.")
    mend = mark("Use constructs that both readers know; the reference of BPMN lists them.")
    return FaultyError([Fault(file, line, element, "second-reader", what, mend, fields={"reason": reason})])
