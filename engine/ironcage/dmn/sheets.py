"""Decision tables as sheets, for people who edit them in a spreadsheet: XLSX and CSV, and back without loss.

    decision    | id    | name   | hit policy | aggregation
    kind        | input | input  | output     | annotation | description
    name        |       |        | unit       | remark     |
    label       | Grid  | Class  |            |            |
    expression  | grid  | class  |            |            |      of an output: its default answer
    type        | string| string | string     |            |
    allowed     |       |        |            |            |
    rule id     | "G1"  | "C3"   | "unit 7"   | since May  | ...  one row a rule

Every cell is text, as FEEL writes it. What a spreadsheet turned into a number, a truth value or a date is read as such.
"""

from __future__ import annotations

import codecs
import csv
import importlib
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ironcage.errors import ExtraMissingError, RefusedError
from ironcage.foreign import Foreign
from ironcage.messages import mark, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADS = ("decision", "kind", "name", "label", "expression", "type", "allowed")
KINDS = ("input", "output", "annotation", "description")
SIZE = 256 * 1024 * 1024
"""Bytes of a spreadsheet, unpacked."""

_NO_TABLE = mark("the first seven rows must begin with {heads}")
_KINDS = mark("every column is one of {kinds}, in this order, with one output at least and one description at most")
_WIDTH = mark("the row has {count} cells, not one for each of the {width} columns")
_FORMULA = mark("the cell holds a formula; write its value")


class SheetError(RefusedError):
    """A sheet is no decision table."""

    message = mark("{place}: {reason}.")

    def __init__(self, place: str, reason: str, **fields: object) -> None:
        super().__init__(place=place, reason=reason, **fields)

    def __str__(self) -> str:
        return text(self.message, **{**self.fields, "reason": text(str(self.fields["reason"]), **self.fields)})


