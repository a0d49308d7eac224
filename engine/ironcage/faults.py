"""What is wrong with a file: each fault with its place, the rule it breaks and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ironcage.errors import RefusedError
from ironcage.messages import mark, text


class Level(StrEnum):
    """How grave a fault is: errors are refused, warnings deploy and are shown, advice is advice."""

    ERROR = mark("error")
    WARNING = mark("warning")
    ADVICE = mark("advice")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one file.

    *what* and *mend* are messages of the catalogue, filled in from *fields* when they are shown.
    """

    file: str
    line: int
    """1-based; 0 where the fault has no line."""
    element: str
    """The id of the element, or empty."""
    rule: str
    """The stable name of the rule, ``word-word``."""
    what: str
    mend: str
    level: Level = Level.ERROR
    column: int = 0
    """1-based; 0 where it is not known."""
    fields: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return text(
            "{place}: {level}: {what} {mend} [{rule}]",
            place=":".join(str(part) for part in (self.file, self.line, self.column, self.element) if part),
            level=text(self.level),
            what=self.sentence(),
            mend=self.advice(),
            rule=self.rule,
        )

    def sentence(self) -> str:
        """Return what is wrong, in the reader's language."""
        return text(self.what, **self.fields)

    def advice(self) -> str:
        """Return how to mend it, in the reader's language."""
        return text(self.mend, **self.fields)


class FaultyError(RefusedError):
    """A definition or a log has faults and was refused whole."""

    message = mark("Faults: {count}. Nothing was taken in.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(count=sum(fault.level is Level.ERROR for fault in faults))
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join([*map(str, self.faults), self.summary()])

    def summary(self) -> str:
        """Return how many errors there are, without them."""
        return super().__str__()
