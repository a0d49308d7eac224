"""The history of a city: 100,000 cases begun, led through their seven stages and closed, durably.

Guiyang's citizens sent 1.26 million reports (domain, S27). The rate and the memory at 100,000, and how the cost of a
step grows from the first tenth to the last, say what all of them would take; ``--all`` runs them.
"""

from __future__ import annotations

import resource
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.city_case import STEPS, engine_at, waits
from benchmarks.figures import Figure
from benchmarks.models import REPORT, completions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.engine import Engine

ALL = 1_260_000
CASES = 100_000
GROUP = 200
"""So many acts share a commit."""
OPEN = 2_000
"""So many cases are under way at once."""


def figures() -> Iterator[Figure]:
    """Yield the rate, the growth, the memory, and what the whole history takes or would take."""
    cases = ALL if "--all" in sys.argv else CASES
    with databases.sqlite() as make, engine_at(make()) as engine:
        tenths = [_lead(engine, acts, cases * STEPS // 10) for acts in [_acts(engine, cases)] for _ in range(10)]
    seconds = sum(tenths)
    growth = tenths[-1] / tenths[1]  # the first pays for warming up
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    how = f"{cases:,} seven-stage cases, {cases * STEPS:,} steps, SQLite FULL, {GROUP} steps a commit, one process"
    yield Figure("city_history_steps_per_second", round(cases * STEPS / seconds), "1/s", how)
    yield Figure(
        "city_history_growth", round(growth, 3), "x", f"seconds of the last tenth over those of the second; {how}"
    )
    yield Figure("city_history_peak_mb", round(peak), "MB", f"largest resident size of the process; {how}")
    if cases == ALL:
        yield Figure("city_history_hours", round(seconds / 3600, 2), "h", how)
        return
    # A step that costs so much more after 80,000 cases goes on growing so: with the logarithm of what is stored.
    expected = seconds * ALL / cases * max(1.0, growth)
    how = f"extrapolated from {cases:,} cases with the growth measured, {growth:.3f}, applied once"
    yield Figure("city_history_hours", round(expected / 3600, 2), "h", how)


def _lead(engine: Engine, acts: Iterator[Callable[[], object]], steps: int) -> float:
    """Do so many of *acts*; return the seconds it took."""
    began = time.perf_counter()
    left = steps
    while left:
        with engine.batch():
            for act in islice(acts, min(GROUP, left)):
                act()
        left -= min(GROUP, left)
    return time.perf_counter() - began


def _acts(engine: Engine, cases: int) -> Iterator[Callable[[], object]]:
    """Yield the commands of all cases: so many cases at once, each a step further before any takes the next."""
    numbers, stages = waits(engine), completions()
    for first in range(0, cases, OPEN):
        keys = [str(nth) for nth in range(first, min(first + OPEN, cases))]
        yield from (lambda key=key: engine.start("city_case", REPORT, key=key) for key in keys)
        for (_, data), number in zip(stages, numbers, strict=True):
            names = (f"city_case/{key}/{number}" for key in keys)
            yield from (lambda name=name, data=data: engine.complete(name, data, actor="clerk") for name in names)
