"""Who does the scripts and service calls of a world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.program import Node
    from ironcage.values import Context


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a piece of work: *data* for the case, or the *error* code of a BPMN error."""

    data: Context = field(default_factory=dict)
    error: str | None = None


class Labour(Protocol):
    """Does the work of script, service, send and business rule tasks, deterministically."""

    def takes(self, node: Node, data: Context, /) -> Micros | None:
        """Return how long the work will take; None leaves it open for somebody else to complete."""
        ...

    def does(self, node: Node, data: Context, /) -> Answer:
        """Do the work, at the end of the time it takes. Not asked if something ended the wait before."""
        ...
