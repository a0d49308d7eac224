"""How large a value may grow that an expression builds: parts that are shared count as often as they are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.values.kinds import DEPTH

if TYPE_CHECKING:
    from ironcage.values.kinds import Value

SIZE = 1_000_000
"""Values in a list or context, and characters in their texts, taken together."""


def is_bounded(value: Value) -> bool:
    """Return whether *value* is nested at most ``DEPTH`` deep and no larger than ``SIZE``."""
    size = 0
    stack: list[tuple[int, Value]] = [(1, value)]
    while stack:
        depth, part = stack.pop()
        size += len(part) + 1 if isinstance(part, str) else 1
        if isinstance(part, list | dict):
            if depth > DEPTH or size + len(part) > SIZE:
                return False
            stack += [(depth + 1, inner) for inner in (part if isinstance(part, list) else part.values())]
        elif size > SIZE:
            return False
    return True
