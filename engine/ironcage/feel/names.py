"""Which variables an expression reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.tree import Entries, Name, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.feel.tree import Branch


def free(branch: Branch, bound: frozenset[str] = frozenset("?")) -> Iterator[str]:
    """Yield the variables that *branch* reads from outside, each as often as it reads it."""
    if isinstance(branch, Name):
        if branch.name not in bound:
            yield branch.name
    elif isinstance(branch, Entries):
        for entry in branch.entries:
            yield from free(entry.value, bound)
            bound = bound | {entry.name}
    else:
        for child in children(branch):
            yield from free(child, bound)
