"""What a compiled expression is run in: the variables, the moment, its limits, and, if asked, why it was null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.feel.types import name_of
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Moment
    from ironcage.values import Value

STEPS = 2_000_000
"""Parts of the expression that one evaluation may work out, each as often as a loop or a call comes to it."""
NESTING = 300
"""How deep the calls of functions may nest, each counted with the depth of the function's own text."""


class LimitError(RefusedError):
    """An evaluation needs more steps, depth or room than it may have."""

    message = mark("The expression was stopped: it takes more than {limit} {what}. Simplify it, or give it less data.")


class Budget:
    """What one evaluation may still use; all its environments share it."""

    # Most evaluations use nothing: the full budget is the class's, and one of its own is only written when it is used.
    left = STEPS
    depth = 0

    def spend(self, steps: int) -> None:
        """Use up *steps*.

        Raises:
            LimitError: there are no more.
        """
        self.left -= steps
        if self.left < 0:
            raise LimitError(limit=STEPS, what=text(mark("steps")))

    def descend(self, depth: int) -> None:
        """Go *depth* deeper; the caller takes it back.

        Raises:
            LimitError: it would be too deep.
        """
        self.depth += depth
        if self.depth > NESTING:
            raise LimitError(limit=NESTING, what=text(mark("nested calls")))


@dataclass(frozen=True, slots=True)
class Null:
    """Why one part of an expression was null: the part, its offset in the text, and the kinds it was given."""

    part: str
    at: int
    kinds: tuple[str, ...]
    reason: str = ""

    def __str__(self) -> str:
        if self.reason:
            return text(
                mark("{part} at column {column}: {reason}"), part=self.part, column=self.at + 1, reason=self.reason
            )
        if not self.kinds:
            return text(mark("{part} at column {column} is not set."), part=self.part, column=self.at + 1)
        message = mark("{part} at column {column} has no result for: {kinds}.")
        return text(message, part=self.part, column=self.at + 1, kinds=", ".join(self.kinds))


class Environment:
    """One evaluation under way. *names* is never changed: an inner scope is a new environment."""

    __slots__ = ("budget", "moment", "names", "nulls")

    def __init__(
        self,
        names: Mapping[str, Value],
        moment: Moment,
        nulls: list[Null] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.names = names
        self.moment = moment
        self.nulls = nulls
        self.budget = budget or Budget()

    def inner(self, names: Mapping[str, Value]) -> Environment:
        """Return an environment that also knows *names*."""
        return Environment({**self.names, **names}, self.moment, self.nulls, self.budget)

    def note(self, part: str, at: int, *operands: Value) -> None:
        """Remember, if someone asked, that *part* had no result for *operands*."""
        if self.nulls is not None:
            self.nulls.append(Null(part, at, tuple(map(name_of, operands))))

    def note_reason(self, part: str, at: int, reason: str) -> None:
        """Remember, if someone asked, that *part* had no result, and why in words."""
        if self.nulls is not None:
            self.nulls.append(Null(part, at, (), reason))
