"""Examines decision tables: rows that say the same, rows that overlap, cells that can never match.

Exact for cells of single values and intervals; what a cell with variables holds for is not known before it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.dmn.index import Column, key_of, points
from ironcage.dmn.regions import NOWHERE, common, is_empty
from ironcage.dmn.table import Table
from ironcage.faults import Fault, Level
from ironcage.feel import written
from ironcage.messages import mark
from ironcage.values import conforms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.dmn.decision import Decision
    from ironcage.dmn.table import Input, Rule
    from ironcage.feel import Span

PAIRS = 1_000_000
"""More pairs of rows than this are not compared."""

_SPLIT = mark("Change the rows so that at most one of them matches, or join them into one.")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the faults of one table stand."""

    file: str
    decision: str

    def fault(
        self, line: int, rule: str, what: str, mend: str, /, level: Level = Level.WARNING, **fields: object
    ) -> Fault:
        return Fault(
            self.file, line, self.decision, rule, what, mend, level, fields={"decision": self.decision, **fields}
        )


def check(decisions: Sequence[Decision]) -> list[Fault]:
    """Return what is suspect in the tables of *decisions*: warnings, and advice where one was not examined whole."""
    faults: list[Fault] = []
    for decision in decisions:
        if isinstance(decision.logic, Table):
            place = _Place(decision.file, decision.id)
            faults += _empty(decision.logic, place)
            faults += _dead_cells(decision.logic, place)
            faults += _overlaps(decision.logic, place)
    return faults


def _empty(table: Table, place: _Place) -> Iterator[Fault]:
    if not table.rules:
        yield place.fault(
            table.line,
            "dmn-empty",
            mark("The table of decision {decision} has no rows; it answers null."),
            mark("Add rows to it, or take the decision out."),
        )


def _dead_cells(table: Table, place: _Place) -> Iterator[Fault]:
    for rule in table.rules:
        for column, cell, line in zip(table.inputs, rule.cells, rule.cell_lines, strict=True):
            if cell.spans is not None and all(is_empty(span) or _is_strange(column, span) for span in cell.spans):
                yield place.fault(
                    line,
                    "dmn-never-matches",
                    mark("Row {row}, column {column}: no value the column may have passes {cell}."),
                    mark("Correct the cell, or take the row out."),
                    row=rule.row,
                    column=column.name,
                    cell=cell.text,
                )


def _is_strange(column: Input, span: Span) -> bool:
    """Return whether *span* is a single value that *column* cannot have."""
    value = span.low
    if not span.is_point() or value is None:
        return False
    if column.kind is not None and not conforms(value, column.kind):
        return True
    allowed = column.allowed
    return allowed is not None and not allowed.names and allowed.holds(NOWHERE, value) is False


def _overlaps(table: Table, place: _Place) -> Iterator[Fault]:
    same: dict[tuple[str, ...], list[Rule]] = {}
    for rule in table.rules:
        same.setdefault(tuple(cell.text for cell in rule.cells), []).append(rule)
    for group in same.values():
        if len(group) > 1 and (example := _example(table, group[0], group[0])) is not None:
            yield _overlap(place, group, "dmn-duplicate", example)
    firsts = [group[0] for group in same.values()]
    for compared, (a, b) in enumerate(_pairs(firsts, len(table.inputs))):
        if compared == PAIRS:
            yield _not_whole(table, place)
            return
        if (example := _example(table, a, b)) is not None:
            yield _overlap(place, [a, b], "dmn-overlap", example)


def _overlap(place: _Place, rules: list[Rule], name: str, example: str) -> Fault:
    rows, lines = (", ".join(str(number) for number in numbers) for numbers in _numbers(rules))
    return place.fault(
        rules[-1].line,
        name,
        mark("Decision {decision}: rows {rows} (lines {lines}) all match, for example, {example}."),
        _SPLIT,
        rows=rows,
        lines=lines,
        example=example,
    )


def _numbers(rules: list[Rule]) -> tuple[list[int], list[int]]:
    return [rule.row for rule in rules], [rule.line for rule in rules]


def _not_whole(table: Table, place: _Place) -> Fault:
    return place.fault(
        table.line,
        "dmn-not-examined",
        mark("The table of decision {decision} was not compared whole: it has more than {pairs} pairs of rows."),
        mark("Split it into tables with fewer rows that can match together."),
        level=Level.ADVICE,
        pairs=PAIRS,
    )


def _pairs(rules: Sequence[Rule], width: int) -> Iterator[tuple[Rule, Rule]]:
    """Yield the pairs of rows that one column does not tell apart by single values."""
    if width == 0:
        return
    columns = [Column([rule.cells[at] for rule in rules]) for at in range(width)]
    at = min(range(width), key=lambda number: _spread(columns[number], len(rules)))
    column = columns[at]
    open_rows = set(column.others)
    for number, rule in enumerate(rules):
        values = points(rule.cells[at])
        if values is None:
            partners = set(range(number + 1, len(rules)))
        else:
            named = {row for key in map(key_of, values) for row in column.buckets[key]}
            partners = {row for row in named | open_rows if row > number}
        for partner in sorted(partners):
            yield rule, rules[partner]


def _spread(column: Column, count: int) -> int:
    """Return about how many pairs *column* leaves to compare."""
    return sum(len(rows) ** 2 for rows in column.buckets.values()) + len(column.others) * count


def _example(table: Table, a: Rule, b: Rule) -> str | None:
    """Return an input that both rules match; None where there is none, or none is known."""
    parts: list[str] = []
    for column, first, second in zip(table.inputs, a.cells, b.cells, strict=True):
        shared = common(first, second)
        if shared is None:
            return None
        parts.append(f"{column.name} = {written(shared.value) if shared.known else '…'}")
    return ", ".join(parts)
