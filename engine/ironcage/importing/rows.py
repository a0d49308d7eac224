"""The rows of a log, each a case with its events in order of time; a faulty row is set aside with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ironcage.clock import micros
from ironcage.faults import Fault, FaultyError
from ironcage.importing.cells import CellError, Cells
from ironcage.importing.mapping import CellKind
from ironcage.importing.records import Record, Records, Rejected
from ironcage.messages import mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ironcage.clock import Micros
    from ironcage.importing.mapping import Field, Mapping, Milestone
    from ironcage.values import Context, Value

    Moments = dict[str, datetime | None]
    """What the columns of one row that hold instants say, each read once."""

LONGEST_KEY = 200
"""Characters of the longest key of a case."""


class Happening(NamedTuple):
    """An event of a row."""

    milestone: Milestone
    at: Micros
    due: Micros | None
    unit: str | None
    role: str | None
    actor: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the log tells it: the first happening starts it, none is earlier than the one before."""

    record: Record
    key: str
    channel: str | None
    data: Context
    happenings: tuple[Happening, ...]

    def brings(self, names: tuple[str, ...]) -> Context:
        """Return those of the fields *names* that the row has a value for."""
        return {name: value for name in names if (value := self.data[name]) is not None}


class Rows:
    """The rows of one log under one mapping, in the order of the file. Iterate over it once."""

    def __init__(self, log: Path, mapping: Mapping) -> None:
        """Open *log* and find the columns that *mapping* names.

        Raises:
            NoLogError: the file is not there.
            FaultyError: it is empty, or columns are missing from its header.
        """
        self._mapping = mapping
        self._records = Records(log, mapping.file)
        self._cells = Cells(mapping.time)
        self._index = self._find_columns()
        self._lines: dict[str, int] = {}

    @property
    def ambiguous(self) -> int:
        """How many instants so far were local times that come twice; the first of the two was taken."""
        return self._cells.ambiguous

    def __iter__(self) -> Iterator[Row | Rejected]:
        for record in self._records:
            if isinstance(record, Rejected):
                yield record
                continue
            try:
                yield self._row(record)
            except _RowFaultError as error:
                yield Rejected(record.text, error.fault)

    def _row(self, record: Record) -> Row:
        moments: Moments = {}
        key = self._key(record)
        data = {field.name: self._value(record, field, moments) for field in self._mapping.fields}
        happenings: list[Happening] = []
        for milestone in self._mapping.milestones:
            happening = self._happening(record, milestone, moments)
            if happening is None:
                continue
            if happenings and happening.at < happenings[-1].at:
                raise self._fault(record, milestone.at, _BACKWARDS, before=happenings[-1].milestone.at)
            happenings.append(happening)
        return Row(record, key, self._text(record, self._mapping.channel), data, tuple(happenings))

    def _key(self, record: Record) -> str:
        key = record.cells[self._index[self._mapping.key]]
        if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
            raise self._fault(record, self._mapping.key, _KEY, longest=LONGEST_KEY)
        if key in self._lines:
            raise self._fault(record, self._mapping.key, _DUPLICATE, key=key, line=self._lines[key])
        self._lines[key] = record.line
        return key

    def _value(self, record: Record, field: Field, moments: Moments) -> Value:
        if field.column is None:
            return field.value
        if field.kind is CellKind.DATE_TIME:
            value: Value = self._moment(record, field.column, moments)
        else:
            try:
                value = self._cells.value(record.cells[self._index[field.column]], field.kind)
            except CellError as error:
                raise self._fault(record, field.column, error.what, **error.fields) from error
        if value is None and field.required:
            raise self._fault(record, field.column, _NEEDED)
        return value

    def _happening(self, record: Record, milestone: Milestone, moments: Moments) -> Happening | None:
        at = self._moment(record, milestone.at, moments)
        if at is None:
            if milestone.optional:
                return None
            raise self._fault(record, milestone.at, _NEEDED)
        due = self._moment(record, milestone.due, moments) if milestone.due else None
        unit, role, actor = (self._text(record, column) for column in (milestone.unit, milestone.role, milestone.actor))
        return Happening(milestone, micros(at), micros(due) if due else None, unit, role, actor)

    def _moment(self, record: Record, column: str, moments: Moments) -> datetime | None:
        if column not in moments:
            cell = record.cells[self._index[column]]
            try:
                moments[column] = self._cells.moment(cell) if cell else None
            except CellError as error:
                raise self._fault(record, column, error.what, **error.fields) from error
        return moments[column]

    def _text(self, record: Record, column: str | None) -> str | None:
        return record.cells[self._index[column]] or None if column else None

    def _fault(self, record: Record, column: str, what: tuple[str, str, str], /, **fields: object) -> _RowFaultError:
        return _RowFaultError(self._records.fault(record, self._index[column], what, column=column, **fields))

    def _find_columns(self) -> dict[str, int]:
        header, faults = self._records.header, list[Fault]()
        for column in self._mapping.columns():
            if header.count(column) != 1:
                what = _TWICE if column in header else _MISSING
                fields = {"column": column, "header": ", ".join(header)[:500]}
                faults.append(Fault(self._records.file, 1, "", *what, fields=dict(fields)))
        if faults:
            raise FaultyError(faults)
        return {column: header.index(column) for column in self._mapping.columns()}


class _RowFaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


_MISSING = (
    "log-column",
    mark("There is no column {column}; the header names {header}."),
    mark("Add it to the log, or correct its name in the mapping."),
)
_TWICE = (
    "log-column",
    mark("The header names the column {column} more than once."),
    mark("Rename all but the one that is meant."),
)
_NEEDED = ("log-needed", mark("{column} is empty."), mark("Every row needs it; fill it in."))
_BACKWARDS = (
    "log-order",
    mark("{column} is earlier than {before}."),
    mark("Nothing is closed before it was opened; correct one of the two."),
)
_KEY = (
    "log-key",
    mark("{column} is no key: it is empty, longer than {longest} characters, or holds control characters."),
    mark("Give every row the number by which people know the case."),
)
_DUPLICATE = (
    "log-duplicate",
    mark("The key {key} stands on line {line} already."),
    mark("One row is one case; remove the row that is wrong."),
)
