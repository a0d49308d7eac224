"""How large a value may grow that an expression builds: parts that are shared count as often as they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.values.kinds import DEPTH

if TYPE_CHECKING:
    from ironcage.values.kinds import Value

PARTS = 10_000
"""Values in one list or context, inner ones included."""
CHARACTERS = 1_000_000
"""Characters in one text, or in all texts of one list or context."""


_NESTING = frozenset((list, dict))


def is_bounded(value: Value) -> bool:
    """Return whether *value* is nested at most ``DEPTH`` deep and is no larger than the limits above."""
    return measured(value) is not None


def measured(value: Value) -> int | None:
    """Return how many values *value* is, itself included; None if it is not bounded."""
    if type(value) is list or type(value) is dict:
        within = value if type(value) is list else value.values()  # type: ignore[union-attr]
        kinds = set(map(type, within))
        if kinds.isdisjoint(_NESTING):  # the usual case
            letters = sum(len(part) for part in within if type(part) is str) if str in kinds else 0
            return len(within) + 1 if len(within) < PARTS and letters <= CHARACTERS else None
    parts, characters, depth = 1, 0, 0
    level = [value]
    while level:
        depth += 1
        below: list[Value] = []
        for part in level:
            kind = type(part)
            if kind is str:
                characters += len(part)  # type: ignore[arg-type]  # its type was just compared
            elif kind is list:
                below += part  # type: ignore[arg-type]
            elif kind is dict:
                below += part.values()  # type: ignore[union-attr]
            else:
                continue
            if parts + len(below) > PARTS or characters > CHARACTERS or (kind is not str and depth > DEPTH):
                return None
        parts += len(below)
        level = below
    return parts
