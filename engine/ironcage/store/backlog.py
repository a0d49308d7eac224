"""What waits to be done, counted by its indexes and never further than a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import TextClause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from ironcage.clock import Micros

MOST = 10_000
"""Nothing is counted any further: whoever sees this number sees a backlog."""


class Counted(NamedTuple):
    """How much there is of something, up to the limit, and since when the first of it waits."""

    number: int
    since: Micros | None


class Backlog(NamedTuple):
    """What waits, and what is stopped."""

    wakes: Counted
    """Cases whose wake-up is due."""
    deliveries: Counted
    """What is on its way between cases."""
    ready: Counted
    """Jobs of the engine itself that may be taken."""
    later: Counted
    """Jobs of the engine itself that somebody has, or that were put off; since when says until when."""
    topics: dict[str, Counted]
    """Jobs that workers outside may take, by topic."""
    stopped: dict[str, int]
    """What is stopped by an incident: ``case``, ``job``, ``delivery``."""


_WAKES = "FROM cases WHERE wake_us IS NOT NULL AND incident IS NULL AND wake_us <= :now ORDER BY wake_us"
_DELIVERIES = "FROM outbox WHERE run_us IS NOT NULL AND run_us <= :now ORDER BY run_us"
_OWN = "FROM jobs WHERE kind <> 'external' AND run_us IS NOT NULL AND run_us {when} :now ORDER BY run_us"
_OUTSIDE = (
    "FROM jobs WHERE kind = 'external' AND service = :topic AND run_us IS NOT NULL AND run_us <= :now ORDER BY run_us"
)
_STOPPED = "FROM {table} WHERE incident IS NOT NULL"


def backlog_of(connection: Connection, now: Micros, topics: Iterable[str] = ()) -> Backlog:
    """Return what waits at *now*, for workers outside under *topics*."""

    def counted(column: str, which: str, **more: str) -> Counted:
        asked = f"SELECT count(*), min(at) FROM (SELECT {column} AS at {which} LIMIT {MOST}) AS found"  # noqa: S608 - ours
        return Counted(*connection.execute(TextClause(asked), {"now": now, **more}).one())

    tables = {"case": "cases", "job": "jobs", "delivery": "outbox"}
    return Backlog(
        wakes=counted("wake_us", _WAKES),
        deliveries=counted("run_us", _DELIVERIES),
        ready=counted("run_us", _OWN.format(when="<=")),
        later=counted("run_us", _OWN.format(when=">")),
        topics={topic: counted("run_us", _OUTSIDE, topic=topic) for topic in topics},
        stopped={kind: counted("1", _STOPPED.format(table=table)).number for kind, table in tables.items()},
    )
