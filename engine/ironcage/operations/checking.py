"""Whether a database is sound: the file, what refers to what, and the rows of waits against the states of cases.

The record has a check of its own, ``ironcage verify``. Parts are read one at a time, each in a transaction of its own:
a step touches one part, so each is seen as it was at one instant, and no transaction is long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from random import SystemRandom
from typing import TYPE_CHECKING

from ironcage.clock import instant
from ironcage.definitions import digest
from ironcage.machine import Status, WaitKind, decode
from ironcage.machine.codec import StateVersionError
from ironcage.operations.trouble import Trouble, TroubleKind
from ironcage.record import subject_of
from ironcage.store import definitions, inspection, schema
from ironcage.store.sqlite import any_text
from ironcage.values import StoredBytesError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import Micros
    from ironcage.machine import State
    from ironcage.store import Connection, Store, StoredCase

PARTS = 1024
MOST_TROUBLES = 1000
"""So many are kept; of the others it is known how many there are."""

TABLES = {
    WaitKind.TASK: "tasks",
    WaitKind.JOB: "jobs",
    WaitKind.SCRIPT: "jobs",
    WaitKind.TIMER: "timers",
    WaitKind.DEADLINE: "timers",
    WaitKind.MESSAGE: "subscriptions",
    WaitKind.SIGNAL: "subscriptions",
    WaitKind.CALL: "calls",
}
"""Where the row of a wait is; what is not named has none."""

Rows = dict[tuple[str, int], "Micros | None"]
"""The rows of the waits of a case: when each is due, by table and wait."""


@dataclass(slots=True)
class Check:
    """What a check of a database counted and found."""

    revision: str
    counts: dict[str, int]
    """How many rows each table has."""
    cases: int = 0
    """How many cases were compared with their rows."""
    waits: int = 0
    """How many of their waits have the row they must have."""
    count: int = 0
    """How many troubles there are."""
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.count

    def note(self, trouble: Trouble) -> None:
        """Count *trouble*, and keep it unless there are too many."""
        self.count += 1
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(trouble)


def check(store: Store, sample: int | None = None) -> Check:
    """Return what is wrong with the database of *store*.

    Args:
        store: the database.
        sample: compare about so many cases with their rows, those of parts drawn by lot; None for all of them.
    """
    with store.reading() as connection:
        found = Check(schema.revision(connection) or "", inspection.counts(connection))
        for trouble in _of_the_whole(connection):
            found.note(trouble)
    parts = list(range(PARTS))
    if sample is not None:
        SystemRandom().shuffle(parts)
    for part in parts:
        if sample is not None and found.cases >= sample:
            break
        with store.reading() as connection, any_text(connection):
            _check_part(connection, part, found)
    return found


def _of_the_whole(connection: Connection) -> Iterator[Trouble]:
    for reason in inspection.damage(connection):
        yield Trouble(TroubleKind.DAMAGED_FILE, details={"reason": reason})
    for table, other, count in inspection.dangling(connection):
        yield Trouble(TroubleKind.DANGLING_REFERENCE, details={"table": table, "other": other, "count": count})
    for row in inspection.orphans(connection):
        yield Trouble(TroubleKind.ORPHAN_WAIT, row.case.hex(), {"table": row.table, "wait": row.wait})
    for deployed in definitions.every(connection):
        if digest(definitions.files(connection, deployed.process, deployed.version)) != deployed.digest:
            details: dict[str, str | int | None] = {"process": deployed.process, "version": deployed.version}
            yield Trouble(TroubleKind.ALTERED_DEFINITION, details=details)


def _check_part(connection: Connection, part: int, found: Check) -> None:
    """Compare the cases of a part with the rows of their waits; both come in the order of the ids."""
    groups = groupby(inspection.waits_in(connection, part), lambda row: row.case)
    case, rows = next(groups, (None, iter(())))
    for stored in inspection.cases_in(connection, part):
        mine: Rows = {}
        if case == stored.id:
            mine = {(row.table, row.wait): row.at for row in rows}
            case, rows = next(groups, (None, iter(())))
        found.cases += 1
        _check_case(stored, mine, found)


def _check_case(case: StoredCase, rows: Rows, found: Check) -> None:
    name = subject_of(case.process, case.key)
    state: State | None = None
    if case.state:  # an imported case has none
        try:
            state = decode(case.state)
        except StateVersionError as error:
            found.note(Trouble(TroubleKind.NEWER_STATE, name, {"reason": str(error)}))
            return
        except StoredBytesError as error:
            found.note(Trouble(TroubleKind.UNREADABLE_STATE, name, {"reason": str(error)}))
            return
    for trouble in _differences(name, case, state, rows):
        found.note(trouble)
    if state is not None:
        found.waits += sum((TABLES.get(wait.kind), number) in rows for number, wait in state.waits.items())


def _differences(name: str, case: StoredCase, state: State | None, rows: Rows) -> Iterator[Trouble]:
    waits = {} if state is None else state.waits
    expected = {(TABLES[wait.kind], number): wait.at for number, wait in waits.items() if wait.kind in TABLES}
    for table, wait in sorted(expected.keys() - rows.keys()):
        yield Trouble(TroubleKind.MISSING_WAIT, name, {"table": table, "wait": wait})
    for table, wait in sorted(rows.keys() - expected.keys()):
        yield Trouble(TroubleKind.STRAY_WAIT, name, {"table": table, "wait": wait})
    for table, wait in sorted(expected.keys() & rows.keys()):
        due, kept = expected[table, wait], rows[table, wait]
        if table == "timers" and due != kept:
            yield Trouble(TroubleKind.WRONG_INSTANT, name, {"wait": wait, "expected": _said(due), "found": _said(kept)})
    if state is None:
        return
    if state.wake_at() != case.wake:
        yield Trouble(TroubleKind.WRONG_WAKE, name, {"expected": _said(state.wake_at()), "found": _said(case.wake)})
    if state.status.name.lower() != case.status or (case.closed is None) != (state.status is Status.OPEN):
        yield Trouble(TroubleKind.WRONG_STATUS, name, {"expected": state.status.name.lower(), "found": case.status})


def _said(at: Micros | None) -> str | None:
    return None if at is None else instant(at).isoformat()
