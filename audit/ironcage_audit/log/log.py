"""A log: the views of the audit as of an instant, in a file of their own that holds nothing else.

Rules read this file and never the database of the cases: there is nothing in it that they may not see, it cannot
change while they run, and every kind of source fills it the same way.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ironcage.errors import NotFoundError
from ironcage.messages import mark
from ironcage_audit.log.columns import VIEWS
from ironcage_audit.log.deriving import rows
from ironcage_audit.log.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ironcage.clock import Micros
    from ironcage_audit.log.columns import View
    from ironcage_audit.log.deriving import Row
    from ironcage_audit.log.entries import LogCase, LogEvent, Separation, Step

_BATCH = 20_000


class NoSuchEventError(NotFoundError):
    """A rule named an event as evidence that the log does not have."""

    message = mark("Case {case} has no event {seq}, which the rule names as evidence.")


@dataclass(frozen=True, slots=True)
class Watermark:
    """What a reading has seen: as of when, how much, and the digest over the digests of its events in their order."""

    as_of_us: Micros
    cases: int
    events: int
    first_us: Micros | None
    """When the earliest event happened."""
    digest: str
    left_out: int = 0
    """Cases that lie in an archive and were not read."""


class Log:
    """The views as of an instant; read only."""

    def __init__(self, path: Path, watermark: Watermark) -> None:
        self.path = path
        self.watermark = watermark

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that reads the documented views and does nothing else."""
        with closing(guarded(self.path)) as connection:
            yield connection

    @contextmanager
    def lookup(self) -> Iterator[Lookup]:
        """Give what findings are proved with and rules do not see."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield Lookup(connection)


class Lookup:
    """Answers for single events and cases of a log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def digest(self, case_id: str, seq: int) -> str:
        """Return the digest of an event in hexadecimal.

        Raises:
            NoSuchEventError: the log has no such event.
        """
        found = self._connection.execute(
            "SELECT digest FROM ev WHERE case_id = ? AND seq = ?", (case_id, seq)
        ).fetchone()
        if not found:
            raise NoSuchEventError(case=case_id, seq=seq)
        digest: bytes = found[0]
        return digest.hex()

    def definition(self, case_id: str) -> str | None:
        """Return ``process@version`` for a case that has a version."""
        query = "SELECT process || '@' || version FROM cases WHERE case_id = ?"
        found = self._connection.execute(query, (case_id,)).fetchone()
        return found[0] if found else None


def write(
    path: Path,
    as_of: Micros,
    cases: Iterable[tuple[LogCase, list[LogEvent]]],
    steps: Iterable[Step] = (),
    separations: Iterable[Separation] = (),
) -> Log:
    """Return a new log at *path* of what had happened by *as_of*; a case none of whose events had is not in it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for view in VIEWS.values():
            connection.execute(_definition(view))
        seen = _Seen(as_of)
        pending = _pending(seen, cases)
        while batch := list(islice(pending, _BATCH)):
            _insert(connection, batch)
        _insert(
            connection, [*(("model_step", step) for step in steps), *(("separation", pair) for pair in separations)]
        )
        connection.execute("ANALYZE")
        connection.commit()
    return Log(path, seen.watermark())


def _definition(view: View) -> str:
    columns = [f"{column.name} {column.type}{'' if column.empty else ' NOT NULL'}" for column in view.columns]
    if view.name == "ev":
        columns.append("digest BLOB NOT NULL")
    return f"CREATE TABLE {view.name} ({', '.join(columns)}, PRIMARY KEY ({', '.join(view.key)})) WITHOUT ROWID"


def _insert(connection: sqlite3.Connection, batch: Iterable[tuple[str, Row]]) -> None:
    by_view: dict[str, list[Row]] = {}
    for name, row in batch:
        by_view.setdefault(name, []).append(row)
    for name, of_view in by_view.items():
        marks = ", ".join("?" * len(of_view[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", of_view)  # noqa: S608 - a name of ours


class _Seen:
    """Counts and digests what goes into a log."""

    def __init__(self, as_of: Micros) -> None:
        self.as_of = as_of
        self.cases = 0
        self.events = 0
        self.first: Micros | None = None
        self.digest = hashlib.sha256()

    def take(self, events: list[LogEvent]) -> None:
        self.cases += 1
        self.events += len(events)
        earliest = min(event.t_us for event in events)
        self.first = earliest if self.first is None else min(self.first, earliest)
        for event in events:
            self.digest.update(event.digest)

    def watermark(self) -> Watermark:
        return Watermark(self.as_of, self.cases, self.events, self.first, self.digest.hexdigest())


def _pending(seen: _Seen, cases: Iterable[tuple[LogCase, list[LogEvent]]]) -> Iterator[tuple[str, Row]]:
    for case, events in cases:
        visible = [event for event in events if event.t_us <= seen.as_of]
        if not visible:
            continue
        seen.take(visible)
        hidden = case.closed_us is not None and case.closed_us > seen.as_of
        yield from rows(case._replace(closed_us=None) if hidden else case, visible)
