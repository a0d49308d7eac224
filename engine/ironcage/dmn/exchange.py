"""Takes a table out of a DMN file as a sheet, and puts an edited sheet back in its place.

Source: DMN 1.5, 8.3 (the metamodel of decision tables) and chapter 13.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from lxml import etree

from ironcage.dmn.reader import LIMITS
from ironcage.dmn.sheets import Column, Row, Sheet
from ironcage.dmn.trouble import written_in
from ironcage.dmn.writing import Writer
from ironcage.errors import NotFoundError
from ironcage.messages import mark
from ironcage.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator


_UTF_8 = re.compile(rb"(?:\xef\xbb\xbf)?<(?!\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-8[\"']))", re.IGNORECASE)
"""How a file in UTF-8 begins."""


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
    """Return the DMN file *source* with *sheet* written into the table of the decision ``sheet.decision``.

    What a sheet does not hold (ids, comments, extensions, drawings) stays: columns keep theirs by their place, rows by
    their id. Nothing outside the table changes by a byte but the decision's name, if that was changed.

    Raises:
        FaultyError: *source* is no XML.
        NoSuchTableError: there is no such table.
    """
    if taken_out(source, file, sheet.decision) == sheet:
        return source
    root = parse(source, file, LIMITS)
    element, table = _found(root, file, sheet.decision)
    renamed = bool(sheet.name) and sheet.name != element.get("name")
    if renamed:
        element.set("name", sheet.name)
    made = Writer(etree.QName(table).namespace or "").into(table, sheet)
    if renamed or not _UTF_8.match(source):
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    return _spliced(source, sheet.decision, made)


def _spliced(source: bytes, decision: str, table: etree._Element) -> bytes:
    """Return *source* with its table of *decision* replaced by *table*."""
    parent = table.getparent()
    around = {} if parent is None else parent.nsmap
    text = etree.tostring(table, encoding="unicode", with_tail=False)
    for prefix, space in around.items():
        name = "xmlns" if prefix is None else f"xmlns:{prefix}"
        text = text.replace(f' {name}="{space}"', "", 1)
    start, end = _extent(source, decision)
    return source[:start] + text.encode() + source[end:]


def _extent(source: bytes, decision: str) -> tuple[int, int]:
    """Return where the table of *decision* begins and ends."""
    path: list[str] = []
    found: list[int] = []
    parser = expat.ParserCreate()

    def begin(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        path.append(f"{tag} {attributes.get('id', '')}" if tag == "decision" else tag)
        if not found and path[1:] == [f"decision {decision}", "decisionTable"]:
            found.append(parser.CurrentByteIndex)

    def end(_name: str) -> None:
        if len(found) == 1 and path[1:] == [f"decision {decision}", "decisionTable"]:
            found.append(source.index(b">", parser.CurrentByteIndex) + 1)
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.Parse(source, True)
    return found[0], found[1]


def document(sheet: Sheet, space: str = "https://www.omg.org/spec/DMN/20230324/MODEL/") -> bytes:
    """Return a DMN file of the one decision in *sheet*."""
    spaces: dict[str | None, str] = {None: space}
    root = etree.Element(f"{{{space}}}definitions", nsmap=spaces)  # type: ignore[arg-type]  # None is the default one
    for name, value in (("id", f"{sheet.decision}_definitions"), ("name", sheet.name), ("namespace", "urn:ironcage")):
        root.set(name, value)
    decision = etree.SubElement(root, f"{{{space}}}decision", id=sheet.decision, name=sheet.name)
    decision.append(Writer(space).into(etree.Element(f"{{{space}}}decisionTable"), sheet))
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
