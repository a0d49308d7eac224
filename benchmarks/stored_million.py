"""What a step costs, and how long a claim takes, with a million cases stored against a thousand.

The stored cases are copies of one that the engine led to its second stage, under ids and keys of their own: each with
its record, its open task and a timer that is pending. So a million cases are a million pending timers too. By their ids
they began one after the other during the year before.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import time
from contextlib import closing, contextmanager
from functools import partial
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks import databases
from benchmarks.city_case import acts, engine_at
from benchmarks.figures import Figure
from benchmarks.models import REPORT
from ironcage.clock import VirtualClock
from ironcage.engine.marking import mark_due, new_attempt
from ironcage.store import Store, new_id, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.engine import Engine
    from ironcage.store import Connection, Work

    Rows = list[tuple[object, ...]]
    Insert = Callable[[dict[str, Rows]], None]
    """Inserts rows by table."""

FEW, MANY = 1_000, 1_000_000
CASES = 100
"""So many cases are led through their stages to measure a step."""
GROUP = 50
"""So many steps share a commit, and so many cases are claimed together, as a worker claims them."""
ROUNDS = 9
CLAIMS = 500
FIRST = 10
"""So many claims a process makes before the server has its plans and keeps them; a worker makes them once."""
_NOW = 1_772_380_800_000_000
_HOUR = 3_600_000_000
_LAST = _NOW + 72 * _HOUR
_YEAR = 365 * 24 * _HOUR
_EXPLAIN = {"sqlite": ("EXPLAIN QUERY PLAN {}", "?"), "postgresql": ("EXPLAIN {} FOR UPDATE SKIP LOCKED", "%s")}
"""How each database is asked for the plan of a statement that claims, and how it calls a parameter."""
_TABLES = ("cases", "events", "payloads", "tasks", "timers")
_OWN = ("part", "id", "case_id", "key", "wake_us")
"""What each case has for itself."""


def figures() -> Iterator[Figure]:
    """Yield the cost of a step with many cases over that with few, and the time of a claim among many timers."""
    with databases.sqlite() as make:
        few, many = make(), make()
        _fill(few, FEW)
        _fill(many, MANY)
        with engine_at(few, VirtualClock(_NOW)) as among_few, engine_at(many, VirtualClock(_NOW)) as among_many:
            pairs = [(_step(among_few, f"{nth}-"), _step(among_many, f"{nth}-")) for nth in range(1 + ROUNDS)][1:]
        stored_over = f"{MANY:,} cases of a year stored over {FEW:,}, each with a timer"
        how = (
            f"process CPU of a step, {GROUP} steps a commit, {stored_over}; median of {ROUNDS} rounds on both in "
            f"turn, after one; {median(each for _, each in pairs) * 1_000_000:.0f} us among many"
        )
        yield Figure("step_cost_1m_over_1k", round(median(b / a for a, b in pairs), 3), "x", how)
        yield from _claim_figures("", "SQLite", many)
    with databases.postgres(is_large=True) as make:
        many = make()
        _fill(many, MANY, ("cases", "timers"))  # a claim touches nothing else; nobody has analysed them
        yield from _claim_figures("_postgres", "PostgreSQL with a quarter of the memory as shared_buffers", many)


def _claim_figures(suffix: str, database: str, url: str) -> Iterator[Figure]:
    for most, name in ((GROUP, "timers_1m_claim_p99_ms"), (1, "timers_1m_claim_of_one_p99_ms")):
        taken = _claims(url, most)
        first, p99 = max(taken[:FIRST]) * 1000, quantiles(taken[FIRST:], n=100)[98] * 1000
        how = (
            f"{database}, {MANY:,} timers, the {most} longest due marked, that committed, and their cases read and "
            f"taken; {CLAIMS} claims, each of other timers, median {median(taken[FIRST:]) * 1000:.2f} ms, 99th "
            f"percentile, after {FIRST} that took up to {first:.1f} ms"
        )
        yield Figure(name + suffix, round(p99, 2), "ms", how)


def _step(engine: Engine, prefix: str) -> float:
    """Return the CPU seconds of a step of fresh cases."""
    commands = acts(engine, CASES, prefix)
    began = time.process_time()
    for at in range(0, len(commands), GROUP):
        with engine.batch():
            for act in commands[at : at + GROUP]:
                act()
    return (time.process_time() - began) / len(commands)


def _fill(url: str, stored: int, tables: tuple[str, ...] = _TABLES) -> None:
    """Store so many cases, of each its rows in *tables*; their timers are due over the days to come."""
    with engine_at(url, VirtualClock(_NOW)) as engine:
        case = engine.start("city_case", REPORT, key="stored")
        (task,) = engine.tasks(case=case)
        engine.complete(task.name)
        with engine.store.reading() as stored_already:
            originals = [_Original(table, row) for table in tables for row in _rows(stored_already, table)]
    chance = random.Random(stored)
    with (_into_sqlite if url.startswith("sqlite:") else _into_postgres)(url) as insert:
        for first in range(0, stored, 10_000):
            copies: dict[str, Rows] = {table: [] for table in tables}
            for nth in range(first, min(first + 10_000, stored)):
                part = chance.randrange(1024)
                began = _NOW - _YEAR + nth * _YEAR // stored
                own = {"part": part, "id": new_id(part, began), "key": f"stored-{nth}"}
                own |= {"case_id": own["id"], "wake_us": _NOW + chance.randrange(1, _LAST - _NOW)}
                for original in originals:
                    copies[original.table].append(original.copy(own))
            insert(copies)
    os.sync()  # or the machine would be writing what was stored while something is measured


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()]


class _Original:
    """A row of the case that the others are copies of."""

    def __init__(self, table: str, row: dict[str, Any]) -> None:
        self.table = table
        self._values = list(row.values())
        self._own = [(at, name) for at, name in enumerate(row) if name in _OWN]

    def copy(self, own: dict[str, Any]) -> tuple[object, ...]:
        """Return the row with what each case has for itself."""
        values = self._values.copy()
        for at, name in self._own:
            values[at] = own[name]
        return tuple(values)


@contextmanager
def _into_sqlite(url: str) -> Iterator[Insert]:
    """Lend what inserts into a file, which is lost if the machine stops meanwhile: nobody waits for the disk."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -4000000"):
            connection.execute(f"PRAGMA {pragma}").close()

        def insert(copies: dict[str, Rows]) -> None:
            for table, rows in copies.items():
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

        connection.execute("BEGIN")  # one transaction: cases lie all over their tables, each page is written once
        yield insert
        connection.execute("COMMIT")


