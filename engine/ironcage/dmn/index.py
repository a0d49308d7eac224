"""Finds the rules that match without asking every one.

For each column it keeps, by value, the rows whose cell is a set of single values, and apart from them the other rows.
A question goes to the column that leaves the fewest rows; their remaining cells are then asked themselves.
"""

from __future__ import annotations

from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING

from ironcage.feel.temporal import on_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.feel import Environment, UnaryTests
    from ironcage.values import Value


class Column:
    """The rows of one column: in *buckets* by key those whose cell is single values, in *others* the rest."""

    __slots__ = ("buckets", "others")

    def __init__(self, cells: Sequence[UnaryTests]) -> None:
        self.buckets: dict[Value, list[int]] = {}
        self.others: list[int] = []
        for row, cell in enumerate(cells):
            values = points(cell)
            if values is None:
                self.others.append(row)
            else:
                for key in dict.fromkeys(map(key_of, values)):
                    self.buckets.setdefault(key, []).append(row)

    def bucket(self, value: Value) -> Sequence[int]:
        """Return the rows whose cell may name *value*, in order."""
        return () if isinstance(value, list | dict) else self.buckets.get(key_of(value), ())


class Index:
    """The rows of a table, to be asked for those that match."""

    __slots__ = ("cells", "columns", "rows")

    def __init__(self, cells: Sequence[tuple[UnaryTests, ...]], width: int) -> None:
        self.cells = cells
        self.rows = range(len(cells))
        self.columns = [Column([row[at] for row in cells]) for at in range(width)]

    def matching(self, values: Sequence[Value], env: Environment) -> list[int]:
        """Return the rows all of whose cells hold for *values*, in order."""
        tests = self.cells
        return [row for row in self.candidates(values) if _holds(tests[row], values, env)]

    def candidates(self, values: Sequence[Value]) -> Sequence[int]:
        """Return a superset of the rows that match, in order, as small as one column can make it."""
        best: tuple[Sequence[int], Sequence[int]] = (self.rows, ())
        least = len(self.rows)
        for column, value in zip(self.columns, values, strict=True):
            bucket = column.bucket(value)
            size = len(bucket) + len(column.others)
            if size < least:
                best, least = (bucket, column.others), size
        bucket, others = best
        return bucket if not others else others if not bucket else list(merge(bucket, others))


def points(cell: UnaryTests) -> list[Value] | None:
    """Return the single values *cell* holds for; None if it holds for others too."""
    if cell.spans is None or not all(span.is_point() for span in cell.spans):
        return None
    return [span.low for span in cell.spans]


def key_of(value: Value) -> Value:
    """Return what is equal, and hashes equally, for values FEEL calls equal; for a few others too (1 and true)."""
    return on_line(value) if isinstance(value, datetime) else value


def _holds(cells: tuple[UnaryTests, ...], values: Sequence[Value], env: Environment) -> bool:
    return all(cell.holds(env, value) is True for cell, value in zip(cells, values, strict=True))
