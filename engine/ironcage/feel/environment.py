"""What a compiled expression is run in: the variables, the moment, and, when someone asks, why something was null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.messages import mark, text
from ironcage.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.clock import Moment
    from ironcage.values import Value


@dataclass(frozen=True, slots=True)
class Null:
    """Why one part of an expression was null: the part, its offset in the text, and the kinds it was given."""

    part: str
    at: int
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        if not self.kinds:
            return text(mark("{part} at column {column} is not set."), part=self.part, column=self.at + 1)
        message = mark("{part} at column {column} has no result for: {kinds}.")
        return text(message, part=self.part, column=self.at + 1, kinds=", ".join(self.kinds))


class Environment:
    """One evaluation under way. *names* is never changed: an inner scope is a new environment."""

    __slots__ = ("moment", "names", "nulls")

    def __init__(self, names: Mapping[str, Value], moment: Moment, nulls: list[Null] | None = None) -> None:
        self.names = names
        self.moment = moment
        self.nulls = nulls

    def inner(self, names: Mapping[str, Value]) -> Environment:
        """Return an environment that also knows *names*."""
        return Environment({**self.names, **names}, self.moment, self.nulls)

    def note(self, part: str, at: int, *operands: Value) -> None:
        """Remember, if someone asked, that *part* had no result for *operands*."""
        if self.nulls is not None:
            self.nulls.append(Null(part, at, tuple(kind_of(operand).value for operand in operands)))
