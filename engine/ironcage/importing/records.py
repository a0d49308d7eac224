"""The records of a delimited text file, each with its line; what is no record is set aside with the reason."""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ironcage.faults import Fault, FaultyError
from ironcage.importing.lines import LONGEST, Line, read_lines
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.importing.mapping import FileForm


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: its cells, and its text as it stands there."""

    line: int
    text: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row, or what cannot be read as one, with the reason it is not taken in."""

    text: str
    fault: Fault


class Records:
    """The records of one log after its header.

    A quoted cell may hold line ends. What does not parse costs one line only: reading goes on at the next.
    """

    def __init__(self, log: Path, form: FileForm) -> None:
        """Open *log* and read its header.

        Raises:
            NoLogError: the file is not there.
            FaultyError: it is empty, or its first line is not a header.
        """
        self.file = str(log)
        self._form = form
        self._waiting: deque[Line] = deque()
        self._lines = read_lines(log, form.encoding)
        self._taken: list[Line] = []
        self._size = 0
        self._reader = self._new_reader()
        self.header: list[str] = []
        first = next(iter(self), None)
        if first is None:
            raise FaultyError([Fault(self.file, 1, "", *_EMPTY)])
        if isinstance(first, Rejected):
            raise FaultyError([first.fault])
        self.header = first.cells

    def __iter__(self) -> Iterator[Record | Rejected]:
        while True:
            self._taken.clear()
            self._size = 0
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except _LineFaultError as error:
                yield self._give_up(error.fault if len(self._taken) == 1 else self._not_parsed())
                continue
            except csv.Error:
                yield self._give_up(self._not_parsed())
                continue
            if self.header and cells and len(cells) != len(self.header):
                yield self._give_up(self._miscounted(len(cells)))
            elif cells:
                text = "".join(line.text for line in self._taken)
                yield Record(self._taken[0].number, text, cells)

    def fault(self, record: Record, index: int, what: tuple[str, str, str], /, **fields: object) -> Fault:
        """Return a fault of *record* at the place where the cell with *index* begins."""
        offset = offsets(record.text, self._form.delimiter, self._form.quote)[index]
        return self._fault_at(record.line, record.text, offset, what, **fields)

    def _feed(self) -> Iterator[str]:
        """Give the parser line after line, and remember which it took for the record under way."""
        while line := self._waiting.popleft() if self._waiting else next(self._lines, None):
            self._taken.append(line)
            self._size += len(line.text)
            if line.fault or self._size > LONGEST:
                raise _LineFaultError(line.fault or self._not_parsed())
            yield line.text

    def _new_reader(self) -> Iterator[list[str]]:
        form = self._form
        return csv.reader(self._feed(), delimiter=form.delimiter, quotechar=form.quote, strict=True)

    def _give_up(self, fault: Fault) -> Rejected:
        """Set the first line of the record aside and take the others up anew."""
        first, *others = self._taken
        self._waiting.extendleft(reversed(others))
        self._reader = self._new_reader()
        return Rejected(first.text, fault)

    def _not_parsed(self) -> Fault:
        text = "".join(line.text for line in self._taken)
        begun = _ill_quoted(text, self._form.delimiter, self._form.quote)
        return self._fault_at(self._taken[0].number, text, begun, _QUOTE, quote=self._form.quote)

    def _miscounted(self, found: int) -> Fault:
        first = self._taken[0]
        what = _COUNT if first.text.endswith(("\n", "\r")) else _CUT_OFF
        column = len(first.text.rstrip("\r\n")) + 1
        fields = {"found": found, "expected": len(self.header)}
        return Fault(self.file, first.number, "", *what, column=column, fields=dict(fields))

    def _fault_at(self, line: int, text: str, offset: int, what: tuple[str, str, str], /, **fields: object) -> Fault:
        before = text[:offset]
        column = offset - (before.rfind("\n") + 1) + 1
        return Fault(self.file, line + before.count("\n"), "", *what, column=column, fields=fields)


class _LineFaultError(Exception):
    """A line that cannot be decoded, or a record that does not end, stops the parser."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def offsets(text: str, delimiter: str, quote: str) -> list[int]:
    """Return where each cell of one record begins, its opening quote included."""
    found, quoted, fresh = [0], False, True
    for index, sign in enumerate(text):
        if sign == quote and (quoted or fresh):
            quoted = not quoted
            fresh = not quoted  # a quote right after a closing one is a doubled quote: the cell goes on
        elif sign == delimiter and not quoted:
            found.append(index + 1)
            fresh = True
        else:
            fresh = False
    return found


def _ill_quoted(text: str, delimiter: str, quote: str) -> int:
    """Return where the first cell begins whose quotes do not pair; the last cell, if it is none of them."""
    begins = offsets(text, delimiter, quote)
    for begin, end in pairwise([*begins, len(text) + 1]):
        cell = text[begin : end - 1].rstrip("\r\n")
        paired = len(cell) > 1 and cell.endswith(quote) and quote not in cell[1:-1].replace(quote * 2, "")
        if cell.startswith(quote) and not paired:
            return begin
    return begins[-1]


_EMPTY = ("log-empty", mark("The log is empty."), mark("Its first line must name the columns."))
_QUOTE = (
    "log-quote",
    mark("The cell that begins here has a quote {quote} that does not pair."),
    mark("Close the quote, double a quote inside a quoted cell, or mend the cut-off end of the file."),
)
_COUNT = (
    "log-cells",
    mark("The line has {found} cells, the header {expected}."),
    mark("Quote a cell that holds a delimiter; add the cells that are missing."),
)
_CUT_OFF = (
    "log-cut-off",
    mark("The file ends in the middle of a line: {found} cells of {expected}."),
    mark("Fetch it again from its source."),
)
