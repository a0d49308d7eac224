"""What our namespace says of an element (``urn:ironcage:bpmn:1``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.bpmn.model.elements import Formula


@dataclass(frozen=True, slots=True)
class Assignment:
    """``ironcage:assignment``."""

    line: int
    role: Formula | None
    unit: Formula | None
    actor: Formula | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """``ironcage:deadline`` or ``ironcage:followUp``; a faulty file may give neither or both."""

    line: int
    at: Formula | None
    within: Formula | None


@dataclass(frozen=True, slots=True)
class Setting:
    """``ironcage:set``, ``ironcage:input`` or ``ironcage:output``."""

    line: int
    variable: str
    value: Formula


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """``ironcage:decision``."""

    line: int
    decision: str
    result: str


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """``ironcage:service``; *retries* as written, empty where it says nothing."""

    line: int
    service: str
    result: str | None
    retries: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessCall:
    """``ironcage:call``; *version* as written."""

    line: int
    process: Formula | None
    binding: str = ""
    version: str = ""
    all_in: bool = False
    all_out: bool = False


@dataclass(frozen=True, slots=True)
class Collections:
    """``ironcage:collections``: what a multi-instance activity goes through and what it gathers."""

    line: int
    items: Formula | None
    item: str
    output: str
    output_item: Formula | None


@dataclass(frozen=True, slots=True)
class Separation:
    """``ironcage:separate``: who acted at *other* must not act here."""

    line: int
    other: str
