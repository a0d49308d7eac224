"""Cases come and go, round after round: only what is kept is left behind, and a claim costs what it cost at first.

Every case takes a job, sleeps, hears a signal, begins another case by a message, is handled by a person and closes;
what is closed is archived a round later. The rows of work are gone then, and so is the room that they took. In the long
form PostgreSQL tidies up when it thinks fit; ``-rP`` shows what was measured.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from pathlib import Path
from resource import getpagesize
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from children import until
from crowds import effort, tidy
from databases import drop_database, execute, new_database
from made import Made, catch, end, program, start, task, throw, timer
from running import HOUR
from servers import OwnServer

from ironcage.hooks import hookimpl
from ironcage.operations.archive.archiving import archive_cases
from ironcage.program import Kind, Message, Signal, TimerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ironcage.store import Work

LIFE = program(
    {
        "s": start(), "j": task(Kind.SERVICE_TASK, service="ask", result="x"),
        "w": catch(timer(TimerKind.DURATION, 'duration("PT1H")')), "c": catch(Signal("storm")),
        "m": throw(Message("seen", "", (), ())), "t": task(), "e": end(),
    },
    "s -> j", "j -> w", "w -> c", "c -> m", "m -> t", "t -> e",
)  # fmt: skip
SEEN = program({"s": start(Message("seen", "", (), ())), "e": end()}, "s -> e")
"""Begun by the message that each case sends, and over at once."""
TIDIED_AFTER = 1_000
"""So many rows may be gone before PostgreSQL tidies up a table of work."""
OF_WORK = ("timers", "jobs", "subscriptions", "marks", "outbox", "calls", "notices", "messages")
"""The tables whose rows are gone when a case is over."""
STUB = 500
"""So many bytes, indexes included, are left of an archived case at most: 220 on SQLite and 320 on PostgreSQL, and the
room of a round that is tidied up late. Where nothing is tidied up, a case leaves 3,000."""
ROOM = 65_536
"""So many bytes more, for a table takes whole pages."""
MEMORY = 16_000_000
"""By so many bytes the process may grow: it does by 3 million at most, and by 18 if it kept 1,000 of each case."""


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


class Soak:
    """Rounds of cases on one database, and what is measured of each."""

    def __init__(self, url: str, folder: Path, cases: int, tidy: Callable[[Soak], None]) -> None:
        self.url = url
        self.tidy = tidy
        self.folder = folder
        self.cases = cases
        self.made = Made(url, Answering())
        self.made.put(LIFE)
        self.made.put(SEEN, key="q")
        self.closed = self.made.clock.now()
        self.numbers = count()
        self.claims: dict[str, list[int]] = {"case": [], "job": []}
        self.seconds: list[float] = []
        self.sizes: list[dict[str, int]] = []
        self.memory: list[int] = []

    def round(self) -> None:
        """Lead some cases from their start to their end, and archive those of the round before."""
        engine, clock = self.made.engine, self.made.clock
        with engine.batch():
            names = [engine.start("p", key=str(next(self.numbers))) for _ in range(self.cases)]
        self._measure("job", lambda work: work.labour.due(clock.now(), 1))
        assert engine.run_jobs(self.cases) == self.cases
        clock.move_to(clock.now() + HOUR)
        self._measure("case", lambda work: work.marks.due(clock.now(), clock.now(), 1))
        while engine.wake().steps:
            pass
        assert engine.signal("storm") == self.cases
        with engine.batch():
            for name in names:
                engine.complete(self.made.open_task(name))
        archive_cases(self.made.store, self.folder, self.closed, clock.now())
        clock.move_to(clock.now() + HOUR)
        self.closed = clock.now() - HOUR + 1
        self.tidy(self)
        self.sizes.append(self._sizes())
        self.memory.append(_memory())

    def _measure(self, name: str, claim: Callable[[Work], list[object]]) -> None:
        """Note how much is gone through to find the first that is due."""

        def measured(work: Work) -> int:
            with effort(work) as spent:
                began = perf_counter()
                assert len(claim(work)) == 1
                self.seconds.append(perf_counter() - began)
            return spent.pages or spent.amount

        self.claims[name].append(self.made.store.run(measured))

    def _sizes(self) -> dict[str, int]:
        """Return how many bytes each table takes with its indexes; of SQLite, how many the file takes."""
        if not self.url.startswith("postgres"):
            return {"file": Path(self.url.removeprefix("sqlite:///")).stat().st_size}
        with self.made.store.reading() as connection:
            sizes = connection.exec_driver_sql(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return {name: size for name, size in sizes}  # noqa: C416 - rows are no pairs to mypy

    def sums(self, *names: str) -> list[int]:
        """Return how many bytes *names*, or all there are, took after each round."""
        return [sum(size for name, size in sizes.items() if not names or name in names) for sizes in self.sizes]

    def dead(self) -> int:
        """Return how many rows that are gone lie in the table of work that has most of them, by PostgreSQL's count."""
        asked = f"SELECT max(n_dead_tup) FROM pg_stat_user_tables WHERE relname IN {OF_WORK}"
        with self.made.store.reading() as connection:
            return int(connection.exec_driver_sql(asked).scalar_one())


