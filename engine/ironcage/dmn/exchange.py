"""Takes a table out of a DMN file as a sheet, and puts an edited sheet back in its place.

Source: DMN 1.5, 8.3 (the metamodel of decision tables) and chapter 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from ironcage.dmn.reader import LIMITS
from ironcage.dmn.sheets import Column, Row, Sheet
from ironcage.dmn.trouble import written_in
from ironcage.errors import NotFoundError
from ironcage.messages import mark
from ironcage.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoSuchTableError(NotFoundError):
    """The file has no decision of that id, or it has no table."""

    message = mark("{file} has no decision {decision} with a decision table.")


def taken_out(source: bytes, file: str, decision: str) -> Sheet:
    """Return the table of the decision with the id *decision* in the DMN file *source*.

    Raises:
        FaultyError: *source* is no XML.
        NoSuchTableError: there is no such table.
    """
    element, table = _found(parse(source, file, LIMITS), file, decision)
    inputs = [_input(each) for each in table.iterchildren("{*}input")]
    outputs = [_output(each) for each in table.iterchildren("{*}output")]
    notes = [Column("annotation", each.get("name") or "") for each in table.iterchildren("{*}annotation")]
    rules = [list(_texts(rule, len(notes))) for rule in table.iterchildren("{*}rule")]
    columns = [*inputs, *outputs, *notes]
    if any(rule[-1] for rule in rules):
        columns.append(Column("description"))
    ids = [rule.get("id") or "" for rule in table.iterchildren("{*}rule")]
    rows = tuple(Row(name, tuple(texts[: len(columns)])) for name, texts in zip(ids, rules, strict=True))
    policy, aggregation = table.get("hitPolicy") or "UNIQUE", table.get("aggregation") or ""
    return Sheet(decision, element.get("name") or "", policy, aggregation, tuple(columns), rows)


def put_back(sheet: Sheet, source: bytes, file: str) -> bytes:
    """Return the DMN file *source* with the table of the decision ``sheet.decision`` replaced by *sheet*.

    Raises:
        FaultyError: *source* is no XML.
        NoSuchTableError: there is no such table.
    """
    root = parse(source, file, LIMITS)
    element, table = _found(root, file, sheet.decision)
    if sheet.name:
        element.set("name", sheet.name)
    space = etree.QName(table).namespace or ""
    made = _Writer(space).table(sheet)
    if table.get("id"):
        made.set("id", table.get("id") or "")
    made.tail = table.tail
    parent = table.getparent()
    assert parent is not None, "a table stands in a decision"
    parent.replace(table, made)
    etree.indent(made, level=2)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def document(sheet: Sheet, space: str = "https://www.omg.org/spec/DMN/20230324/MODEL/") -> bytes:
    """Return a DMN file of the one decision in *sheet*."""
    spaces: dict[str | None, str] = {None: space}
    root = etree.Element(f"{{{space}}}definitions", nsmap=spaces)  # type: ignore[arg-type]  # None is the default one
    for name, value in (("id", f"{sheet.decision}_definitions"), ("name", sheet.name), ("namespace", "urn:ironcage")):
        root.set(name, value)
    decision = etree.SubElement(root, f"{{{space}}}decision", id=sheet.decision, name=sheet.name)
    decision.append(_Writer(space).table(sheet))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _found(root: etree._Element, file: str, decision: str) -> tuple[etree._Element, etree._Element]:
    for element in root.iterchildren("{*}decision"):
        table = element.find("{*}decisionTable")
        if element.get("id") == decision and table is not None:
            return element, table
    raise NoSuchTableError(file=file, decision=decision)


def _input(element: etree._Element) -> Column:
    holder, allowed = element.find("{*}inputExpression"), element.find("{*}inputValues")
    expression, typed = ("", "") if holder is None else (written_in(holder), holder.get("typeRef") or "")
    return Column("input", "", element.get("label") or "", expression, typed, _text(allowed))


def _output(element: etree._Element) -> Column:
    default, allowed = element.find("{*}defaultOutputEntry"), element.find("{*}outputValues")
    name, label, typed = (element.get(key) or "" for key in ("name", "label", "typeRef"))
    return Column("output", name, label, _text(default), typed, _text(allowed))


def _texts(rule: etree._Element, notes: int) -> Iterator[str]:
    """Yield the cells of *rule*, an annotation for each of *notes*, and its description."""
    for tag in ("inputEntry", "outputEntry"):
        yield from (written_in(cell) for cell in rule.iterchildren(f"{{*}}{tag}"))
    said = [written_in(cell) for cell in rule.iterchildren("{*}annotationEntry")]
    yield from (said + [""] * notes)[:notes]
    yield rule.findtext("{*}description") or ""


def _text(element: etree._Element | None) -> str:
    return "" if element is None else written_in(element)


class _Writer:
    def __init__(self, space: str) -> None:
        self.space = space

    def table(self, sheet: Sheet) -> etree._Element:
        table = etree.Element(f"{{{self.space}}}decisionTable", hitPolicy=sheet.policy or "UNIQUE")
        if sheet.aggregation:
            table.set("aggregation", sheet.aggregation)
        for column in sheet.columns:
            self._column(table, column)
        for row in sheet.rows:
            self._rule(table, row, sheet.columns)
        return table

    def _column(self, table: etree._Element, column: Column) -> None:
        match column.kind:
            case "input":
                element = self._part(table, "input", label=column.label)
                self._told(element, "inputExpression", column.expression, typeRef=column.type)
                if column.allowed:
                    self._told(element, "inputValues", column.allowed)
            case "output":
                element = self._part(table, "output", name=column.name, label=column.label, typeRef=column.type)
                if column.allowed:
                    self._told(element, "outputValues", column.allowed)
                if column.expression:
                    self._told(element, "defaultOutputEntry", column.expression)
            case "annotation":
                self._part(table, "annotation", name=column.name)
            case _:
                pass

    def _rule(self, table: etree._Element, row: Row, columns: tuple[Column, ...]) -> None:
        rule = self._part(table, "rule", id=row.id)
        tags = {"input": "inputEntry", "output": "outputEntry", "annotation": "annotationEntry"}
        for column, cell in zip(columns, row.cells, strict=True):
            if column.kind in tags:
                self._told(rule, tags[column.kind], cell)
            elif cell:
                description = etree.Element(f"{{{self.space}}}description")
                description.text = cell
                rule.insert(0, description)

    def _told(self, parent: etree._Element, tag: str, written: str, **attributes: str) -> None:
        part = self._part(parent, tag, **attributes)
        etree.SubElement(part, f"{{{self.space}}}text").text = written

    def _part(self, parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
        given = {name: value for name, value in attributes.items() if value}
        return etree.SubElement(parent, f"{{{self.space}}}{tag}", given)
