"""What tells afterwards whether a unit of work was committed whose commit was not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ironcage.record import Event


class Witness(NamedTuple):
    """The transaction of a unit of work that has written something, as its server knows it."""

    number: str
    era: str | None = None
    """Since when the server has not crashed, where there is no event: after a crash it may give out a number again."""
    event: Event | None = None
    """The last one that the unit appended; it is never removed, and belongs to no other unit."""