@contextmanager
def _into_postgres(url: str) -> Iterator[Insert]:
    """Lend what copies into a server."""
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor() as cursor:

        def insert(copies: dict[str, Rows]) -> None:
            for table, rows in copies.items():
                with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
            connection.commit()

        yield insert
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # or whoever claims would write the pages that the copying left behind


def _claims(url: str, most: int) -> list[float]:
    """Return the seconds that each of some claims of so many cases took, as a worker claims what is due."""
    taken = list[float]()
    with closing(Store.open(url)) as store:
        _check_plans(store)
        for _ in range(FIRST + CLAIMS):
            began = time.perf_counter()
            attempt, at = new_attempt(_LAST), store.clock.now()
            store.note(partial(mark_due, attempt=attempt, now=_LAST, at=at, limit=most))
            taken.append(store.run(partial(_take, attempt=attempt, most=most)) - began)
    return taken


def _take(work: Work, attempt: bytes, most: int) -> float:
    """Return when the cases that *attempt* marked were there; their timers are gone afterwards."""
    found = work.marks.cases(attempt, _LAST)
    ready = time.perf_counter()
    assert len(found) == most
    for case, _ in found:
        work.move_case(case._replace(wake=None), case.seq)
    work.marks.clear(attempt)
    return ready


def _check_plans(store: Store) -> None:
    """Make sure that neither what is due nor what is marked is looked for among all cases."""
    with store.writing() as work:
        work.marks.due(0, 0, 1)  # from now on the unit of work goes by indexes, as one that claims
        connection = work.connection
        explain, placeholder = _EXPLAIN[connection.dialect.name]
        for sql, values in ((statements.DUE, (_LAST, 0, 0, GROUP)), (statements.MARKED_CASES, (b"", _LAST))):
            asked = explain.format(sql.replace("?", placeholder))
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(asked, values))
            assert not re.search("(SCAN|Seq Scan on) cases", plan), plan
            if sql is statements.DUE:
                assert "ix_cases_wake" in plan, plan
                assert not re.search("Sort|TEMP B-TREE", plan), plan
