"""What the elements of our namespace say of an activity or a process.

Source: ``urn:ironcage:bpmn:1``, the reference of extension elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage import feel
from ironcage.bpmn.timers import timer_value
from ironcage.program import Assignment, Due, Setting

if TYPE_CHECKING:
    from collections.abc import Callable

    from ironcage.feel import Expression


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of our namespace: its local name and its attributes."""

    name: str
    attributes: dict[str, str]

    def read(self, attribute: str, by: Callable[[str], Expression]) -> Expression | None:
        """Return what *by* reads in *attribute*, None where it is not given."""
        written = self.attributes.get(attribute)
        return None if written is None else by(written.strip())


@dataclass(frozen=True, slots=True)
class Extensions:
    """What we keep of an element beside SpiffWorkflow's spec of it; it stands in the spec's ``extensions``."""

    line: int
    name: str
    default: str | None
    """The marked id of the default flow."""
    elements: tuple[Extension, ...]

    def all(self, name: str) -> list[Extension]:
        """Return the elements called *name*."""
        return [element for element in self.elements if element.name == name]

    def attribute(self, name: str, attribute: str) -> str | None:
        """Return *attribute* of the first element called *name*, None where there is none."""
        return next((element.attributes.get(attribute) for element in self.all(name)), None)

    def assignment(self) -> Assignment | None:
        """Return whom the activity is offered to."""
        for said in self.all("assignment"):
            return Assignment(*(said.read(whom, feel.compile) for whom in ("role", "unit", "actor")))
        return None

    def due(self) -> Due | None:
        """Return when the activity or the case must be done."""
        for said in self.all("deadline"):
            return Due(said.read("at", timer_value), said.read("within", timer_value))
        return None

    def settings(self) -> tuple[Setting, ...]:
        """Return the variables set when the activity completes."""
        return tuple(
            Setting(said.attributes["variable"], feel.compile(said.attributes["value"].strip()))
            for said in self.all("set")
        )
