"""A small record with everything in it: two cases of the engine, one of them erased, and an imported one."""

from __future__ import annotations

import importlib.util
import sqlite3
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ironcage.machine.step import Entry, EntryKind, Transition
from ironcage.program import Kind, Node, Program
from ironcage.record import (
    CaseRow,
    Chain,
    Event,
    Fact,
    LocalTime,
    Payload,
    Provenance,
    RecordedCase,
    Recorder,
    append_facts,
    erasure,
    grouped,
    part_of,
    subject_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

PROCESS = "permit"
ZONE = ZoneInfo("Asia/Shanghai")
START = 1_709_254_800_000_000
"""2024-03-01T09:00:00+08:00."""
HOUR = 3_600_000_000
RECORDER = Recorder(
    Program(
        PROCESS,
        "许可",
        (Node("start", 1, Kind.START_EVENT), Node("review", 2, Kind.USER_TASK), Node("end", 3, Kind.END_EVENT)),
        (),
        zone=ZONE,
    ),
    frozenset({"category"}),
    "permit@1 sha256:" + "ab" * 32,
)
VERIFIER = Path(__file__).parents[2] / "docs" / "reference" / "verify_record.py"


def salts() -> Callable[[int], bytes]:
    """Return a source of salts that are known beforehand."""
    numbers = count(1)
    return lambda size: next(numbers).to_bytes(size)


def new_chain(key: str, case: bytes | None = None) -> Chain:
    """Return the empty record of a case; its internal id follows from *key* unless it is given."""
    part = part_of(PROCESS, key)
    case = case or UUID(int=0x018DF7A0_0000_7000_8000_000000000000 + (sum(key.encode()) << 10) + part).bytes
    return Chain(subject_of(PROCESS, key), part, case, salts=salts())


def run(chain: Chain) -> None:
    """Record a case from its start to its end."""
    case, activity, event, deadline = EntryKind.CASE, EntryKind.ACTIVITY, EntryKind.EVENT, EntryKind.DEADLINE
    due = START + 2 * HOUR
    RECORDER.append(
        chain,
        [
            Entry(case, Transition.START, payload={"category": "占道", "applicant": "某甲"}),
            Entry(event, Transition.COMPLETE, 0),
            Entry(activity, Transition.SCHEDULE, 1, 1, "reviewer", "二科", due),
        ],
        START,
        Provenance("window-3", "counter", 265_800_000, 1_067_100_000, "EPSG:4490"),
    )
    RECORDER.append(chain, [Entry(deadline, Transition.MISSED, 1, 1, "reviewer", "二科", due, due)], due + 1)
    done = Entry(activity, Transition.COMPLETE, 1, 1, "reviewer", "二科", due, payload={"opinion": 'said "yes"\n'})
    ended = [Entry(event, Transition.COMPLETE, 2), Entry(case, Transition.COMPLETE)]
    RECORDER.append(chain, [done, *ended], due + HOUR, Provenance("clerk-7", "web"))


def recorded(chain: Chain, origin: str = "engine") -> RecordedCase:
    """Return what *chain* holds as the rows of a case."""
    process, key = chain.subject.split("/", 1)
    row = CaseRow(chain.part, chain.case, process, key, origin, chain.seq, chain.head)
    return RecordedCase(row, chain.events, chain.payloads)


def whole_case(key: str = "2024-1") -> RecordedCase:
    """Return a case of seven events, two of them with a payload."""
    chain = new_chain(key)
    run(chain)
    return recorded(chain)


def erased_case(key: str = "2024-2") -> RecordedCase:
    """Return a case of eight events whose payloads were erased by order."""
    chain = new_chain(key)
    run(chain)
    RECORDER.append(chain, [erasure("第5号决定")], START + 9 * HOUR, Provenance("archivist"))
    chain.payloads.clear()
    return recorded(chain)


def imported_case(key: str = "旧/17") -> RecordedCase:
    """Return an imported case of three events."""
    chain = new_chain(key)
    facts = [
        Fact("permit", START - 90 * HOUR, "case", "start", payload={"category": "占道"}),
        Fact("review", START - 80 * HOUR, by=Provenance("clerk-2"), payload={"note": "x"}),
        Fact("permit", START - 70 * HOUR, "case", "complete", recorded=START - 69 * HOUR),
    ]
    append_facts(chain, facts, LocalTime(ZONE), frozenset({"category"}))
    return recorded(chain, "import")


def small_record() -> list[RecordedCase]:
    """Return the three cases."""
    return [whole_case(), erased_case(), imported_case()]


TABLES = {
    "cases": "part INTEGER, id BLOB, process TEXT, key TEXT, origin TEXT, seq INTEGER, head BLOB",
    "events": (
        "part INTEGER, case_id BLOB, seq INTEGER, kind TEXT, transition TEXT, element TEXT, execution INTEGER,"
        " actor TEXT, role TEXT, unit TEXT, happened_us BIGINT, recorded_us BIGINT, local_day INTEGER,"
        " local_weekday INTEGER, local_hour INTEGER, due_us BIGINT, channel TEXT, latitude_e7 BIGINT,"
        " longitude_e7 BIGINT, crs TEXT, definition TEXT, facts TEXT, algorithm INTEGER, payload_digest BLOB,"
        " previous BLOB, digest BLOB"
    ),
    "payloads": "part INTEGER, case_id BLOB, seq INTEGER, salt BLOB, body BLOB",
}


class Database:
    """A record in an SQLite file without constraints, as one who edits the file is not bound by any."""

    def __init__(self, file: Path, cases: list[RecordedCase]) -> None:
        self.file = file
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        self.connection.execute("PRAGMA journal_mode = MEMORY")
        self.connection.execute("PRAGMA synchronous = OFF")
        for table, columns in TABLES.items():
            self.connection.execute(f"CREATE TABLE {table} ({columns})")
        for row, events, payloads in cases:
            self.add("cases", *([row] if row else []))
            self.add("events", *events)
            self.add("payloads", *payloads)

    def add(self, table: str, *rows: tuple[object, ...]) -> None:
        """Add *rows* to *table*."""
        for row in rows:
            self.connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of *table*."""
        return [column.split()[0] for column in TABLES[table].split(", ")]

    def record(self) -> Iterator[RecordedCase]:
        """Read it as the store does."""
        streams: list[Iterator[Any]] = []
        for kind, table, order in (
            (CaseRow, "cases", "part, id"),
            (Event, "events", "part, case_id, seq"),
            (Payload, "payloads", "part, case_id, seq"),
        ):
            streams.append(map(kind._make, self.connection.execute(f"SELECT * FROM {table} ORDER BY {order}")))
        return grouped(*streams)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def stand_alone() -> ModuleType:
    """Return the stand-alone verifier, loaded from its place in the documentation."""
    spec = importlib.util.spec_from_file_location("verify_record", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
