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
FEW_CASE = new_id(8, 2)
"""The case that has one thing to do, after the others."""


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


def jobs_of_a_topic_due(work: Work, count: int) -> None:
    """Let so many jobs of one process be due under a topic, and one of another process after them."""
    for part, case, process in ((7, HOT, "many"), (8, FEW_CASE, "few")):
        row = (part, case, process, "1", None, "import", "open", 1, bytes(32), None, None, None, 0)
        work.add_cases([StoredCase(*row, closed=None, incident=None)])
    for nth in range(count):
        work.add_job(_job(7, HOT, nth + 1, DUE + nth, "many"))
    work.add_job(_job(8, FEW_CASE, 1, DUE + count, "few"))


def _job(part: int, case: bytes, wait: int, at: int, process: str) -> StoredJob:
    return StoredJob(part, case, wait, "ask", "a", wait, 0, at, None, "external", 0, None, process)


def sent_at_once(work: Work, count: int, others: int = 3) -> None:
    """Let one step have sent so many things, and some other senders one thing each a moment later."""
    for nth in range(count):
        work.post.send(_sending(7, HOT, nth, DUE))
    for nth in range(others):
        work.post.send(_sending(8 + nth, new_id(8 + nth, 9), 0, DUE + 1))


def _sending(part: int, sender: bytes, number: int, at: int) -> Sending:
    return Sending(part, sender, 1, number, "receive", "storm", 1, bytes(16), 1, b"", at, None)


_ROWS = "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables"
_PAGES = (
    "SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0) FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace"
)


class Effort:
    """How much was gone through: rows on PostgreSQL, tens of instructions on SQLite."""

    amount = 0
    pages = 0
    """Of tables and indexes, on PostgreSQL: those on the way that hold only what is gone are among them."""


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
    rows, pages = _count(work, _ROWS), _count(work, _PAGES)
    yield measured
    measured.amount, measured.pages = _count(work, _ROWS) - rows, _count(work, _PAGES) - pages


def _count(work: Work, asked: str) -> int:
    return int(work.connection.exec_driver_sql(asked).scalar_one())


def tidy(url: str) -> None:
    """Let PostgreSQL find its tables as they are now, as it does by itself sooner or later."""
    execute(url, "VACUUM (ANALYZE)")
