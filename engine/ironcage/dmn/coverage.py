"""Which inputs the rows of a table cover, found exactly by cutting every column where its cells begin and end.

A column falls into regions within which no cell changes its answer: single values, the gaps between them, and all
values that are named nowhere. A cell that reads variables is never the reason for a report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from ironcage.dmn.index import key_of
from ironcage.dmn.regions import NOWHERE, between
from ironcage.errors import IroncageError
from ironcage.feel import FeelSyntaxError, compile_tests, written
from ironcage.feel.comparison import equal, less
from ironcage.values import Months

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from ironcage.dmn.table import Input, Rule, Table
    from ironcage.feel import Span, UnaryTests
    from ironcage.values import Value

WORK = 3_000_000
"""How many cells are looked at before a table is left unexamined."""
GAPS = 10
"""How many inputs without an answer are told of one table."""

_ORDERED = (Decimal, date, time, datetime, timedelta, Months, str)
_BY_NAME: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "days and time duration": timedelta,
    "years and months duration": Months,
}


class TooMuchError(IroncageError):
    """The table is too large to be examined."""


@dataclass(frozen=True, slots=True)
class Region:
    """Values that no cell of a column tells apart, by one of them.

    *is_left_out*: it is no omission if no row answers them, because the cells only list single values and nobody said
    which there are.
    """

    value: Value
    is_left_out: bool

    def example(self) -> str:
        """Return the value as people read it."""
        return "…" if self.value is ANYTHING else written(self.value)


class Axis:
    """The regions of one column and, for each of its cells, which of them it holds for; None: it is not known."""

    def __init__(self, column: Input, cells: Sequence[UnaryTests], work: Work) -> None:
        distinct = {cell.text: cell for cell in cells}
        spans = {text: _spans(cell) for text, cell in distinct.items()}
        named = [span for each in spans.values() for span in each or ()]
        allowed = column.allowed.tests if column.allowed else None
        listed = (_spans(allowed) or ()) if allowed else ()
        self.name = column.name
        values = _cut((*named, *listed), _kinds(column, (*named, *listed)))
        if allowed is not None and not allowed.names:
            values = [value for value in values if value is not ANYTHING and allowed.holds(NOWHERE, value) is True]
        known = {key_of(span.low) for span in named if span.is_point()}
        lists = allowed is None and all(span.is_point() for span in named)
        self.regions = [
            Region(
                value, lists and value is not ANYTHING and not isinstance(value, bool) and key_of(value) not in known
            )
            for value in values
        ]
        # No column is expected to answer null or, without a type, values of kinds it does not name; but it may.
        self.regions += [Region(value, True) for value in (None, ANYTHING) if value not in values]
        places = {key_of(region.value): at for at, region in enumerate(self.regions)}
        self.covers = {text: self._covered(cell, spans[text], places, work) for text, cell in distinct.items()}

    def _covered(
        self, cell: UnaryTests, spans: Sequence[Span] | None, places: dict[Hashable, int], work: Work
    ) -> frozenset[int] | None:
        if cell.always:
            return frozenset(range(len(self.regions)))
        if spans is None:
            return None
        if cell.spans is not None and all(span.is_point() for span in spans):
            return frozenset(places[key] for span in spans if (key := key_of(span.low)) in places)
        work.spend(len(self.regions))
        return frozenset(
            at
            for at, region in enumerate(self.regions)
            if (cell.spans is None if region.value is ANYTHING else cell.holds(NOWHERE, region.value) is True)
        )


class Work:
    """How much may still be looked at."""

    def __init__(self) -> None:
        self.left = WORK

    def spend(self, amount: int) -> None:
        """Use up *amount*."""
        self.left -= amount
        if self.left < 0:
            raise TooMuchError


class Coverage:
    """The rows of *table* over the regions of its columns."""

    def __init__(self, table: Table) -> None:
        self.work = Work()
        self.rules = table.rules
        self.axes = [
            Axis(column, [rule.cells[at] for rule in table.rules], self.work) for at, column in enumerate(table.inputs)
        ]

    def gaps(self) -> list[str]:
        """Return inputs that no row matches, as many as are told, each as ``a = 1, b = "x"``."""
        if not all(axis.regions for axis in self.axes):
            return []
        whole = [
            frozenset(at for at, region in enumerate(axis.regions) if not region.is_left_out) for axis in self.axes
        ]
        rows = [self._boxes(rule, whole) for rule in self.rules]
        found: list[str] = []
        for example in _Search(self.axes, whole, rows, self.work).uncovered(list(range(len(rows))), 0):
            found.append(example)
            if len(found) == GAPS:
                break
        return found

    def masked(self) -> Iterator[Rule]:
        """Yield the rows that match nothing but what rows before them match."""
        nothing: list[frozenset[int]] = [frozenset() for _ in self.axes]
        before: list[list[frozenset[int]]] = []
        for rule in self.rules:
            mine = [axis.covers[cell.text] for axis, cell in zip(self.axes, rule.cells, strict=True)]
            within = [covered for covered in mine if covered]
            if before and len(within) == len(mine):
                search = _Search(self.axes, within, before, self.work)
                if next(search.uncovered(list(range(len(before))), 0), None) is None:
                    yield rule
            before.append(self._boxes(rule, nothing))

    def _boxes(self, rule: Rule, unknown: list[frozenset[int]]) -> list[frozenset[int]]:
        covered = (axis.covers[cell.text] for axis, cell in zip(self.axes, rule.cells, strict=True))
        return [mine if mine is not None else default for mine, default in zip(covered, unknown, strict=True)]


class _Search:
    """Looks for regions *within* that none of the *rows* covers, column by column."""

    def __init__(
        self, axes: list[Axis], within: list[frozenset[int]], rows: list[list[frozenset[int]]], work: Work
    ) -> None:
        self.axes = axes
        self.within = within
        self.rows = rows
        self.work = work
        self._complete: set[tuple[int, ...]] = set()

    def uncovered(self, rows: list[int], at: int) -> Iterator[str]:
        """Yield examples of what *rows* do not cover from column *at* on."""
        if at == len(self.axes):
            if not rows:
                yield ""
            return
        if (key := (at, *rows)) in self._complete:
            return
        found = False
        for region, inner in self._parts(rows, at):
            axis = self.axes[at]
            said = f"{axis.name} = {axis.regions[region].example()}"
            for rest in self.uncovered(inner, at + 1):
                found = True
                yield f"{said}, {rest}" if rest else said
        if not found:
            self._complete.add(key)

    def _parts(self, rows: list[int], at: int) -> Iterator[tuple[int, list[int]]]:
        """Yield the regions of column *at* with the rows that cover each, one for neighbours with the same rows."""
        within = self.within[at]
        whole = [row for row in rows if self.rows[row][at] >= within]
        by_region: dict[int, list[int]] = {region: [] for region in sorted(within)}
        self.work.spend(len(rows) + len(within))
        all_of_it = set(whole)
        for row in rows:
            if row not in all_of_it:
                covered = self.rows[row][at] & within
                self.work.spend(len(covered))
                for region in covered:
                    by_region[region].append(row)
        before: list[int] | None = None
        for region, some in by_region.items():
            if some != before:
                yield region, sorted((*whole, *some))
            before = some


class _Anything:
    """Stands for any value of a column whose cells name none."""


ANYTHING = cast("Value", _Anything())


def _spans(cell: UnaryTests) -> Sequence[Span] | None:
    """Return where *cell* begins and ends, those of ``not(...)`` included; None where it is not known."""
    if cell.always:
        return ()
    spans = cell.spans
    text = cell.text.strip()
    if spans is None and not cell.names and text.startswith("not(") and text.endswith(")"):
        try:
            spans = compile_tests(text[4:-1]).spans
        except FeelSyntaxError:
            return None
    if spans is None:
        return None
    ends = [end for span in spans for end in (span.low, span.high) if end is not None]
    return spans if all(type(end) in (*_ORDERED, bool) for end in ends) else None


def _kinds(column: Input, spans: Sequence[Span]) -> set[type]:
    """Return the kinds of value the column may have: the declared one, else those its cells name."""
    kind: Any = column.type
    while hasattr(kind, "base"):
        kind = kind.base
    if kind is not None and kind.name in _BY_NAME:
        return {_BY_NAME[kind.name]}
    return {type(end) for span in spans for end in (span.low, span.high) if end is not None}


def _cut(spans: Sequence[Span], kinds: set[type]) -> list[Value]:
    """Return a value of each region that *spans* cut the values of *kinds* into."""
    values: list[Value] = []
    for kind in sorted(kinds, key=lambda each: each.__name__):
        ends = [end for span in spans for end in (span.low, span.high) if type(end) is kind]
        if kind is bool:
            values += [True, False]
        elif not ends:
            values.append(ANYTHING)
        elif kind is str and all(span.is_point() for span in spans):
            values += [*dict.fromkeys(ends), _unnamed(cast("list[str]", ends))]
        else:
            values += _line(list({key_of(end): end for end in ends}.values()))
    return values or [ANYTHING]


def _unnamed(ends: list[str]) -> str:
    number = 1
    while (candidate := "?" * number) in ends:
        number += 1
    return candidate


def _line(ends: list[Value]) -> list[Value]:
    """Return the *ends* in order, with a value before, between and behind them where there is one."""
    ordered = sorted(ends, key=_Ordered)
    values: list[Value] = list(between(None, ordered[0]))
    for low, high in zip(ordered, [*ordered[1:], None], strict=True):
        values.append(low)
        values += between(low, high)
    return values


class _Ordered:
    def __init__(self, value: Value) -> None:
        self.value = value

    def __lt__(self, other: _Ordered) -> bool:
        return less(self.value, other.value) is True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ordered) and equal(self.value, other.value) is True

    __hash__ = None  # type: ignore[assignment]  # only sorted
