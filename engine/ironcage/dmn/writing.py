"""Writes a sheet into the element of a decision table, keeping what a sheet does not hold.

Source: DMN 1.5, 8.3 (the metamodel of decision tables) and its XML schema, which fixes the order of the parts.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from ironcage.dmn.trouble import written_in
from ironcage.xml import elements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ironcage.dmn.sheets import Column, Row, Sheet

_COLUMNS = ("input", "output", "annotation")
_CELLS = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}


class Writer:
    """Writes elements of the namespace *space*."""

    def __init__(self, space: str) -> None:
        self.space = space

    def into(self, table: etree._Element, sheet: Sheet) -> etree._Element:
        """Write *sheet* into *table* and return it."""
        for name, value, usual in (
            ("hitPolicy", sheet.policy or "UNIQUE", "UNIQUE"), ("aggregation", sheet.aggregation, ""),
        ):  # fmt: skip
            if value != table.get(name, usual):
                table.set(name, value)
            if not table.get(name):
                table.attrib.pop(name, "")
        between, closing = table.text, table[-1].tail if len(table) else None
        columns = {tag: self._taken(table, tag) for tag in _COLUMNS}
        rules = {rule.get("id") or str(row): rule for row, rule in enumerate(self._taken(table, "rule"), 1)}
        pattern = next(iter(rules.values()), None)
        for column in sheet.columns:
            if column.kind in columns:
                kept = columns[column.kind].pop(0) if columns[column.kind] else None
                self._column(self._appended(table, column.kind, kept), column)
        for number, row in enumerate(sheet.rows, 1):
            self._rule(table, row, rules.pop(row.id or str(number), None), pattern, sheet.columns)
        for part in list(table)[:-1] if closing else []:
            if part.tail == closing:
                part.tail = between
        if closing:
            table[-1].tail = closing
        return table

    def _taken(self, parent: etree._Element, tag: str) -> list[etree._Element]:
        """Take the parts *tag* out of *parent* and return them."""
        found = list(parent.iterchildren(f"{{{self.space}}}{tag}"))
        for each in found:
            parent.remove(each)
        return found

    def _appended(self, parent: etree._Element, tag: str, kept: etree._Element | None) -> etree._Element:
        if kept is None:
            return etree.SubElement(parent, f"{{{self.space}}}{tag}")
        parent.append(kept)
        return kept

    def _column(self, part: etree._Element, column: Column) -> None:
        match column.kind:
            case "input":
                _set(part, {"label": column.label})
                self._told(part, "inputExpression", column.expression, {"typeRef": column.type}, always=True)
                self._told(part, "inputValues", column.allowed)
            case "output":
                _set(part, {"name": column.name, "label": column.label, "typeRef": column.type})
                self._told(part, "outputValues", column.allowed)
                self._told(part, "defaultOutputEntry", column.expression)
            case _:
                _set(part, {"name": column.name})

    def _rule(
        self,
        table: etree._Element,
        row: Row,
        kept: etree._Element | None,
        pattern: etree._Element | None,
        columns: Sequence[Column],
    ) -> None:
        if kept is None and pattern is not None:  # a new row looks like the others
            kept = deepcopy(pattern)
            for each in kept.iter(etree.Element):
                each.attrib.pop("id", "")
        rule = self._appended(table, "rule", kept)
        _set(rule, {"id": row.id})
        cells = {kind: self._taken(rule, tag) for kind, tag in _CELLS.items()}
        said = self._taken(rule, "description")
        for column, written in zip(columns, row.cells, strict=True):
            if column.kind in cells:
                old = cells[column.kind].pop(0) if cells[column.kind] else None
                self._text(self._appended(rule, _CELLS[column.kind], old), written)
            elif written:
                description = said[0] if said else etree.Element(f"{{{self.space}}}description")
                description.text = written
                rule.insert(0, description)

    def _told(
        self,
        parent: etree._Element,
        tag: str,
        written: str,
        attributes: Mapping[str, str] | None = None,
        *,
        always: bool = False,
    ) -> None:
        """Write the part *tag* of *parent*, last so that the order is the schema's; nothing written is no part."""
        kept = self._taken(parent, tag)
        if written or always:
            part = self._appended(parent, tag, kept[0] if kept else None)
            _set(part, attributes or {})
            self._text(part, written)

    def _text(self, part: etree._Element, written: str) -> None:
        if written_in(part) == written and any(True for _ in elements(part)):
            return
        holder = part.find(f"{{{self.space}}}text")
        if holder is None:
            holder = etree.SubElement(part, f"{{{self.space}}}text")
        for inner in list(holder):
            holder.remove(inner)
        holder.text = written


def _set(element: etree._Element, attributes: Mapping[str, str]) -> None:
    for name, value in attributes.items():
        if value:
            element.set(name, value)
        else:
            element.attrib.pop(name, "")
