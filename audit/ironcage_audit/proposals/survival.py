"""How long things take when some of them are not over yet: the Kaplan-Meier estimate.

Leaving open cases out makes every unit look fast; here a case that is still open counts for as long as it has been
seen. Source: E. L. Kaplan and P. Meier, Nonparametric Estimation from Incomplete Observations, JASA 53 (1958).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Survival:
    """The estimated share of things still open after a time; exact fractions, so that it is the same everywhere."""

    observed: int
    """How many were seen to end."""
    censored: int
    """How many were still open when last seen."""
    steps: tuple[tuple[int, Fraction], ...]
    """(time, share still open after it), at each time at which something ended, earliest first."""

    def quantile(self, share: Fraction) -> int | None:
        """Return the time by which *share* of all things are over, or None where the data do not reach that far."""
        return next((time for time, open_ in self.steps if open_ <= 1 - share), None)

    def over_by(self, time: int) -> Fraction:
        """Return the share of all things that are over at *time*."""
        last = Fraction(1)
        for at, open_ in self.steps:
            if at > time:
                break
            last = open_
        return 1 - last


def kaplan_meier(spans: Iterable[tuple[int, bool]]) -> Survival:
    """Estimate from pairs of the time something was seen for and whether it ended then.

    Where one thing ended at the time another was last seen, the end counts first, as is usual.
    """
    ordered = sorted(spans)
    at_risk = len(ordered)
    share = Fraction(1)
    steps: list[tuple[int, Fraction]] = []
    observed = 0
    for time, group in groupby(ordered, key=lambda span: span[0]):
        ends = [ended for _, ended in group]
        died = sum(ends)
        if died:
            share *= Fraction(at_risk - died, at_risk)
            steps.append((time, share))
            observed += died
        at_risk -= len(ends)
    return Survival(observed, len(ordered) - observed, tuple(steps))
