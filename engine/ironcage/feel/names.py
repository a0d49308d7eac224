"""Which variables an expression reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironcage.feel.tree import Definition, Entries, Filter, For, Name, Quantified, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.feel.tree import Branch


def free(branch: Branch, bound: frozenset[str] = frozenset("?"), conditions: bool = True) -> Iterator[str]:
    """Yield the variables that *branch* reads from outside, each as often as it reads it.

    What the condition of a filter names may be an entry of the items or a variable; *conditions*: whether to yield it.
    """
    match branch:
        case Name():
            if branch.name not in bound:
                yield branch.name
        case Entries():
            for entry in branch.entries:
                yield from free(entry.value, bound, conditions)
                bound |= {entry.name}
        case Definition():
            yield from free(branch.body, bound | {parameter.name for parameter in branch.parameters}, conditions)
        case For() | Quantified():
            for iteration in branch.iterations:
                yield from free(iteration.source, bound, conditions)
                if iteration.end is not None:
                    yield from free(iteration.end, bound, conditions)
                bound |= {iteration.name}
            body = branch.body if isinstance(branch, For) else branch.condition
            yield from free(body, bound | {"partial"} if isinstance(branch, For) else bound, conditions)
        case Filter():
            yield from free(branch.source, bound, conditions)
            if conditions:
                yield from free(branch.condition, bound | {"item"}, conditions)
        case _:
            for child in children(branch):
                yield from free(child, bound, conditions)
