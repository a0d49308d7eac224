"""From a BPMN file to a model, its faults, and the program that the machine runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.bpmn.check import check
from ironcage.bpmn.compiling import compile  # noqa: A004
from ironcage.bpmn.mandatory import mandatory
from ironcage.bpmn.model import Model
from ironcage.bpmn.read import read, reading
from ironcage.faults import Level

if TYPE_CHECKING:
    from collections.abc import Collection

    from ironcage.faults import Fault

__all__ = ["Model", "check", "compile", "examine", "mandatory", "read"]


def examine(source: bytes, file: str, decisions: Collection[str]) -> tuple[Model, list[Fault]]:
    """Return the model of *source* and every fault of it: what is not read, and what ``check`` finds in the rest.

    Raises:
        FaultyError: it is not even BPMN in XML.
    """
    model, faults = reading(source, file)
    found = check(model, decisions, whole=not any(fault.level is Level.ERROR for fault in faults))
    unread = {fault.element for fault in faults if fault.rule == "dialect-script"}
    found = [fault for fault in found if fault.rule != "script-empty" or fault.element not in unread]
    return model, sorted(faults + found, key=lambda fault: fault.line)
