"""Cases come and go, round after round: only what is kept is left behind, and a claim costs what it cost at first.

Every case takes a job, sleeps, hears a signal, begins another case by a message, is handled by a person and closes;
what is closed is archived a round later. The rows of work are gone then, and so is the room that they took.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
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
OF_WORK = ("timers", "jobs", "subscriptions", "marks", "outbox", "calls", "notices", "messages")
"""The tables whose rows are gone when a case is over."""
STUB = 1_200
"""So many bytes, indexes included, are left of an archived case at most; its whole history takes ten times as much."""


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
        self.claims: list[int] = []
        self.sizes: list[dict[str, int]] = []

    def round(self) -> None:
        """Lead some cases from their start to their end, and archive those of the round before."""
        engine, clock = self.made.engine, self.made.clock
        with engine.batch():
            names = [engine.start("p", key=str(next(self.numbers))) for _ in range(self.cases)]
        assert engine.run_jobs(self.cases) == self.cases
        clock.move_to(clock.now() + HOUR)
        self.claims.append(self.made.store.run(self._claim))
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

    def _claim(self, work: Work) -> int:
        """Return how much is gone through to find what is due."""
        now = self.made.clock.now()
        with effort(work) as spent:
            assert len(work.marks.due(now, now, 10)) == 10
        return spent.amount

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

    def growth(self, names: tuple[str, ...], since: int) -> int:
        """Return by how many bytes *names* have grown since the round numbered *since*."""
        return sum(self.sizes[-1][name] - self.sizes[since][name] for name in names)


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
    if "file" in soak.sizes[0]:
        assert soak.growth(("file",), since=first) <= kept * STUB
    else:
        assert soak.growth(OF_WORK, since=first) <= 0.5 * sum(soak.sizes[first][name] for name in OF_WORK)
    assert max(soak.claims[1:]) <= 1.2 * soak.claims[0] + 5
    assert not any(rows[name] for name in OF_WORK)
    assert len(rows["cases"]) == 2 * soak.cases * rounds
    assert {row[1] for row in rows["events"]} < {row[1] for row in rows["cases"]}  # the rest is archived
