"""Durable steps: the whole command, its rows and its commit, on SQLite with ``synchronous=FULL`` and on PostgreSQL.

The floor is the same rows, written by the bare driver with no engine, a statement for each row, in the same run. Where
a commit takes less than a millisecond, all is measured once more with commits that take one: only there do the shares
of the floor say what an engine costs beside the disk.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from benchmarks import databases
from benchmarks.city_case import STEPS, about, acts, engine_at
from benchmarks.figures import Figure
from benchmarks.models import REPORT, completions, seven_stages
from benchmarks.slow_disk import commits_longer_by
from benchmarks.spiff_baseline import measure as measure_spiff
from ironcage.store import StoredCase, Work, statements
from ironcage.store.database import Cursor
from ironcage.store.grouping import LARGEST
from ironcage.store.sqlite import PRAGMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.databases import MakeDatabase
    from ironcage.store import About, Connection
    from ironcage.store.database import Batch, Database

    Statement = tuple[str, Sequence[object]]
    """SQL, and the values of one row."""

CASES = 200
GROUP = LARGEST
"""So many steps share a commit where they are grouped: as many as threads that bring them would share."""
ROUNDS = 3
SLOW = 0.001
"""The seconds of a commit from which on the shares of the floor are asked for."""
_STEPS = CASES * STEPS


class Cost(NamedTuple):
    """What a run took, in seconds."""

    wall: float
    cpu: float
    commits: float = 0.0
    """Of the wall time of a floor, what its commits took."""


class Round(NamedTuple):
    """What the same steps cost in one round."""

    floor: Cost
    """The rows of each step and its commit, no engine."""
    ours: Cost
    """One step a commit."""
    together: Cost
    """``GROUP`` steps a commit."""
    rows: Cost
    """The rows of ``GROUP`` steps and a commit, no engine."""


def figures() -> Iterator[Figure]:
    """Yield the figures of the durable step."""
    with databases.sqlite() as make:
        yield from _shares("sqlite_full", make)
        over = [_over_spiff(make) for _ in range(ROUNDS)]
    how = (
        "process CPU: SpiffWorkflow's cycle and the same rows, but with its own state in that of the case, over ours, "
        f"{GROUP} steps a commit; median of {ROUNDS} rounds"
    )
    yield Figure("durable_over_spiff_sqlite_full_grouped", round(median(over), 1), "x", how)
    with databases.postgres() as make:
        yield from _shares("postgres", make)


def _shares(name: str, make: MakeDatabase) -> Iterator[Figure]:
    """Yield the figures of a database as it is here, and as it would be if a commit took a millisecond."""
    rounds = [_round(make) for _ in range(ROUNDS)]
    yield from _figures(name, rounds, "")
    ratio = median(each.ours.cpu / each.floor.cpu for each in rounds)
    yield Figure(f"durable_cpu_over_floor_{name}", round(ratio, 2), "x", "process CPU a step over the floor's")
    missing = missing_from(_commit(rounds))
    if missing:
        with commits_longer_by(missing):
            slow = [_round(make, missing) for _ in range(ROUNDS)]
        yield from _figures(f"{name}_slow_disk", slow, f", {missing * 1000:.2f} ms of it slept, on either side")


def _figures(name: str, rounds: list[Round], slept: str) -> Iterator[Figure]:
    floor = (
        f"a commit takes {_commit(rounds) * 1000:.2f} ms here{slept}, "
        f"a step of the floor {median(each.floor.wall for each in rounds) / _STEPS * 1000:.2f} ms"
    )
    share = median(each.floor.wall / each.ours.wall for each in rounds)
    how = f"wall time of the same rows without the engine over ours, one step a commit, {_STEPS} steps, {ROUNDS} rounds"
    yield Figure(f"durable_share_{name}", round(share, 3), "share", f"{how}; {floor}")
    grouped = median(each.floor.wall / each.together.wall for each in rounds)
    how = (
        f"steps a second with {GROUP} steps a commit over the single-commit floor; the batch says beforehand which "
        "cases and tasks it is about, as threads that share a commit do by themselves"
    )
    yield Figure(f"durable_grouped_over_single_floor_{name}", round(grouped, 2), "x", f"{how}; {floor}")


def missing_from(commit: float) -> float:
    """Return by how many seconds longer a commit would have to be to be one of a slow disk."""
    return max(0.0, SLOW - commit)


def _commit(rounds: list[Round]) -> float:
    """Return the seconds of a commit, of a step whose rows are written with no engine."""
    return median(each.floor.commits for each in rounds) / _STEPS


def _round(make: MakeDatabase, longer: float = 0.0) -> Round:
    units = _statements(make())
    together = _grouped(units)
    return Round(
        _floor(make(), units, longer), _ours(make(), 1), _ours(make(), GROUP), _floor(make(), together, longer)
    )


def _over_spiff(make: MakeDatabase) -> float:
    """Return the CPU of the steps on SpiffWorkflow, with their rows, over that of ours, fifty steps a commit each."""
    walks = [measure_spiff(seven_stages(), completions(), REPORT) for _ in range(5)]
    cycle = median(sum(walk.seconds) / len(walk.seconds) for walk in walks)
    rows = _grouped(_with_states(_statements(make()), [state.encode() for state in walks[0].states]))
    return (cycle * _STEPS + _floor(make(), rows).cpu) / _ours(make(), GROUP).cpu


def _with_states(units: list[list[Statement]], states: Sequence[bytes]) -> list[list[Statement]]:
    """Return *units* with what SpiffWorkflow has to keep of a case, after each of its steps, in place of our state.

    All that it knows of a case is in its serialized workflow; it has no other form to store.
    """
    return [[(sql, _with_state(sql, row, states[nth // CASES])) for sql, row in unit] for nth, unit in enumerate(units)]


_STATES = {
    statements.ADD_CASE: StoredCase._fields.index("state"),
    statements.MOVE_CASE: statements.MOVE_CASE.partition("state")[0].count("?"),
}
"""Where in their rows the statements take the state of a case."""


def _with_state(sql: str, row: Sequence[object], state: bytes) -> Sequence[object]:
    at = _STATES.get(sql)
    return row if at is None else (*row[:at], state, *row[at + 1 :])


def _grouped(units: list[list[Statement]]) -> list[list[Statement]]:
    return [list(chain(*units[at : at + GROUP])) for at in range(0, len(units), GROUP)]


def _ours(url: str, group: int) -> Cost:
    with engine_at(url) as engine:
        commands = acts(engine, CASES)
        began = now()
        for at in range(0, len(commands), group):
            if group == 1:
                commands[at]()
                continue
            some = commands[at : at + group]
            with engine.batch(**about(some)):
                for act in some:
                    act()
        return since(began)


class _RecordingCursor(Cursor):
    """Passes everything on, and keeps what writes."""

    def __init__(self, cursor: Cursor, kept: list[Statement]) -> None:
        self._cursor = cursor
        self._kept = kept
        self.number = None
        self.has_written = self.has_failed = False

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        return self._cursor.one(sql, parameters)

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        return self._cursor.all(sql, parameters)

    def foreseen(self, about: Sequence[About]) -> list[Any] | None:
        return self._cursor.foreseen(about)

    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._kept.append((sql, parameters))
        return self._cursor.change(sql, parameters)

    def write(self, batches: Sequence[Batch]) -> list[int]:
        self._kept += [(sql, row) for sql, rows in batches for row in rows]
        return self._cursor.write(batches)

    def close(self) -> None:
        self._cursor.close()


def _statements(url: str) -> list[list[Statement]]:
    """Return what each step writes, transaction by transaction."""
    with engine_at(url) as engine:
        commands = acts(engine, CASES)
        with recorded() as units:
            for act in commands:
                act()
    return [unit for unit in units if unit]


@contextmanager
def recorded() -> Iterator[list[list[Statement]]]:
    """Lend a list to which is added, inside the block, what each transaction writes."""
    units: list[list[Statement]] = []

    class Recording(Work):
        def __init__(self, connection: Connection, database: Database, *, locks: bool = True) -> None:
            super().__init__(connection, database, locks=locks)
            units.append([])
            self._cursor = _RecordingCursor(self._cursor, units[-1])

    with patch("ironcage.store.units.Work", Recording):
        yield units


def _floor(url: str, units: list[list[Statement]], longer: float = 0.0) -> Cost:
    with engine_at(url) as engine:
        acts(engine, 0)
    return floor(url, units, longer)


def floor(url: str, units: list[list[Statement]], longer: float) -> Cost:
    """Return what it costs to write *units* with the bare driver, each commit longer by so many seconds."""
    return (_sqlite_floor if url.startswith("sqlite") else _postgres_floor)(url, units, longer)


def _sqlite_floor(url: str, units: list[list[Statement]], longer: float) -> Cost:
    file = url.removeprefix("sqlite:///")
    with _driver_as_it_comes(), closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        cursor = connection.cursor()
        began, commits = now(), 0.0
        for unit in units:
            cursor.execute("BEGIN IMMEDIATE")
            for sql, row in unit:
                cursor.execute(sql, row)
            commits += _committed(partial(cursor.execute, "COMMIT"), longer)
        return since(began)._replace(commits=commits)


@contextmanager
def _driver_as_it_comes() -> Iterator[None]:
    """Take from the driver, inside the block, what the store has registered with it for speed."""
    with patch.dict(sqlite3.adapters):
        for kind in (bytes, type(None)):
            sqlite3.adapters.pop((kind, sqlite3.PrepareProtocol), None)
        yield


def _postgres_floor(url: str, units: list[list[Statement]], longer: float) -> Cost:
    import psycopg

    written = [[(sql.replace("?", "%s").encode(), row) for sql, row in unit] for unit in units]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        began, commits = now(), 0.0
        for unit in written:
            for sql, row in unit:
                cursor.execute(sql, row)
            commits += _committed(connection.commit, longer)
        return since(began)._replace(commits=commits)


def _committed(commit: Callable[[], object], longer: float) -> float:
    """Commit; return the seconds it took."""
    began = time.perf_counter()
    if longer:
        time.sleep(longer)
    commit()
    return time.perf_counter() - began


def now() -> Cost:
    """Return an instant."""
    return Cost(time.perf_counter(), time.process_time())


def since(began: Cost) -> Cost:
    """Return what was taken since then."""
    ended = now()
    return Cost(ended.wall - began.wall, ended.cpu - began.cpu)
