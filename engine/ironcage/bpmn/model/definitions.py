"""Event definitions, within an event or at the root of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ironcage.bpmn.model.elements import Formula, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDefinition:
    """What an event waits for or throws; the id of one that nothing refers to may be empty."""

    id: str = ""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDefinition(EventDefinition):
    """A timer event definition; a faulty file may give none of the three or several."""

    date: Formula | None = None
    duration: Formula | None = None
    cycle: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDefinition(EventDefinition):
    """A message event definition."""

    message: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDefinition(EventDefinition):
    """A signal event definition."""

    signal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition(EventDefinition):
    """An error event definition."""

    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDefinition(EventDefinition):
    """An escalation event definition."""

    escalation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalDefinition(EventDefinition):
    """A conditional event definition; a faulty file may give no condition."""

    condition: Formula | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDefinition(EventDefinition):
    """A link event definition, with the sources and the target it may name beside its name."""

    name: str = ""
    sources: tuple[Reference, ...] = ()
    targets: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateDefinition(EventDefinition):
    """A compensate event definition."""

    activity: str = ""
    wait: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDefinition(EventDefinition):
    """A cancel event definition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition(EventDefinition):
    """A terminate event definition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionReference(EventDefinition):
    """An ``eventDefinitionRef``: the event definition at the root of the file that it names."""

    definition: str
