"""What a step costs, and how long a claim takes, with a million cases stored against a thousand.

The stored cases are copies of one that the engine led to its second stage, under ids and keys of their own: each with
its record, its open task and a timer that is pending. So a million cases are a million pending timers too.
"""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.city_case import acts, engine_at
from benchmarks.figures import Figure
from benchmarks.models import REPORT
from ironcage.clock import VirtualClock
from ironcage.store import new_id, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.engine import Engine

FEW, MANY = 1_000, 1_000_000
CASES = 100
"""So many cases are led through their stages to measure a step."""
GROUP = 50
CLAIMS = 500
_NOW = 1_772_380_800_000_000
_HOUR = 3_600_000_000
_TABLES = ("cases", "events", "payloads", "tasks", "timers")


def figures() -> Iterator[Figure]:
    """Yield the cost of a step with many cases over that with few, and the time of a claim among many timers."""
    with databases.sqlite() as make:
        few, many = make(), make()
        costs = {}
        for url, stored in ((few, FEW), (many, MANY)):
            _fill(url, stored)
            with engine_at(url, VirtualClock(_NOW)) as engine:
                costs[url] = median(_step(engine, f"{nth}-") for nth in range(5))
        claims = _claims(many.removeprefix("sqlite:///"))
    how = (
        f"process CPU of a step, {GROUP} steps a commit, {MANY:,} cases stored over {FEW:,}, each with a pending timer"
    )
    yield Figure("step_cost_1m_over_1k", round(costs[many] / costs[few], 3), "x", how)
    p99 = quantiles(claims, n=100)[98] * 1000
    how = f"SQLite, {MANY:,} pending timers, 50 claimed at a time at random instants, {CLAIMS} claims, 99th percentile"
    yield Figure("timers_1m_claim_p99_ms", round(p99, 2), "ms", how)


def _step(engine: Engine, prefix: str) -> float:
    """Return the CPU seconds of a step of fresh cases."""
    commands = acts(engine, CASES, prefix)
    began = time.process_time()
    for at in range(0, len(commands), GROUP):
        with engine.batch():
            for act in commands[at : at + GROUP]:
                act()
    return (time.process_time() - began) / len(commands)


def _fill(url: str, stored: int) -> None:
    """Store so many cases; their timers are due over the days to come."""
    with engine_at(url, VirtualClock(_NOW)) as engine:
        case = engine.start("city_case", REPORT, key="stored")
        (task,) = engine.tasks(case=case)
        engine.complete(task.name)
    chance = random.Random(stored)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        columns = {table: _columns(connection, table) for table in _TABLES}
        rows = {
            table: [dict(zip(columns[table], row, strict=True)) for row in connection.execute(f"SELECT * FROM {table}")]
            for table in _TABLES
        }
        for first in range(0, stored, 10_000):
            copies: dict[str, list[tuple[object, ...]]] = {table: [] for table in _TABLES}
            for nth in range(first, min(first + 10_000, stored)):
                part = chance.randrange(1024)
                own = {"part": part, "key": f"stored-{nth}", "wake_us": _NOW + chance.randrange(1, 72 * _HOUR)}
                case_id = new_id(part, _NOW)
                for table in _TABLES:
                    own_id = {"id": case_id} if table == "cases" else {"case_id": case_id}
                    for row in rows[table]:
                        changed = {name: (own | own_id).get(name, value) for name, value in row.items()}
                        copies[table].append(tuple(changed.values()))
            with connection:
                for table, made in copies.items():
                    marks = ", ".join("?" * len(columns[table]))
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", made)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _claims(file: str) -> list[float]:
    """Return the seconds that each of some claims took."""
    chance, taken = random.Random(7), list[float]()
    with closing(sqlite3.connect(file)) as connection:
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {statements.DUE}", (0, 1)).fetchall())
        assert "ix_cases_wake" in plan, plan
        for _ in range(CLAIMS):
            due = _NOW + chance.randrange(1, 72 * _HOUR)
            began = time.perf_counter()
            connection.execute(statements.DUE, (due, GROUP)).fetchall()
            taken.append(time.perf_counter() - began)
    return taken
