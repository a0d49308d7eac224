"""Where a process keeps the limit of a step: the decision table whose answer the step's deadline is reckoned from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ironcage.clock import Moment
from ironcage.dmn.table import Table
from ironcage.errors import RefusedError
from ironcage.messages import mark
from ironcage.program import Kind
from ironcage.xml import line_of, parse

if TYPE_CHECKING:
    from ironcage.clock import Micros
    from ironcage.definitions import Definition
    from ironcage.dmn import Decision
    from ironcage.dmn.table import Rule

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND


class CellNotFoundError(RefusedError):
    """A cell of a table cannot be changed in place."""

    message = mark("{file}:{line}: the limit {limit} does not stand alone on its line; change it by hand.")


@dataclass(frozen=True, slots=True)
class LimitTable:
    """A table that says, by one field of the case data, how long a step may take."""

    decision: Decision
    table: Table
    field: str
    """The field of the case data it asks for."""

    def row(self, value: str) -> Rule | None:
        """Return the row for *value* of the field, or None."""
        matching = [rule for rule in self.table.rules if rule.cells[0].text == f'"{value}"']
        return matching[0] if len(matching) == 1 else None

    def limit(self, row: Rule) -> Micros | None:
        """Return the limit that *row* states, or None where it is no plain duration."""
        value = row.entries[0].evaluate({}, Moment(0))
        return value // MICROSECOND if isinstance(value, timedelta) else None


def limit_table(definition: Definition, element: str) -> LimitTable | None:
    """Return the table behind the deadline of *element*, or None where the deadline does not come from one.

    It is the table with one input whose answer is kept in a variable that the expression of the deadline reads.
    """
    nodes = definition.program.nodes
    due = next((node.due for node in nodes if node.id == element), None)
    expression = (due.at or due.within) if due else None
    if expression is None:
        return None
    for node in nodes:
        if node.kind is Kind.BUSINESS_RULE_TASK and node.decision and node.result in expression.names:
            decision = definition.program.decisions[node.decision]
            table = decision.logic
            if isinstance(table, Table) and len(table.inputs) == len(table.outputs) == 1:
                return LimitTable(decision, table, table.inputs[0].expression.text)
    return None


def with_limit(source: bytes, file: str, row: Rule, limit: str) -> bytes:
    """Return the DMN file *source* with the answer of *row* replaced by *limit*, and not another byte changed.

    Raises:
        CellNotFoundError: the cell does not stand on one line by itself.
    """
    old = row.entries[0].text
    line = _line_of_answer(source, file, row)
    lines = source.decode("utf-8").splitlines(keepends=True)
    written = f">{escape(old)}<"
    if lines[line - 1].count(written) != 1:
        raise CellNotFoundError(file=file, line=line, limit=old)
    lines[line - 1] = lines[line - 1].replace(written, f">{escape(limit)}<")
    return "".join(lines).encode("utf-8")


def difference(before: bytes, after: bytes, file: str) -> str:
    """Return what changed between two texts of *file*, as a unified diff with three lines around it."""
    old, new = (text.decode("utf-8").splitlines() for text in (before, after))
    return "\n".join(unified_diff(old, new, f"a/{file}", f"b/{file}", lineterm=""))


def _line_of_answer(source: bytes, file: str, row: Rule) -> int:
    """Return the line on which the text of the row's one answer stands."""
    for rule in parse(source, file).iter("{*}rule"):
        if line_of(rule) == row.line and rule.get("id", row.id) == row.id:
            return next((line_of(text) for text in rule.iterfind("{*}outputEntry/{*}text")), row.line)
    return row.line
