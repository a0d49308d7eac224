"""Finds the rules that match without asking every one.

Rows of a column that say the same share one cell. A value finds the cells that may hold for it: single values by hash,
intervals by bisection, the rest (conditions, what depends on variables) one by one. The column that leaves the fewest
rows names the candidates; each of their cells is then asked once, however many rows it stands in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from ironcage.feel.temporal import on_line
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from ironcage.feel import Environment, Span, UnaryTests
    from ironcage.values import Value

COVERED = 2_000_000
"""How often intervals of one column may be noted in the segments they cover; beyond that each is asked itself."""

_ORDERED = (Decimal, str, date, time, datetime, timedelta, Months)


class Column:
    """The cells of one column, each once, and the ways that lead from a value to them."""

    __slots__ = ("buckets", "cells", "is_other", "lines", "number", "other_rows", "rows")

    def __init__(self, cells: Sequence[UnaryTests]) -> None:
        known: dict[str, int] = {}
        self.cells: list[UnaryTests] = []
        self.rows: list[list[int]] = []
        self.number = array("l")
        for row, cell in enumerate(cells):
            at = known.setdefault(cell.text, len(self.cells))
            if at == len(self.cells):
                self.cells.append(cell)
                self.rows.append([])
            self.rows[at].append(row)
            self.number.append(at)
        self.buckets: dict[Hashable, list[int]] = {}
        self.lines: dict[type, Line] = {}
        self.is_other = bytearray(len(self.cells))
        self._arrange()
        self.other_rows = sorted(row for at, rows in enumerate(self.rows) if self.is_other[at] for row in rows)

    def _arrange(self) -> None:
        intervals: dict[type, list[tuple[int, Span]]] = {}
        for at, cell in enumerate(self.cells):
            kinds = [_kind(span) for span in cell.spans or ()]
            if cell.spans is None or None in kinds:
                self.is_other[at] = True
                continue
            for span, kind in zip(cell.spans, kinds, strict=True):
                if span.is_point():
                    self.buckets.setdefault(key_of(span.low), []).append(at)
                else:
                    intervals.setdefault(cast("type", kind), []).append((at, span))
        for kind, found in intervals.items():
            line = Line.over(found)
            if line is not None:
                self.lines[kind] = line
            else:
                for at, _ in found:
                    self.is_other[at] = True

    def hits(self, value: Value) -> Sequence[int] | None:
        """Return the cells that hash and bisection lead to; None where every cell must be asked."""
        kind = type(value)
        if kind not in _HASHED:
            return None
        found = self.buckets.get(key_of(value), ())
        line = self.lines.get(kind)
        return found if line is None else [*found, *line.at(value)]

    def count(self, hits: Sequence[int] | None) -> int:
        """Return in how many rows the cells *hits* and the others stand."""
        if hits is None:
            return len(self.number)
        return len(self.other_rows) + sum(len(self.rows[at]) for at in hits)

    def candidates(self, hits: Sequence[int] | None) -> Sequence[int]:
        """Return these rows in order."""
        if hits is None:
            return range(len(self.number))
        if len(hits) == 1 and not self.other_rows:
            return self.rows[hits[0]]
        found = set(self.other_rows)
        return sorted(found.union(*(self.rows[at] for at in hits))) if hits else self.other_rows


class Line:
    """Intervals of one kind of value, cut at their ends into points and the gaps between them."""

    __slots__ = ("ends", "segments")

    def __init__(self, ends: list[Any], segments: list[list[int]]) -> None:
        self.ends = ends
        self.segments = segments

    @classmethod
    def over(cls, intervals: Sequence[tuple[int, Span]]) -> Line | None:
        """Return the line of the *intervals*; None where they do not compare, or cover each other too much."""
        found = {
            key for _, span in intervals for end in (span.low, span.high) if end is not None for key in (order_of(end),)
        }
        try:
            ends = sorted(found)
        except TypeError:
            return None
        segments: list[list[int]] = [[] for _ in range(2 * len(ends) + 1)]
        places = {end: 2 * number + 1 for number, end in enumerate(ends)}
        covered = 0
        for at, span in intervals:
            first = 0 if span.low is None else places[order_of(span.low)] + (not span.low_closed)
            last = len(segments) - 1 if span.high is None else places[order_of(span.high)] - (not span.high_closed)
            covered += max(0, last - first + 1)
            if covered > COVERED:
                return None
            for number in range(first, last + 1):
                segments[number].append(at)
        return cls(ends, segments)

    def at(self, value: Value) -> list[int]:
        """Return the cells whose interval may hold *value*."""
        key = order_of(value)
        try:
            number = bisect_left(self.ends, key)
        except TypeError:  # an instant of a zone among local times
            return []
        is_end = number < len(self.ends) and self.ends[number] == key
        return self.segments[2 * number + is_end]


class Index:
    """The rows of a table, to be asked for those that match."""

    __slots__ = ("columns", "count")

    def __init__(self, cells: Sequence[tuple[UnaryTests, ...]], width: int) -> None:
        self.count = len(cells)
        self.columns = [Column([row[at] for row in cells]) for at in range(width)]

    def matching(self, values: Sequence[Value], env: Environment) -> Iterator[int]:
        """Yield the rows all of whose cells hold for *values*, in order."""
        asked = [_Asked(column, value, env) for column, value in zip(self.columns, values, strict=True)]
        if not asked:
            yield from range(self.count)
            return
        best = min(asked, key=_Asked.count)
        checks = [(each.column.number, each.answers, each) for each in sorted(asked, key=_Asked.count)]
        for row in best.column.candidates(best.hits):
            for number, answers, each in checks:
                cell = number[row]
                answer = answers.get(cell)
                if answer is None:
                    answer = each.ask(cell)
                if not answer:
                    break
            else:
                yield row


class _Asked:
    """One column and the value it is asked for; each cell answers once."""

    __slots__ = ("answers", "column", "env", "hits", "value")

    def __init__(self, column: Column, value: Value, env: Environment) -> None:
        self.column = column
        self.value = value
        self.env = env
        self.hits = column.hits(value)
        self.answers: dict[int, bool] = {}

    def count(self) -> int:
        return self.column.count(self.hits)

    def ask(self, cell: int) -> bool:
        may = self.hits is None or bool(self.column.is_other[cell]) or cell in self.hits
        tests, since = self.column.cells[cell], len(self.env.nulls or ())
        answer = may and tests.holds(self.env, self.value) is True
        self.env.note_source(since, tests.text)
        self.answers[cell] = answer
        return answer


def key_of(value: Value) -> Hashable:
    """Return what is equal, and hashes equally, for values of one kind that FEEL calls equal."""
    kind = type(value)
    if kind is str or kind is Decimal:
        return cast("Hashable", value)
    return (kind, order_of(value))


_HASHED = frozenset((*_ORDERED, bool, type(None)))


def order_of(value: Value) -> Any:
    """Return what orders values of one kind as FEEL does."""
    return on_line(value) if isinstance(value, datetime) else value


def _kind(span: Span) -> type | None:
    """Return the Python type of the values in *span*; None where they are not hashed and ordered here."""
    kind = type(span.high if span.low is None else span.low)
    return kind if kind in (_HASHED if span.is_point() else _ORDERED) else None
