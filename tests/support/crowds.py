"""Much that is due at once, as rows; and how much of a database one unit of work goes through to find its own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from databases import execute

from ironcage.store import Sending, StoredCase, StoredJob, Work, new_id

if TYPE_CHECKING:
    from collections.abc import Iterator

DUE = 1_000_000
"""Since when the crowds are due."""
NOW = 2_000_000
HOT = new_id(7, 1)
"""The case or sender that has much."""


def cases_due(work: Work, count: int) -> None:
    """Let so many cases be due, one a microsecond later than the other."""
    for nth in range(count):
        part, wake = nth % 1024, DUE + nth
        row = (part, new_id(part, nth), "p", str(nth), None, "import", "open", 1, bytes(32), None, wake, None, 0)
        work.add_cases([StoredCase(*row, closed=None, incident=None)])


def jobs_due(work: Work, count: int) -> None:
    """Let so many jobs of one case be due, and one of another case after them."""
    for nth in range(count):
        work.add_job(StoredJob(7, HOT, nth + 1, "ask", "a", nth + 1, 0, DUE + nth, None))
    work.add_job(StoredJob(8, new_id(8, 2), 1, "ask", "a", 1, 0, DUE + count, None))


def sent_at_once(work: Work, count: int, others: int = 3) -> None:
    """Let one step have sent so many things, and some other senders one thing each a moment later."""
    for nth in range(count):
        work.post.send(_sending(7, HOT, nth, DUE))
    for nth in range(others):
        work.post.send(_sending(8 + nth, new_id(8 + nth, 9), 0, DUE + 1))


def _sending(part: int, sender: bytes, number: int, at: int) -> Sending:
    return Sending(part, sender, 1, number, "receive", "storm", 1, bytes(16), 1, b"", at, None)


class Effort:
    """How much was gone through: rows on PostgreSQL, tens of instructions on SQLite."""

    amount = 0


@contextmanager
def effort(work: Work) -> Iterator[Effort]:
    """Measure what is gone through inside the block."""
    measured = Effort()
    driver: Any = work.connection.connection.dbapi_connection
    if work.connection.dialect.name == "sqlite":
        calls: list[None] = []
        driver.set_progress_handler(lambda: calls.append(None), 10)
        yield measured
        driver.set_progress_handler(None, 0)
        measured.amount = len(calls)
        return
    before = _rows_read(work)
    yield measured
    measured.amount = _rows_read(work) - before


def _rows_read(work: Work) -> int:
    counted = "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables"
    return int(work.connection.exec_driver_sql(counted).scalar_one())


def tidy(url: str) -> None:
    """Let PostgreSQL find its tables as they are now, as it does by itself sooner or later."""
    execute(url, "VACUUM (ANALYZE)")