def _memory() -> int:
    """Return how many bytes this process takes; 0 where the system does not say it in this way."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * getpagesize() if told.exists() else 0


def _print(what: str, figures: list[int]) -> None:
    """Print *figures* of every tenth part of the rounds."""
    print(
        what.ljust(15),
        *(f"{figure:>11,}" for figure in figures[: -1 : max(1, len(figures) // 10)]),
        f"{figures[-1]:>11,}",
    )


@contextmanager
def _a_file(folder: Path) -> Iterator[Soak]:
    yield Soak(f"sqlite:///{folder / 'cases.db'}", folder / "archive", 15, lambda soak: soak.made.store.sweep())


@contextmanager
def _a_server(folder: Path) -> Iterator[Soak]:
    url = new_database()
    soak = Soak(url, folder / "archive", 15, lambda soak: tidy(soak.url))
    yield soak
    soak.made.close()
    drop_database(url)


@contextmanager
def _a_server_that_tidies_up_by_itself(folder: Path) -> Iterator[Soak]:
    server = OwnServer()
    execute(server.url, "ALTER SYSTEM SET autovacuum_naptime = '1s'", "SELECT pg_reload_conf()")
    soak = Soak(server.url, folder / "archive", 300, lambda _soak: None)
    yield soak
    until(lambda: soak.dead() <= TIDIED_AFTER)
    soak.made.close()
    server.close()


@contextmanager
def _a_file_for_long(folder: Path) -> Iterator[Soak]:
    yield Soak(f"sqlite:///{folder / 'cases.db'}", folder / "archive", 300, lambda soak: soak.made.store.sweep())


@pytest.mark.parametrize(
    ("lend", "rounds"),
    [
        (_a_file, 4),
        (_a_server, 4),
        pytest.param(_a_file_for_long, 40, marks=pytest.mark.long),
        pytest.param(_a_server_that_tidies_up_by_itself, 40, marks=pytest.mark.long),
    ],
)
def test_churn_leaves_no_bloat_and_a_claim_that_costs_the_same(lend, rounds, tmp_path):
    with lend(tmp_path) as soak:
        for _ in range(rounds):
            soak.round()
        soak.made.store.sweep()
        rows = soak.made.dump()
    first = rounds // 4  # by then all that comes and goes was there
    kept = 2 * soak.cases * (rounds - 1 - first)
    everything, of_work = soak.sums(), soak.sums(*OF_WORK)
    _print("bytes", everything)
    _print("bytes of work", of_work)
    _print("memory", soak.memory)
    for name, claims in soak.claims.items():
        _print(f"claim of a {name}", claims)
        assert median(claims[rounds // 2 :]) <= 1.2 * claims[0] + 5
    print(f"{(everything[-1] - everything[first]) / kept:.0f} bytes are left of a case")
    half = len(soak.seconds) // 2
    print(f"a claim took {median(soak.seconds[:half]) * 1e6:.0f} us, then {median(soak.seconds[half:]) * 1e6:.0f} us")
    assert everything[-1] - everything[first] <= kept * STUB + ROOM
    assert of_work[-1] <= 1.25 * of_work[first]
    assert soak.memory[-1] <= soak.memory[first] + MEMORY
    assert not any(rows[name] for name in OF_WORK)
    assert len(rows["cases"]) == 2 * soak.cases * rounds
    assert {row[1] for row in rows["events"]} < {row[1] for row in rows["cases"]}  # the rest is archived
