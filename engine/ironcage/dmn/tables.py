"""Reads one decision table of a DMN file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.dmn.policies import Aggregation, HitPolicy
from ironcage.dmn.table import Allowed, Input, Output, Rule, Table
from ironcage.dmn.trouble import written_in
from ironcage.feel import compile_tests, constant
from ironcage.messages import mark
from ironcage.xml import elements, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ironcage.dmn.trouble import Scope, Trouble
    from ironcage.dmn.types import Types
    from ironcage.feel import Expression, UnaryTests

_ANYTHING = compile_tests("-")
_NOTHING = constant(None, "")


class TableReader:
    """Reads the table *element* of the decision *decision*, which declares the type *typed*."""

    def __init__(
        self, element: etree._Element, decision: str, scope: Scope, types: Types, typed: str | None = None
    ) -> None:
        self.typed = typed
        self.element = element
        self.decision = decision
        self.scope = scope
        self.types = types
        self.trouble: Trouble = types.trouble
        self.parts: dict[str, list[etree._Element]] = {"input": [], "output": [], "rule": []}

    def table(self) -> Table | None:
        """Return the table; None where it has faults."""
        self._sort()
        before = len(self.trouble.faults)
        policy, aggregation = self._policy()
        inputs = [self._input(number, each) for number, each in enumerate(self.parts["input"], 1)]
        outputs = [self._output(number, each) for number, each in enumerate(self.parts["output"], 1)]
        self._columns(outputs)
        columns = tuple(column for column in inputs if column)
        # Of a table with a faulty column the cells are read too, so that their faults are told with it.
        rules = [self._rule(row, each, inputs, outputs) for row, each in enumerate(self.parts["rule"], 1)]
        if len(self.trouble.faults) > before:
            return None
        found = tuple(rule for rule in rules if rule)
        return Table(self.decision, line_of(self.element), columns, tuple(outputs), found, policy, aggregation)

    def _policy(self) -> tuple[HitPolicy, Aggregation | None]:
        policy, aggregation = self.element.get("hitPolicy") or "UNIQUE", self.element.get("aggregation")
        collects = policy == HitPolicy.COLLECT
        known = policy in set(HitPolicy) and (aggregation is None or (collects and aggregation in set(Aggregation)))
        if not known or (aggregation and len(self.parts["output"]) > 1):
            self.trouble.add(
                self.element, "dmn-hit-policy", mark("There is no hit policy {policy} for a table like this."),
                mark("Use one of the standard; only COLLECT aggregates, and only over one output column."),
                policy=" ".join(filter(None, (policy, aggregation))),
            )  # fmt: skip
            return HitPolicy.UNIQUE, None
        return HitPolicy(policy), Aggregation(aggregation) if aggregation else None

    def _sort(self) -> None:
        for child in elements(self.element):
            tag = etree.QName(child).localname
            if tag in self.parts:
                self.parts[tag].append(child)
            elif tag not in ("annotation", "description", "extensionElements"):
                self._unsupported(child)

    def _columns(self, outputs: list[Output]) -> None:
        names = [output.name for output in outputs]
        if not names:
            self.trouble.add(
                self.element, "dmn-output", mark("The table has no output column."), mark("Add an output column to it.")
            )
        elif len(names) > 1 and (len(set(names)) < len(names) or not all(names)):
            self.trouble.add(
                self.element, "dmn-output", mark("Of several output columns each needs a name of its own."),
                mark("Give each output column a name."),
            )  # fmt: skip

    def _input(self, number: int, element: etree._Element) -> Input | None:
        holder = element.find("{*}inputExpression")
        self._only(element, "inputExpression", "inputValues")
        place = str(element.get("label") or number)
        expression = None if holder is None else self.trouble.expression(holder, self.scope, place)
        if holder is None or expression is None:
            if holder is None or not written_in(holder).strip():
                self.trouble.add(
                    element, "dmn-input", mark("Input column {place} has no expression."),
                    mark("Write which variable or expression it looks at."), place=place,
                )  # fmt: skip
            return None
        allowed = self._allowed(element, "inputValues", place, holder.get("typeRef"))
        name = element.get("label") or expression.text
        return Input(name, line_of(element), expression, self.types.referred(holder), allowed)

    def _output(self, number: int, element: etree._Element) -> Output:
        self._only(element, "defaultOutputEntry", "outputValues")
        name = element.get("name") or element.get("label") or ""
        holder = element.find("{*}defaultOutputEntry")
        default = None if holder is None else self.trouble.expression(holder, self.scope, name or str(number))
        typed = element.get("typeRef") or (self.typed if len(self.parts["output"]) == 1 else None)
        allowed = self._allowed(element, "outputValues", name or str(number), typed)
        return Output(name, line_of(element), self.types.referred(element), allowed, default)

    def _allowed(self, element: etree._Element, tag: str, place: str, typed: str | None) -> Allowed | None:
        """Return what the column allows, or else its type."""
        holder = element.find(f"{{*}}{tag}")
        tests = self.types.allowed(typed) if holder is None else self.trouble.tests(holder, self.scope, place)
        return Allowed(tests) if tests else None

    def _rule(
        self, row: int, element: etree._Element, inputs: Sequence[Input | None], outputs: Sequence[Output]
    ) -> Rule | None:
        cells, entries = list(element.iterchildren("{*}inputEntry")), list(element.iterchildren("{*}outputEntry"))
        if len(cells) != len(inputs) or len(entries) != len(outputs):
            self.trouble.add(
                element, "dmn-row", mark("Row {row} has {cells} input and {entries} output cells, not one a column."),
                mark("Give the row a cell for each column."), row=row, cells=len(cells), entries=len(entries),
            )  # fmt: skip
            return None
        tests = [self._cell(row, column, cell) for column, cell in zip(inputs, cells, strict=True)]
        answers = [self._entry(row, column, entry) for column, entry in zip(outputs, entries, strict=True)]
        name = element.get("id") or str(row)
        return Rule(name, row, line_of(element), tuple(tests), tuple(answers), tuple(map(line_of, cells)))

    def _cell(self, row: int, column: Input | None, cell: etree._Element) -> UnaryTests:
        return self.trouble.tests(cell, self.scope, _place(row, column.name if column else "")) or _ANYTHING

    def _entry(self, row: int, column: Output, cell: etree._Element) -> Expression:
        return self.trouble.expression(cell, self.scope, _place(row, column.name)) or _NOTHING

    def _only(self, element: etree._Element, *wanted: str) -> None:
        for child in elements(element):
            if etree.QName(child).localname not in (*wanted, "description", "extensionElements"):
                self._unsupported(child)

    def _unsupported(self, element: etree._Element) -> None:
        self.trouble.add(
            element, "dmn-unsupported", mark("{what} is not known here."),
            mark("Take it out of the file, or write it as DMN 1.2 to 1.5 has it."), what=etree.QName(element).localname,
        )  # fmt: skip


def _place(row: int, column: str) -> str:
    return f"{row}/{column}" if column else str(row)
