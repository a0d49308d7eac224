"""SpiffWorkflow's spec of a process: parsed from a hardened, normalised tree, refusals told as faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.exceptions import SpiffWorkflowException

from ironcage import xml
from ironcage.bpmn import dialects
from ironcage.spiff.faults import refused
from ironcage.spiff.normal import MARK, WRAPPER, normalise, original
from ironcage.spiff.parsing import Parser
from ironcage.spiff.parsing.scopes import Scopes

if TYPE_CHECKING:
    from lxml import etree

    from ironcage.spiff.parsing.specs import Root


def read(source: bytes, file: str, process: str | None) -> tuple[Root, Scopes]:
    """Return what the file says beside its processes, and the executable *process* in it, or the first one.

    Raises:
        FaultyError: SpiffWorkflow cannot read the file.
    """
    written = xml.parse(source, file, every_line=True)
    dialects.normalise(written, file, source)
    root = normalise(written)
    executable = [each.get("id", "") for each in _processes(root) if process is not None or each.get(WRAPPER) is None]
    wanted = next(iter(executable), None) if process is None else process + MARK
    if wanted not in executable:
        raise refused(file, 0, process or "", f"no executable process among {len(executable)}")
    parser = Parser()
    try:
        parser.add_bpmn_xml(root, file)
        return parser.root, Scopes(parser, parser.get_spec(wanted))
    except SpiffWorkflowException as error:
        element = getattr(error, "id", "")
        lines = (xml.line_of(each) for each in root.iter("*") if each.get("id") == element)
        raise refused(file, next(lines, 0), original(element), str(error)) from error


def _processes(root: etree._Element) -> list[etree._Element]:
    found = root.iterfind(full_tag("process"))
    return [each for each in found if each.get("isExecutable") == "true" and each.get("id")]
