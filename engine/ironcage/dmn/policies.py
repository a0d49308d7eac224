"""Hit policies: what a table answers when several of its rules match.

Source: DMN 1.5, 8.2.10 (hit policies) and table 31.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from ironcage.feel.arithmetic import add
from ironcage.feel.comparison import equal, less
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ironcage.values import Value


class HitPolicy(StrEnum):
    """The hit policies, as a file names them."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    FIRST = "FIRST"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of the answers it collects."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


LETTERS: dict[str, tuple[HitPolicy, Aggregation | None]] = {
    "U": (HitPolicy.UNIQUE, None),
    "A": (HitPolicy.ANY, None),
    "F": (HitPolicy.FIRST, None),
    "P": (HitPolicy.PRIORITY, None),
    "R": (HitPolicy.RULE_ORDER, None),
    "O": (HitPolicy.OUTPUT_ORDER, None),
    "C": (HitPolicy.COLLECT, None),
    "C+": (HitPolicy.COLLECT, Aggregation.SUM),
    "C<": (HitPolicy.COLLECT, Aggregation.MIN),
    "C>": (HitPolicy.COLLECT, Aggregation.MAX),
    "C#": (HitPolicy.COLLECT, Aggregation.COUNT),
}
"""The policies by the letters drawn in the corner of a table."""


def letters(policy: HitPolicy, aggregation: Aggregation | None) -> str:
    """Return the letters of a policy."""
    return next(word for word, found in LETTERS.items() if found == (policy, aggregation))


def aggregated(how: Aggregation, values: Sequence[Value]) -> Value:
    """Return the sum, the least, the greatest or the number of *values*, of which there is one at least."""
    match how:
        case Aggregation.COUNT:
            return Decimal(len(values))
        case Aggregation.SUM:
            return _folded(values, _sum)
        case Aggregation.MIN:
            return _folded(values, lambda a, b: _chosen(less(b, a), b, a))
        case Aggregation.MAX:
            return _folded(values, lambda a, b: _chosen(less(a, b), b, a))


def same(values: Sequence[Value]) -> bool:
    """Return whether all *values* are equal."""
    return all(equal(values[0], value) is True or values[0] is value for value in values[1:])


def _folded(values: Sequence[Value], join: Callable[[Value, Value], Value]) -> Value:
    result = values[0]
    for value in values[1:]:
        result = join(result, value)
        if result is None:
            return None
    return result


def _sum(a: Value, b: Value) -> Value:
    return add(a, b) if isinstance(a, Decimal | timedelta | Months) else None


def _chosen(answer: bool | None, yes: Value, no: Value) -> Value:
    return None if answer is None else yes if answer else no
