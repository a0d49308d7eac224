"""What may be wrong with a database beside its record: each trouble with its case and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ironcage.messages import mark, text


class TroubleKind(StrEnum):
    """What is wrong; the names are stable."""

    DAMAGED_FILE = "damaged-file"
    DANGLING_REFERENCE = "dangling-reference"
    ALTERED_DEFINITION = "altered-definition"
    NEWER_STATE = "newer-state"
    UNREADABLE_STATE = "unreadable-state"
    MISSING_WAIT = "missing-wait"
    STRAY_WAIT = "stray-wait"
    ORPHAN_WAIT = "orphan-wait"
    WRONG_INSTANT = "wrong-instant"
    WRONG_WAKE = "wrong-wake"
    WRONG_STATUS = "wrong-status"


_SENTENCES = {
    TroubleKind.DAMAGED_FILE: mark(
        "The database is damaged: {reason}. Stop what uses it, keep the file aside, and restore the latest backup."
    ),
    TroubleKind.DANGLING_REFERENCE: mark(
        "{count} rows of {table} refer to rows of {other} that are not there. Restore the latest backup in which they "
        "are."
    ),
    TroubleKind.ALTERED_DEFINITION: mark(
        "The stored files of {process}, version {version}, are not those that were deployed; its cases stand still. "
        "Restore the latest backup in which they are right."
    ),
    TroubleKind.NEWER_STATE: mark(
        "{case}: a newer release wrote its state ({reason}). The case stands still, the others go on; work on it with "
        "that release."
    ),
    TroubleKind.UNREADABLE_STATE: mark(
        "{case}: its state cannot be read ({reason}). The case stands still, the others go on; restore the latest "
        "backup in which it can be read."
    ),
    TroubleKind.MISSING_WAIT: mark(
        "{case}: it waits at {wait}, but {table} has no row of that, so nothing will come of it. Find out what else "
        "writes to the database, and restore the latest backup in which the row is."
    ),
    TroubleKind.STRAY_WAIT: mark(
        "{case}: {table} has a row of {wait}, where it does not wait. Find out what else writes to the database, and "
        "restore the latest backup without that row."
    ),
    TroubleKind.ORPHAN_WAIT: mark(
        "{case}: {table} has a row of {wait}, but there is no such case. Find out what else writes to the database; "
        "`ironcage verify` says whether a case was dropped."
    ),
    TroubleKind.WRONG_INSTANT: mark(
        "{case}: the timer {wait} is due at {expected}, its row says {found}. It fires when the case is woken; find "
        "out what else writes to the database."
    ),
    TroubleKind.WRONG_WAKE: mark(
        "{case}: its earliest wait is due at {expected}, its row says {found}, so it is woken at the wrong time. Find "
        "out what else writes to the database, and restore the latest backup in which it is right."
    ),
    TroubleKind.WRONG_STATUS: mark(
        "{case}: it is {expected}, its row says {found}. Find out what else writes to the database, and restore the "
        "latest backup in which it is right."
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with a database."""

    kind: TroubleKind
    case: str = ""
    """``PROCESS/KEY``; the internal id in hexadecimal for rows of no case; empty for the database as a whole."""
    details: dict[str, str | int | None] = field(default_factory=dict)

    def __str__(self) -> str:
        said = {name: "-" if value is None else value for name, value in self.details.items()}
        return text(_SENTENCES[self.kind], case=self.case, **said)

    def to_json(self) -> dict[str, str | int | None]:
        """Return the trouble for programs; the keys are stable."""
        return {"kind": self.kind.value, "case": self.case, **self.details, "message": str(self)}
