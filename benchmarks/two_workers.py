"""Two workers against one on PostgreSQL, one step a commit: timers that are due, fired by worker processes.

Each worker is a process of its own that claims one case at a time, so that what is measured is not the group commit.
The server shares the cores with them; how much of the machine it takes is said.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks import databases
from benchmarks.city_case import engine_at
from benchmarks.figures import Figure
from benchmarks.models import REPORT
from ironcage.clock import SystemClock, VirtualClock
from ironcage.engine import Engine, background
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.databases import MakeDatabase

CASES = 1_000
"""Of each, one timer is due."""
ROUNDS = 3
_HOUR = 3_600_000_000


def figures() -> Iterator[Figure]:
    """Yield how many times as fast two workers are."""
    with databases.postgres() as make:
        rounds = [(_drained(make, 1), _drained(make, 2)) for _ in range(ROUNDS)]
    ratio = median(one[0] / two[0] for one, two in rounds)
    server = median(two[1] / two[0] / (os.cpu_count() or 1) for _, two in rounds)
    how = (
        f"{CASES:,} timers due, one step a commit, {ROUNDS} rounds, {os.cpu_count()} cores; the server's processes "
        f"take {server:.0%} of the machine meanwhile"
    )
    yield Figure("two_workers_over_one_postgres", round(ratio, 2), "x", how)


def _drained(make: MakeDatabase, workers: int) -> tuple[float, float]:
    """Return the seconds of wall time until nothing is due, and the CPU seconds the server took."""
    url, now = make(), SystemClock().now()
    with engine_at(url, VirtualClock(now - 2 * _HOUR)) as engine:
        for first in range(0, CASES, 100):
            with engine.batch():
                for nth in range(first, first + 100):
                    case = engine.start("city_case", REPORT, key=str(nth))
                    (task,) = engine.tasks(case=case)
                    engine.complete(task.name)  # the next stage has a limit of half an hour
    started = [_worker(url) for _ in range(workers)]
    for each in started:
        _told(each)  # it is ready
    before, began = _server_cpu(), time.perf_counter()
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    fired = sum(int(_told(each)) for each in started)
    took, served = time.perf_counter() - began, _server_cpu() - before
    for each in started:
        each.communicate()
    assert fired == CASES, f"{fired} of {CASES} timers fired"
    return took, served


def _worker(url: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.two_workers", url]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _told(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout
    return worker.stdout.readline()


def _server_cpu() -> float:
    """Return the CPU seconds of every PostgreSQL process so far, those that are over included."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, fields = stat.read_text().rpartition(") ")
        except OSError:
            continue
        if "(postgres" in name:
            ticks += sum(map(int, fields.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _work(url: str) -> None:
    """Be a worker: say when ready, wait for the word, fire what is due, and say how much that was."""
    store = Store.open(url)
    engine = Engine(store)
    print("ready", flush=True)
    sys.stdin.readline()
    fired = 0
    with patch.object(background, "TOGETHER", 1):
        while (due := engine.next_wake()) is not None and due <= engine.clock.now():
            fired += engine.wake(1).steps
    print(fired, flush=True)
    store.close()


if __name__ == "__main__":
    _work(sys.argv[1])
