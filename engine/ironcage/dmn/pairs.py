"""Which rows of a table may match together: found without comparing each row with every other."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from ironcage.dmn.index import key_of, order_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.dmn.table import Rule


def pairs_of(rules: Sequence[Rule], rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of *rows* that may match together, some more than once.

    Columns of single values part the rows first; among rows that none of them parts, those pairs are left out whose
    intervals in the most telling column do not meet.
    """
    if len(rows) < 2:
        return
    parted = [(at, *_parted(rules, rows, at)) for at in columns]
    whole = len(rows) ** 2
    at, buckets, others = min(parted, key=lambda part: _spread(part[1], part[2]), default=(0, {}, list(rows)))
    if not parted or _spread(buckets, others) >= whole:
        yield from _meeting(rules, rows, columns)
        return
    rest = [column for column in columns if column != at]
    for bucket in buckets.values():
        yield from pairs_of(rules, bucket, rest)
        yield from ((min(row, other), max(row, other)) for row in bucket for other in others if row != other)
    yield from pairs_of(rules, others, rest)


def _parted(rules: Sequence[Rule], rows: Sequence[int], at: int) -> tuple[dict[object, list[int]], list[int]]:
    """Return the rows by the single values their cell of column *at* names, and the rows that name none."""
    buckets: dict[object, list[int]] = {}
    others: list[int] = []
    for row in rows:
        spans = rules[row].cells[at].spans
        if spans is None or not all(span.is_point() and not isinstance(span.low, list | dict) for span in spans):
            others.append(row)
        else:
            for key in dict.fromkeys(key_of(span.low) for span in spans):
                buckets.setdefault(key, []).append(row)
    return buckets, others


def _spread(buckets: dict[object, list[int]], others: list[int]) -> int:
    """Return about how many pairs are left to compare."""
    named = sum(len(rows) for rows in buckets.values())
    return sum(len(rows) ** 2 for rows in buckets.values()) + len(others) * (2 * named + len(others))


@dataclass(frozen=True, slots=True)
class _Reach:
    """From where to where a row's cell holds at most; None is no end."""

    row: int
    low: Any
    high: Any


def _meeting(rules: Sequence[Rule], rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of *rows* whose intervals meet in the column where the fewest do."""
    known: list[list[_Reach]] = []
    for at in columns:
        with suppress(TypeError):  # ends of two kinds, or local times beside instants, do not compare
            known.append(_reaches(rules, rows, at))
    if not known:
        yield from combinations(rows, 2)
        return
    under_way: list[_Reach] = []
    for reach in min(known, key=_meetings):
        under_way = [each for each in under_way if reach.low is None or each.high is None or not each.high < reach.low]
        yield from ((min(each.row, reach.row), max(each.row, reach.row)) for each in under_way)
        under_way.append(reach)


def _reaches(rules: Sequence[Rule], rows: Sequence[int], at: int) -> list[_Reach]:
    """Return how far the cells of column *at* reach, by their low ends.

    Raises:
        TypeError: they do not all compare.
    """
    found: list[_Reach] = []
    for row in rows:
        spans = rules[row].cells[at].spans or ()
        lows, highs = [span.low for span in spans], [span.high for span in spans]
        low = None if None in lows or not lows else min(map(order_of, lows), default=None)
        high = None if None in highs or not highs else max(map(order_of, highs), default=None)
        found.append(_Reach(row, low, high))
    ends = [end for reach in found for end in (reach.low, reach.high) if end is not None]
    least = min(ends, default=None)
    return sorted(found, key=lambda reach: (reach.low is not None, least if reach.low is None else reach.low))


def _meetings(reaches: Sequence[_Reach]) -> int:
    """Return how many pairs meet."""
    highs = sorted(reach.high for reach in reaches if reach.high is not None)
    apart = sum(bisect_left(highs, reach.low) for reach in reaches if reach.low is not None)
    return len(reaches) ** 2 - apart
