"""The syntax tree of an expression: what the text says, before any name is looked up.

Two trees are equal when they say the same; *at*, the offset in the text, does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ironcage.feel.types import Type
    from ironcage.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    value: Value
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; ``?`` is the input of a unary test."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """``source.name``."""

    source: Node
    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negation:
    """``-operand``."""

    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left + right``, and with ``- * / **``."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left < right``, and with ``<= > >= = !=``."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """A whole chain of ``and``, or of ``or``."""

    operator: str
    operands: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """``if condition then yes else no``."""

    condition: Node
    yes: Node
    no: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``value between low and high``."""

    value: Node
    low: Node
    high: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """``value in tests``: true when one of the tests holds."""

    value: Node
    tests: tuple[Test, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function called, by position or with *names* of the parameters."""

    function: str
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Invoke:
    """A function value called, by position or with *names* of the parameters."""

    target: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function, of the declared type if there is one."""

    name: str
    kind: Type | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """``function(a, b: number) body``; an *external* one is written in another language and is not run."""

    parameters: tuple[Parameter, ...]
    body: Node
    external: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Iteration:
    """One variable of a loop and what it runs over: a list, or the values from *source* to *end*."""

    name: str
    source: Node
    end: Node | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class For:
    """``for a in b, ... return body``; the body sees the results so far as ``partial``."""

    iterations: tuple[Iteration, ...]
    body: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some a in b, ... satisfies condition``, or ``every``."""

    every: bool
    iterations: tuple[Iteration, ...]
    condition: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """``source[condition]``: the items for which it holds, or the item at that place."""

    source: Node
    condition: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """``value instance of kind``."""

    value: Node
    kind: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Misfit:
    """What can be read but never has a result, such as a call of a function there is not."""

    reason: str
    fields: Mapping[str, object] = field(default_factory=dict, compare=False)
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """``[a, b, c]``."""

    items: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a context."""

    name: str
    value: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entries:
    """``{a: 1, b: a + 1}``; an entry sees those before it."""

    entries: tuple[Entry, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Interval:
    """``[low..high]``; a round or a turned bracket leaves the end itself out, an end that is None is open."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Against:
    """A unary test ``< endpoint``; in parentheses a range."""

    operator: str
    endpoint: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Tests:
    """The unary tests of a cell: one must hold, with *negated* none; no tests at all (``-``) always hold."""

    tests: tuple[Test, ...]
    negated: bool = False
    at: int = field(default=0, compare=False)


Node: TypeAlias = (
    Literal
    | Name
    | Path
    | Negation
    | Arithmetic
    | Comparison
    | Logic
    | If
    | Between
    | In
    | Call
    | Items
    | Entries
    | Interval
    | Against
    | Invoke
    | Definition
    | For
    | Quantified
    | Filter
    | InstanceOf
    | Misfit
)
Test: TypeAlias = Node
Branch: TypeAlias = Node | Entry | Tests | Iteration | Parameter


def children(branch: Branch) -> Iterator[Branch]:
    """Yield the branches directly under *branch*, left to right."""
    for part in fields(branch):
        value = getattr(branch, part.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, _BRANCHES):
                yield child


def walk(root: Branch) -> Iterator[tuple[int, Branch]]:
    """Yield *root* and every branch under it with its depth, without recursion: a chain may be long."""
    stack: list[tuple[int, Branch]] = [(1, root)]
    while stack:
        depth, branch = stack.pop()
        yield depth, branch
        stack.extend((depth + 1, child) for child in children(branch))


_BRANCHES = (
    Literal,
    Name,
    Path,
    Negation,
    Arithmetic,
    Comparison,
    Logic,
    If,
    Between,
    In,
    Call,
    Items,
    Entry,
    Entries,
    Interval,
    Against,
    Tests,
    Invoke,
    Definition,
    Parameter,
    Iteration,
    For,
    Quantified,
    Filter,
    InstanceOf,
    Misfit,
)
