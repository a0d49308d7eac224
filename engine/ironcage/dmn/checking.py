"""Examines decision tables: rows that overlap, rows that can never answer, inputs that no row answers.

Exact for cells of single values and intervals; what a cell with variables holds for is not known before it runs, and
is given the benefit of the doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ironcage.dmn.boxes import walk
from ironcage.dmn.coverage import Coverage, TooMuchError
from ironcage.dmn.decision import Decision, Knowledge
from ironcage.dmn.pairs import pairs_of
from ironcage.dmn.policies import HitPolicy
from ironcage.dmn.regions import NOWHERE, common, is_empty
from ironcage.dmn.table import Table
from ironcage.faults import Fault, Level
from ironcage.feel import written
from ironcage.feel.types import conform
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.dmn.boxes import Logic
    from ironcage.dmn.decision import Element
    from ironcage.dmn.table import Input, Rule
    from ironcage.feel import Span

PAIRS = 300_000
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
    for file, name, logic in _logics(decisions):
        place = _Place(file, name)
        for table in walk(logic):
            if not isinstance(table, Table):
                continue
            faults += _empty(table, place)
            faults += _unordered(table, place)
            faults += _dead_cells(table, place)
            if table.policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
                faults += _overlaps(table, place)
            faults += _uncovered(table, place)
    return faults


def _logics(decisions: Sequence[Decision]) -> Iterator[tuple[str, str, Logic]]:
    """Yield file, name and logic of the decisions and of the knowledge models they require."""
    waiting: list[tuple[str, Element]] = [(decision.file, decision) for decision in decisions]
    seen = {id(decision) for decision in decisions}
    for file, element in waiting:
        if isinstance(element, Decision):
            yield file, element.id, element.logic
        elif isinstance(element, Knowledge):
            yield file, element.id, element.function.body
        else:
            continue
        for need in element.needs or ():
            if isinstance(need.element, Knowledge) and id(need.element) not in seen:
                seen.add(id(need.element))
                waiting.append((file, need.element))


def _empty(table: Table, place: _Place) -> Iterator[Fault]:
    if not table.rules:
        yield place.fault(
            table.line,
            "dmn-empty",
            mark("The table of decision {decision} has no rows; it answers null."),
            mark("Add rows to it, or take the decision out."),
        )


def _unordered(table: Table, place: _Place) -> Iterator[Fault]:
    by_output = table.policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
    if by_output and not any(output.allowed and output.allowed.order for output in table.outputs):
        yield place.fault(
            table.line,
            "dmn-no-order",
            mark("Decision {decision} answers by the order of its outputs, but no output column lists its values."),
            mark("List the values of an output column, the first in rank first, or choose the hit policy FIRST."),
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
    if column.type is not None and conform(value, column.type) is None:
        return True
    allowed = column.allowed
    return allowed is not None and not allowed.tests.names and not allowed.holds(value, NOWHERE)


def _overlaps(table: Table, place: _Place) -> Iterator[Fault]:
    same: dict[tuple[str, ...], list[Rule]] = {}
    for rule in table.rules:
        same.setdefault(tuple(cell.text for cell in rule.cells), []).append(rule)
    for group in same.values():
        if table.policy is HitPolicy.ANY and len({tuple(entry.text for entry in rule.entries) for rule in group}) == 1:
            continue
        if len(group) > 1 and (example := _example(table, group[0], group[0])) is not None:
            yield _overlap(place, group, "dmn-duplicate", example)
    firsts = [group[0] for group in same.values()]
    pairs: set[tuple[int, int]] = set()
    for pair in pairs_of(firsts, range(len(firsts)), range(len(table.inputs))):
        pairs.add(pair)
        if len(pairs) == PAIRS:
            yield _not_whole(table, place)
            break
    for first, second in sorted(pairs):
        a, b = firsts[first], firsts[second]
        if table.policy is HitPolicy.ANY and a.entries == b.entries:
            continue
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
        mark("The table of decision {decision} was not examined whole: too many of its rows can match together."),
        mark("Split it into tables with fewer rows that can match together."),
        level=Level.ADVICE,
    )


def _uncovered(table: Table, place: _Place) -> Iterator[Fault]:
    """Yield rows that are never the first to match, and inputs that no row answers."""
    try:
        coverage = Coverage(table)
        if table.policy is HitPolicy.FIRST:
            for rule in coverage.masked():
                yield place.fault(
                    rule.line,
                    "dmn-masked",
                    mark("Row {row} never answers: the rows before it match whatever it matches."),
                    mark("Move it up, or take it out."),
                    row=rule.row,
                )
        if table.rules and not table.defaults and table.policy in _ANSWERED:
            for example in coverage.gaps():
                yield place.fault(
                    table.line,
                    "dmn-gap",
                    mark("No row of decision {decision} matches, for example, {example}; the answer is null then."),
                    mark("Add a row for it, a default answer, or the values an input is allowed to have."),
                    level=Level.ADVICE,
                    example=example,
                )
    except TooMuchError:
        yield _not_whole(table, place)


_ANSWERED = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY)


def _example(table: Table, a: Rule, b: Rule) -> str | None:
    """Return an input that both rules match; None where there is none, or none is known."""
    parts: list[str] = []
    for column, first, second in zip(table.inputs, a.cells, b.cells, strict=True):
        shared = common(first, second)
        if shared is None:
            return None
        parts.append(f"{column.name} = {written(shared.value) if shared.known else '…'}")
    return ", ".join(parts)
