"""The shipped process and its records: an independent reading of the CSV, and the same figures from recorded events."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironcage.record import RecordedCase

PROCESS = Path(__file__).parents[2] / "processes" / "service_request"
SAMPLE = PROCESS / "sample" / "boston311-2011-q3-sample.csv"
DATA = os.environ.get("IRONCAGE_DATA", "")
QUARTER = Path(DATA) / "boston311-2011-q3.csv.gz"

AS_OF = "2012-01-01 00:00:00"
"""Local time of the city."""
AS_OF_US = 1_325_394_000_000_000

needs_quarter = pytest.mark.skipif(not DATA, reason="IRONCAGE_DATA names no folder with boston311-2011-q3.csv.gz")


def rows(log: Path) -> list[dict[str, str]]:
    """Return the rows of *log* as the standard library reads them."""
    source = gzip.decompress(log.read_bytes()) if log.suffix == ".gz" else log.read_bytes()
    return list(csv.DictReader(io.StringIO(source.decode(), newline="")))


def overdue(log: Path, as_of: str = AS_OF) -> Counter[str]:
    """Return how many requests of each department were overdue: the text of local times orders like the times do."""
    return Counter(
        row["department"]
        for row in rows(log)
        if row["open_dt"] <= as_of and row["target_dt"] and min(row["closed_dt"] or "9", as_of) > row["target_dt"]
    )


def overdue_by_events(cases: Iterable[RecordedCase], as_of: int = AS_OF_US) -> Counter[str | None]:
    """Return the same from what is recorded of the task ``handle``."""
    found = Counter[str | None]()
    for case in cases:
        handled = {event.transition: event for event in case.events if event.element == "handle"}
        offered, done = handled.get("schedule"), handled.get("complete")
        if offered and offered.due and min(done.happened if done else as_of, as_of) > offered.due:
            found[offered.unit] += 1
    return found


def missed(cases: Iterable[RecordedCase]) -> Counter[str | None]:
    """Return the missed deadlines that are recorded, by department."""
    return Counter(event.unit for case in cases for event in case.events if event.transition == "missed")