class NoSpreadsheetsError(ExtraMissingError):
    """The library for XLSX is not installed."""

    message = mark("XLSX needs openpyxl. Install ironcage[xlsx], or use CSV.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: *expression* is that of an input, or the default answer of an output."""

    kind: str
    name: str = ""
    label: str = ""
    expression: str = ""
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its id, and a text for each column."""

    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as texts."""

    decision: str
    name: str
    policy: str
    aggregation: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def lines(self) -> list[list[str]]:
        """Return the lines of the sheet."""
        heads = [[head, *(getattr(column, head) for column in self.columns)] for head in HEADS[1:]]
        first = [HEADS[0], self.decision, self.name, self.policy, self.aggregation]
        return [first, *heads, *([row.id, *row.cells] for row in self.rows)]


def sheet(lines: Sequence[Sequence[str]], place: str) -> Sheet:
    """Return the sheet of *lines*, which need not be filled up to the last column.

    Raises:
        SheetError: they are no decision table.
    """
    if [line[0] if line else "" for line in lines[: len(HEADS)]] != list(HEADS):
        raise SheetError(place, _NO_TABLE, heads=", ".join(HEADS))
    kinds = _stripped(lines[1])[1:]
    order = [KINDS.index(kind) if kind in KINDS else -1 for kind in kinds]
    if -1 in order or order != sorted(order) or "output" not in kinds or kinds.count("description") > 1:
        raise SheetError(f"{place}:2", _KINDS, kinds=", ".join(KINDS))
    heads = [_filled(line, len(kinds), f"{place}:{at}") for at, line in enumerate(lines[1 : len(HEADS)], 2)]
    columns = tuple(Column(*texts) for texts in zip(*(texts for _, texts in heads), strict=True))
    rows: list[Row] = []
    for at, line in enumerate(lines[len(HEADS) :], len(HEADS) + 1):
        name, cells = _filled(line, len(kinds), f"{place}:{at}")
        if name or any(cells):
            rows.append(Row(name, tuple(cells)))
    _, (decision, name, policy, aggregation) = _filled(lines[0], 4, f"{place}:1")
    return Sheet(decision, name, policy, aggregation, columns, tuple(rows))


def to_csv(table: Sheet) -> bytes:
    """Return *table* as CSV in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table.lines())
    return out.getvalue().encode("utf-8-sig")


def from_csv(source: bytes, place: str) -> Sheet:
    """Return the sheet in the CSV *source*; *place* is its name in errors.

    Spreadsheets save what their country is used to: commas, semicolons or tabs, in UTF-8, UTF-16 or GB 18030.

    Raises:
        SheetError: it is no CSV, or no decision table.
    """
    try:
        decoded = _decoded(source)
        begins = decoded.lstrip('"').removeprefix(HEADS[0]).lstrip('"')[:1]
        rows = csv.reader(
            io.StringIO(decoded, newline=""), delimiter=begins if begins in (";", "\t") else ",", strict=True
        )
        lines = [[_lines(cell) for cell in line] for line in rows]
    except UnicodeDecodeError as error:
        raise SheetError(place, mark("its text is neither UTF-8, UTF-16 nor GB 18030")) from error
    except csv.Error as error:
        raise SheetError(place, mark("it is no CSV ({detail})"), detail=Foreign(error)) from error
    return sheet(lines, place)


def _decoded(source: bytes) -> str:
    if source[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return source.decode("utf-16")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("gb18030")


def to_xlsx(table: Sheet) -> bytes:
    """Return *table* as a workbook of one sheet whose cells are all text.

    Raises:
        NoSpreadsheetsError: openpyxl is not installed.
    """
    library = _openpyxl()
    book = library.Workbook(write_only=True)
    page = book.create_sheet((table.name or table.decision or HEADS[0]).translate(_NOT_IN_TITLES)[:31])
    page.freeze_panes = f"B{len(HEADS) + 1}"
    for line in table.lines():
        page.append([_as_text(library, page, value) for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def from_xlsx(source: bytes, place: str) -> Sheet:
    """Return the first sheet of the workbook *source*; *place* is its name in errors.

    Raises:
        SheetError: it is no workbook, too large, or its first sheet no decision table.
        NoSpreadsheetsError: openpyxl is not installed.
    """
    library = _openpyxl()
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as packed:
            if sum(part.file_size for part in packed.infolist()) > SIZE:
                raise SheetError(place, mark("it is larger than {size} bytes"), size=SIZE)
        book = library.load_workbook(io.BytesIO(source), read_only=True)
        page = book.worksheets[0]
        page.reset_dimensions()
        lines = [[_text_of(cell, f"{place}:{at}") for cell in line] for at, line in enumerate(page.iter_rows(), 1)]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError, OSError) as error:
        raise SheetError(place, mark("it is no workbook ({detail})"), detail=str(error)) from error
    return sheet(lines, place)


def _filled(line: Sequence[str], width: int, place: str) -> tuple[str, list[str]]:
    cells = _stripped(line)
    if len(cells) > width + 1:
        raise SheetError(place, _WIDTH, count=len(cells) - 1, width=width)
    cells += [""] * (width + 1 - len(cells))
    return cells[0], cells[1:]


def _stripped(line: Iterable[str]) -> list[str]:
    cells = list(line)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


_NOT_IN_TITLES = {ord(sign): "_" for sign in "[]:*?/\\'"}


def _as_text(library: Any, page: Any, value: str) -> Any:
    cell = library.cell.WriteOnlyCell(page, value=None)
    if value:
        cell.value, cell.number_format = value, "@"
        cell.data_type = "s"  # what begins with an equals sign is a text, too
    return cell


def _text_of(cell: Any, place: str) -> str:
    """Return what a person sees in *cell*, as FEEL writes it."""
    if cell.data_type == "f":
        raise SheetError(f"{place}:{cell.coordinate}", _FORMULA)
    match cell.value:
        case None:
            return ""
        case bool():
            return "true" if cell.value else "false"
        case datetime() if cell.value.time() == time():
            return f'@"{cell.value.date().isoformat()}"'
        case datetime() | date() | time():
            return f'@"{cell.value.isoformat()}"'
        case str():
            return _lines(cell.value)
        case _:
            return f"{Decimal(repr(cell.value)):f}" if isinstance(cell.value, float) else str(cell.value)


def _openpyxl() -> Any:
    try:
        return importlib.import_module("openpyxl")
    except ImportError as error:
        raise NoSpreadsheetsError from error
