"""Steps as a worker takes them: timers that are due, claimed, read, fired, written and committed fifty at a time.

The floor is what the same steps write without the marks of who tries them, a commit a step, by the bare driver.
"""

from __future__ import annotations

from contextlib import nullcontext
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from benchmarks import databases
from benchmarks.city_case import engine_at
from benchmarks.durable import Cost, floor, missing_from, now, recorded, since
from benchmarks.figures import Figure
from benchmarks.models import REPORT
from benchmarks.slow_disk import commits_longer_by
from ironcage.clock import VirtualClock
from ironcage.engine import background
from ironcage.engine.basis import TOGETHER
from ironcage.store import statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.databases import MakeDatabase
    from benchmarks.durable import Statement
    from ironcage.engine import Engine

CASES = 1_000
"""Of each, one timer is due."""
ROUNDS = 3
_BEGIN = 1_772_380_800_000_000
_HOUR = 3_600_000_000
_MARKS = {statements.ADD_MARK, statements.CLEAR_MARKS}


class Round(NamedTuple):
    """What the same steps cost."""

    floor: Cost
    ours: Cost


def figures() -> Iterator[Figure]:
    """Yield how many times the rate of the floor a worker fires timers at, as the disk is and on a slow one."""
    for name, lend in (("sqlite_full", databases.sqlite), ("postgres", databases.postgres)):
        with lend() as make:
            rounds = [_round(make, 0.0) for _ in range(ROUNDS)]
            yield _figure(name, rounds, 0.0)
            if missing := missing_from(_commit(rounds)):
                yield _figure(f"{name}_slow_disk", [_round(make, missing) for _ in range(ROUNDS)], missing)


def _figure(name: str, rounds: list[Round], slept: float) -> Figure:
    ours, raw = (
        median(walls) / CASES * 1e3 for walls in zip(*((r.ours.wall, r.floor.wall) for r in rounds), strict=True)
    )
    how = (
        f"timers a second that a worker fires, {TOGETHER} a commit, over the same rows without the engine, one step a "
        f"commit; {CASES:,} timers, {ROUNDS} rounds; {ours:.3f} ms each, a step of the floor {raw:.2f} ms, its commit "
        f"{_commit(rounds) * 1000:.2f} ms, {slept * 1000:.2f} of it slept"
    )
    ratio = median(each.floor.wall / each.ours.wall for each in rounds)
    return Figure(f"fired_grouped_over_single_floor_{name}", round(ratio, 2), "x", how)


def _commit(rounds: list[Round]) -> float:
    return median(each.floor.commits for each in rounds) / CASES


def _round(make: MakeDatabase, longer: float) -> Round:
    begun, fired = _units(make())
    url = make()
    with engine_at(url, VirtualClock(_BEGIN)):
        floor(url, [[row for unit in begun for row in unit]], 0.0)
    with commits_longer_by(longer) if longer else nullcontext():
        return Round(floor(url, fired, longer), _ours(make()))


def _units(url: str) -> tuple[list[list[Statement]], list[list[Statement]]]:
    """Return what beginning the cases writes, and what firing their timers writes, step by step."""
    clock = VirtualClock(_BEGIN)
    with engine_at(url, clock) as engine:
        with recorded() as begun:
            _begin(engine)
        clock.move_to(_BEGIN + 2 * _HOUR)
        with recorded() as fired, patch.object(background, "TOGETHER", 1):
            _fire(engine)
    steps = [[row for row in unit if row[0] not in _MARKS] for unit in fired]
    return begun, [step for step in steps if step]


def _ours(url: str) -> Cost:
    clock = VirtualClock(_BEGIN)
    with engine_at(url, clock) as engine:
        _begin(engine)
        clock.move_to(_BEGIN + 2 * _HOUR)
        began = now()
        _fire(engine)
        return since(began)


def _begin(engine: Engine) -> None:
    for first in range(0, CASES, 100):
        with engine.batch():
            for nth in range(first, min(first + 100, CASES)):
                case = engine.start("city_case", REPORT, key=str(nth))
                (task,) = engine.tasks(case=case)
                engine.complete(task.name)  # the next stage has a limit of half an hour


def _fire(engine: Engine) -> None:
    fired = engine.wake(CASES).steps
    assert fired == CASES, f"{fired} of {CASES} timers fired"
