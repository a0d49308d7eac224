"""What the text of a cell means: instants with their zone, dates, numbers, texts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from ironcage.importing.mapping import CellKind, TimeForm
from ironcage.messages import mark
from ironcage.values import NotAValueError, Value, plain

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 9998


class CellError(Exception):
    """A cell does not hold what its column should; *what* is the fault's rule, sentence and advice."""

    def __init__(self, what: tuple[str, str, str], cell: str, **fields: object) -> None:
        super().__init__(what)
        self.what = what
        self.fields = {"cell": cell[:60], **fields}


class Cells:
    """Reads cells as a mapping says; counts the local times that come twice in autumn."""

    def __init__(self, form: TimeForm) -> None:
        self._form = form
        self.ambiguous = 0
        """How many instants were local times that came twice; the first of the two was taken."""

    def value(self, cell: str, kind: CellKind) -> Value:
        """Return the value of *cell*; an empty cell is null.

        Raises:
            CellError: the text does not say one.
        """
        if not cell:
            return None
        match kind:
            case CellKind.TEXT:
                return cell
            case CellKind.DATE_TIME:
                return self.moment(cell)
            case CellKind.DATE:
                return _date(cell)
            case CellKind.NUMBER:
                return _number(cell)

    def moment(self, cell: str) -> datetime:
        """Return the date and time of *cell* with its offset, or in the zone of the log.

        A local time that comes twice means its first occurrence; one that the clocks skipped is refused.

        Raises:
            CellError: the text does not say one.
        """
        try:
            if self._form.format != "iso":
                read = datetime.strptime(cell, self._form.format)  # noqa: DTZ007 the zone follows below
            elif _ISO.fullmatch(cell):
                read = datetime.fromisoformat(cell)
            else:
                raise CellError(_INSTANT, cell)
        except ValueError as error:
            raise CellError(_INSTANT, cell) from error
        if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            raise CellError(_YEAR, cell, first=_FIRST_YEAR, last=_LAST_YEAR)
        return self._in_zone(read, cell) if read.tzinfo is None else read

    def _in_zone(self, read: datetime, cell: str) -> datetime:
        zone = self._form.zone
        here = read.replace(tzinfo=zone, fold=0)
        first = here.utcoffset() or timedelta()
        second = here.replace(fold=1).utcoffset() or timedelta()
        if first < second:
            raise CellError(_SKIPPED, cell, zone=zone.key)
        if first > second:
            self.ambiguous += 1
        return here


def _date(cell: str) -> date:
    try:
        if _DATE.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError as error:
        raise CellError(_NOT_A_DATE, cell) from error
    raise CellError(_NOT_A_DATE, cell)


def _number(cell: str) -> Value:
    if not _NUMBER.fullmatch(cell):
        raise CellError(_NOT_A_NUMBER, cell)
    try:
        return plain(Decimal(cell))
    except NotAValueError as error:
        raise CellError(_NOT_A_NUMBER, cell) from error


_INSTANT = (
    "log-instant",
    mark("{column}: {cell} is no date and time."),
    mark("Correct it; how times are written stands under [time] in the mapping."),
)
_YEAR = (
    "log-instant",
    mark("{column}: {cell} lies outside the years {first} to {last}."),
    mark("Correct the year, or leave the cell empty."),
)
_SKIPPED = (
    "log-instant",
    mark("{column}: {cell} never was: the clocks of {zone} skipped it."),
    mark("Correct it, or name under [time] the zone that the log is really written in."),
)
_NOT_A_DATE = ("log-date", mark("{column}: {cell} is no date."), mark("Write it as 2011-07-01."))
_NOT_A_NUMBER = (
    "log-number",
    mark("{column}: {cell} is no number."),
    mark("Write it with digits and a point, without signs of thousands."),
)
