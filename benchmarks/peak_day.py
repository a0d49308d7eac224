"""A whole peak day of a city: 9,000 reports over 24 hours (domain, S25), each led through its seven stages.

They come as people report, most by day; each stage takes its time, some longer than its limit, so that timers fire and
somebody is urged on. All of it on a virtual clock, durably, with the acts of a moment in one commit.
"""

from __future__ import annotations

import random
import time
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.city_case import engine_at
from benchmarks.figures import Figure
from benchmarks.models import REPORT, completions
from ironcage.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.engine import Engine
    from ironcage.values import Context

CASES = 9_000
GROUP = 100
"""So many acts share a commit."""
_MINUTE = 60_000_000
_DAY = 24 * 60 * _MINUTE
_MORNING = 1_772_380_800_000_000
"""2026-03-02T00:00:00+08:00."""
_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 7, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 2, 1)
"""How reports spread over the hours of a day; the peak hour has about 770 of 9,000."""
_MINUTES = (20, 25, 60, 180, 30, 100, 10)
"""How long each stage takes, in the mean."""


def figures() -> Iterator[Figure]:
    """Yield how long the day takes, in seconds of wall time; it depends on the machine."""
    with databases.sqlite() as make:
        clock = VirtualClock(_MORNING)
        with engine_at(make(), clock) as engine:
            began = time.perf_counter()
            done, fired = _day(engine, clock, CASES)
            took = time.perf_counter() - began
            problems = engine.verify().problems
    how = (
        f"{CASES:,} cases over 24 h, all led to their end: {done:,} acts of people, {fired:,} timers; SQLite FULL, "
        f"{GROUP} acts a commit; record verified afterwards, {len(problems)} problems"
    )
    yield Figure("peak_day_seconds", round(took, 1), "s", how)


def _day(engine: Engine, clock: VirtualClock, cases: int) -> tuple[int, int]:
    """Run the day; return how many acts people did and how many timers fired."""
    chance = random.Random(9_000)
    stages = completions()
    hours = chance.choices(range(24), _BY_HOUR, k=cases)
    coming = [(_MORNING + (hour * 60 + chance.random() * 60) * _MINUTE, nth, -1) for nth, hour in enumerate(hours)]
    queue = [(int(at), nth, stage) for at, nth, stage in coming]
    heapify(queue)
    done = fired = 0
    while queue:
        with engine.batch():
            for _ in range(min(GROUP, len(queue))):
                at, nth, stage = heappop(queue)
                fired += engine.wake_until(at, clock)
                if stage < 0:
                    engine.start("city_case", REPORT, key=str(nth), channel="app")
                    done += 1
                else:
                    done += _work_off(engine, f"city_case/{nth}", *stages[stage])
                if stage + 1 < len(stages):
                    minutes = chance.expovariate(1 / _MINUTES[stage + 1])
                    heappush(queue, (at + int(minutes * _MINUTE) + 1, nth, stage + 1))
    return done, fired


def _work_off(engine: Engine, case: str, stage: str, data: Context) -> int:
    """Complete the task of the stage, and what somebody urged meanwhile; return how many tasks that were."""
    tasks = engine.tasks(case=case)
    for task in tasks:
        engine.complete(task.name, data if task.element == stage else None, actor="clerk")
    return len(tasks)
