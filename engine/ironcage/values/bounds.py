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


def is_bounded(value: Value) -> bool:
    """Return whether *value* is nested at most ``DEPTH`` deep and is no larger than the limits above."""
    return measured(value) is not None


def measured(value: Value) -> int | None:
    """Return how many values *value* is, itself included; None if it is not bounded."""
    parts = characters = 0
    stack: list[tuple[int, Value]] = [(1, value)]
    while stack:
        depth, part = stack.pop()
        parts += 1
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, list | dict):
            if depth > DEPTH or parts + len(part) > PARTS:
                return None
            stack += [(depth + 1, inner) for inner in (part if isinstance(part, list) else part.values())]
    return parts if parts <= PARTS and characters <= CHARACTERS else None
