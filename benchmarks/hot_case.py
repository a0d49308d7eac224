"""What others wait for while one case has ten thousand jobs due, or one step has sent a signal to ten thousand cases.

The rows are written as a step writes them. Somebody else is delivering the signal, so others go past all of it.
"""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from statistics import quantiles
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.figures import Figure
from ironcage.engine.jobs import claim_own
from ironcage.engine.marking import mark_sendings, new_attempt
from ironcage.settings import NOTHING_SET
from ironcage.store import Sending, Store, StoredJob, new_id
from ironcage.store.marking import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.store import Work

HOT = 10_000
"""So many jobs, and so many receivers."""
OTHERS = 300
"""So many others, each of which claims once."""
TRIED = 50
"""So much of the signal is being delivered by somebody else."""
_DUE = 1_772_380_800_000_000
_NOW = _DUE + 60_000_000


def figures() -> Iterator[Figure]:
    """Yield how long a claim takes behind a hot case and behind a signal, on both databases."""
    for suffix, name, lend in (("", "SQLite", databases.sqlite), ("_postgres", "PostgreSQL", databases.postgres)):
        with lend() as make, closing(Store.open(make())) as store:
            store.run(_fill)
            how = (
                f"{name}: a job taken, that committed, while one case has {HOT:,} due; {OTHERS} times, 99th percentile"
            )
            yield Figure(f"hot_case_claim_p99_ms{suffix}", _p99(partial(_take, store)), "ms", how)
            how = f"{name}: what another sent marked, behind a signal to {HOT:,} cases; {OTHERS} times, 99th percentile"
            yield Figure(f"hot_signal_claim_p99_ms{suffix}", _p99(partial(_mark, store)), "ms", how)


def _p99(claim: Callable[[], object]) -> float:
    """Return the 99th percentile of the milliseconds that the claims of all others take."""
    taken: list[float] = []
    for _ in range(OTHERS):
        began = time.perf_counter()
        claim()
        taken.append((time.perf_counter() - began) * 1000)
    return round(quantiles(taken, n=100)[98], 2)


def _fill(work: Work) -> None:
    hot = new_id(7, _DUE)
    for nth in range(HOT):
        work.add_job(StoredJob(7, hot, nth + 1, "ask", "a", nth + 1, 0, _DUE, None))
        work.post.send(Sending(7, hot, 1, nth, "receive", "storm", 1, bytes(16), 1, b"", _DUE, None))
    for nth in range(OTHERS):
        other = new_id(nth, _DUE)
        work.add_job(StoredJob(nth, other, 1, "ask", "a", 1, 0, _DUE + 1, None))
        work.post.send(Sending(nth, other, 1, 0, "receive", "storm", 1, bytes(16), 1, b"", _DUE + 1, None))
    work.marks.set(new_attempt(_NOW), _NOW, [(Place(7, "delivery", hot, 1, nth), 1) for nth in range(TRIED)])


def _take(store: Store) -> None:
    """Take the job that has waited longest; those of the hot case come first."""
    assert store.run(lambda work: claim_own(work, NOTHING_SET, _NOW)) is not None


def _mark(store: Store) -> None:
    """Mark one thing of another sender: the hot one's first is in other hands."""
    attempt = new_attempt(_NOW)
    assert store.note(partial(mark_sendings, attempt=attempt, now=_NOW, at=_NOW, limit=1))
