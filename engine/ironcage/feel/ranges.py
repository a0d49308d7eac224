"""Ranges as values: ``[1..3]``, ``(< 10)``, and which values lie in one.

Source: DMN 1.5, 10.3.2.7 (ranges).
"""

from __future__ import annotations

from dataclasses import dataclass

from ironcage.feel.comparison import PREDICATES, at_most, equal, within
from ironcage.values import Transient, Value


@dataclass(frozen=True, slots=True, eq=False)
class Range(Transient):
    """The values from *low* to *high*, or those for which ``value operator end`` holds.

    With an operator that has one end the other is null. A null end that was written, as in ``[null..1]``, compares
    with nothing.
    """

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True
    operator: str = ""

    def contains(self, value: Value) -> bool | None:
        """Return whether *value* lies in it; null where it does not compare with an end."""
        if self.operator:
            return PREDICATES[self.operator](value, self.low if self.low is not None else self.high)
        return within(value, self.low, self.high, self.low_closed, self.high_closed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Range):
            return NotImplemented
        if (self.low_closed, self.high_closed, self.operator) != (other.low_closed, other.high_closed, other.operator):
            return False
        return equal(self.low, other.low) is True and equal(self.high, other.high) is True

    def __hash__(self) -> int:
        return hash((self.low_closed, self.high_closed, self.operator))


def spanned(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Range | None:
    """Return the range between two ends; null where they do not compare, come in the wrong order, or are both null."""
    if low is None and high is None:
        return None
    if low is not None and high is not None and at_most(low, high) is not True:
        return None
    return Range(low, high, low_closed, high_closed)


def against(operator: str, end: Value) -> Range | None:
    """Return the range a unary test ``< end`` means; null where there is none."""
    if operator in ("=", "!="):
        return Range(end, end, operator=operator)
    if at_most(end, end) is None:
        return None
    if operator in ("<", "<="):
        return Range(None, end, low_closed=False, high_closed=operator == "<=", operator=operator)
    return Range(end, None, low_closed=operator == ">=", high_closed=False, operator=operator)
