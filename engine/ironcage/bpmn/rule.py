"""What a rule of the gate is: a stable name, the sentence it says, how to mend what it finds, and how grave that is."""

from __future__ import annotations

from dataclasses import dataclass

from ironcage.faults import Fault, Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; *what* and *mend* are messages, their fields filled in by each fault."""

    name: str
    what: str
    mend: str
    level: Level = Level.ERROR

    def fault(self, file: str, line: int, element: str, column: int = 0, **fields: object) -> Fault:
        """Return the fault of *element* against this rule."""
        return Fault(file, line, element, self.name, self.what, self.mend, self.level, column, fields)
