"""What a mapping file says: which columns of a log are the key, the data and the events of a process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ironcage.values import Value


class CellKind(StrEnum):
    """What the text of a cell is read as."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATE_TIME = "date-time"


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How an instant is written: ``iso``, or a pattern of strptime; *zone* is where a time without offset is meant."""

    zone: ZoneInfo
    format: str = "iso"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the case data: from *column*, or the same *value* in every case."""

    name: str
    column: str | None = None
    kind: CellKind = CellKind.TEXT
    value: Value = None
    required: bool = False
    audit: bool = False
    """Kept in the chained record, where no order erases it; never for personal data."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """An event that a row tells of, and the columns that tell it."""

    transition: str
    at: str
    element: str | None = None
    """The activity; None for the case itself."""
    due: str | None = None
    unit: str | None = None
    role: str | None = None
    actor: str | None = None
    data: tuple[str, ...] = ()
    """The fields the event brings."""
    optional: bool = False
    """Whether the event is left out where *at* is empty."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A task of which the record knows nothing; a replay completes it, with these fields, when the record goes on."""

    element: str
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file: one row of the log is one case. The first milestone starts the case."""

    process: str
    key: str
    time: TimeForm
    milestones: tuple[Milestone, ...]
    fields: tuple[Field, ...] = ()
    channel: str | None = None
    file: FileForm = FileForm()
    bridges: tuple[Bridge, ...] = ()

    def audit_fields(self) -> frozenset[str]:
        """Return the fields that stay in the chained record."""
        return frozenset(field.name for field in self.fields if field.audit)

    def columns(self) -> tuple[str, ...]:
        """Return the columns the log must have, each once, in the order the mapping names them."""
        named: list[str | None] = [self.key, self.channel, *(field.column for field in self.fields)]
        for milestone in self.milestones:
            named += [milestone.at, milestone.due, milestone.unit, milestone.role, milestone.actor]
        return tuple(dict.fromkeys(column for column in named if column is not None))
