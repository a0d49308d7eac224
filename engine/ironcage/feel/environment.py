"""What a compiled expression is run in: the variables, the moment, its limits, and, if asked, why it was null."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ironcage.errors import RefusedError
from ironcage.feel.literals import literal
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


NOTES = 1_000
"""How many nulls are explained of one evaluation; a loop could have millions."""
NOWHERE = -1
"""The offset of what stands in no text."""
_SHOWN = 60
"""Characters shown of a value or an expression."""


class LimitError(RefusedError):
    """An evaluation needs more steps, depth or room than it may have."""

    message = mark("The expression was stopped: it takes more than {limit} steps. Simplify it, or give it less data.")


class NestingLimitError(LimitError):
    """Calls of functions are nested too deep."""

    message = mark("The expression was stopped: calls are nested more than {limit} deep. Simplify it.")


class SizeLimitError(LimitError):
    """A list grows too long."""

    message = mark("The expression was stopped: a list has more than {limit} items. Give it less data.")


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
            raise LimitError(limit=STEPS)

    def descend(self, depth: int) -> None:
        """Go *depth* deeper; the caller takes it back.

        Raises:
            NestingLimitError: it would be too deep.
        """
        self.depth += depth
        if self.depth > NESTING:
            raise NestingLimitError(limit=NESTING)


@dataclass(frozen=True, slots=True)
class Null:
    """Why one part of an expression was null: the part, its offset in the text, and what it was given."""

    part: str
    at: int
    operands: tuple[Value, ...] = ()
    reason: str = ""
    """In words, with braces for *fields*; it is put into the reader's language when it is shown."""
    fields: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    """The expression it is in, where it is one of many."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types of the operands."""
        return tuple(map(name_of, self.operands))

    def __str__(self) -> str:
        said = self._said()
        return text(mark("In {source}: {reason}"), source=_cut(self.source), reason=said) if self.source else said

    def _said(self) -> str:
        column = self.at + 1
        if self.reason:
            reason = text(self.reason, **self.fields)
            if self.at == NOWHERE:
                return text(mark("{part}: {reason}"), part=self.part, reason=reason) if self.part else reason
            if not self.part:
                return text(mark("Column {column}: {reason}"), column=column, reason=reason)
            return text(mark("{part} at column {column}: {reason}"), part=self.part, column=column, reason=reason)
        if not self.operands:
            return text(mark("{part} at column {column} is not set."), part=self.part, column=column)
        operands = ", ".join(_cut(literal(value)) for value in self.operands)
        message = mark("{part} at column {column} has no result for: {operands}.")
        return text(message, part=self.part, column=column, operands=operands)


def _cut(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= _SHOWN else said[:_SHOWN] + "…"


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
        self.budget = Budget() if budget is None else budget

    def inner(self, names: Mapping[str, Value]) -> Environment:
        """Return an environment that also knows *names*."""
        return Environment({**self.names, **names}, self.moment, self.nulls, self.budget)

    def note(self, part: str, at: int, *operands: Value) -> None:
        """Remember, if someone asked, that *part* had no result for *operands*."""
        if self.nulls is not None and len(self.nulls) < NOTES:
            self.nulls.append(Null(part, at, operands))

    def note_reason(self, part: str, at: int, reason: str, **fields: object) -> None:
        """Remember, if someone asked, that *part* had no result, and why in words."""
        if self.nulls is not None and len(self.nulls) < NOTES:
            self.nulls.append(Null(part, at, (), reason, fields))

    def note_source(self, since: int, source: str) -> None:
        """Say of the nulls remembered *since* then that they are in the expression *source*."""
        if self.nulls is not None:
            for at in range(since, len(self.nulls)):
                if not self.nulls[at].source:
                    self.nulls[at] = replace(self.nulls[at], source=source)

    def note_stop(self, error: LimitError) -> None:
        """Remember, if someone asked, that the whole was stopped."""
        if self.nulls is not None:
            self.nulls.append(Null("", NOWHERE, (), error.message, error.fields))
