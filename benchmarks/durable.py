"""Durable steps on SQLite with ``synchronous=FULL``: the whole command, its rows and its commit.

The floor is the same statements with the same rows, executed by the bare driver with no engine, in the same run.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from benchmarks.figures import Figure
from benchmarks.models import REPORT, completions, seven_stages
from benchmarks.spiff_baseline import measure as measure_spiff
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.store import Store, Work
from ironcage.store.database import Cursor
from ironcage.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ironcage.store import Connection
    from ironcage.store.database import Batch, Database

    Statement = tuple[str, Any, bool]
    """SQL, its parameters, and whether they are many rows."""

CASES = 150
GROUP = 50
ROUNDS = 3
_DESCRIPTION = """key = "city_case"
owner = "benchmark"
model = "city_case.bpmn"
time_zone = "Asia/Shanghai"
[title]
zh = "案件"
en = "Case"
"""


class Cost(NamedTuple):
    """What a run took, in seconds."""

    wall: float
    cpu: float


def figures() -> Iterator[Figure]:
    """Yield the figures of the durable step."""
    rounds = [_round() for _ in range(ROUNDS)]
    steps = CASES * 8
    shares = median(floor.wall / ours.wall for floor, ours, *_ in rounds)
    latency = median(floor.wall for floor, *_ in rounds) / steps * 1000
    how = (
        f"wall time of the same statements without the engine over ours, one step a commit, {steps} steps, median of "
        f"{ROUNDS}; one floor commit takes {latency:.2f} ms here"
    )
    yield Figure("durable_share_sqlite_full", round(shares, 3), "share", how)
    ratio = median((ours.cpu / floor.cpu) for floor, ours, *_ in rounds)
    yield Figure("durable_cpu_over_floor_sqlite_full", round(ratio, 2), "x", "process CPU a step over the floor's")
    grouped = median(floor.wall / together.wall for floor, _, together, _ in rounds)
    how = f"steps a second with {GROUP} steps a commit over the single-commit floor; floor commit {latency:.2f} ms"
    yield Figure("durable_grouped_over_single_floor_sqlite_full", round(grouped, 2), "x", how)
    spiff = sum(measure_spiff(seven_stages(), completions(), REPORT).seconds) / 7 * steps
    over = median((spiff + rows.cpu) / together.cpu for _, _, together, rows in rounds)
    how = f"process CPU: SpiffWorkflow's cycle and the same rows over ours, {GROUP} steps a commit"
    yield Figure("durable_over_spiff_sqlite_full_grouped", round(over, 1), "x", how)


def _round() -> tuple[Cost, Cost, Cost, Cost]:
    """Return the costs of the floor with single commits, of our steps so, of ours grouped, and of the floor grouped."""
    with TemporaryDirectory(prefix="ironcage-") as name:
        place = Path(name)
        units = _statements(place)
        floor = _floor(place / "floor.db", units)
        ours = _ours(place / "ours.db", group=1)
        together = _ours(place / "grouped.db", group=GROUP)
        rows = _floor(place / "rows.db", [list(chain(*units[at : at + GROUP])) for at in range(0, len(units), GROUP)])
        return floor, ours, together, rows


def _acts(engine: Engine, cases: int) -> list[Callable[[], object]]:
    """Return the commands of *cases* seven-stage cases, all cases one step further before any takes the next."""
    waits: list[int] = []
    case = engine.start("city_case", REPORT, key="first")
    for element, data in completions():
        (task,) = engine.tasks(case=case)
        assert task.element == element
        waits.append(int(task.name.rpartition("/")[2]))
        engine.complete(task.name, data)
    acts: list[Callable[[], object]] = [partial(engine.start, "city_case", REPORT, key=str(n)) for n in range(cases)]
    for (_, data), wait in zip(completions(), waits, strict=True):
        names = [f"city_case/{n}/{wait}" for n in range(cases)]
        acts += [partial(engine.complete, name, data, actor="clerk") for name in names]
    return acts


def _description() -> str:
    """Return the description of the process, with a field for all that the case brings."""
    brought = [REPORT, *(data for _, data in completions())]
    kinds = {name: kind_of(value) for data in brought for name, value in data.items()}
    return _DESCRIPTION + "".join(f'[data.{name}]\ntype = "{kind}"\n' for name, kind in kinds.items())


@contextmanager
def _engine(file: Path) -> Iterator[Engine]:
    folder = file.parent / "city_case"
    folder.mkdir(exist_ok=True)
    (folder / "process.toml").write_text(_description(), encoding="utf-8")
    (folder / "city_case.bpmn").write_bytes(seven_stages())
    with closing(Store.open(f"sqlite:///{file}")) as store:
        engine = Engine(store)
        engine.deploy(load(folder))
        yield engine


def _ours(file: Path, group: int) -> Cost:
    with _engine(file) as engine:
        acts = _acts(engine, CASES)
        began = _now()
        for at in range(0, len(acts), group):
            if group == 1:
                acts[at]()
                continue
            with engine.batch():
                for act in acts[at : at + group]:
                    act()
        return _since(began)


class _RecordingCursor(Cursor):
    """Passes everything on, and keeps what writes."""

    def __init__(self, cursor: Cursor, kept: list[Statement]) -> None:
        self._cursor = cursor
        self._kept = kept

    def one(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        return self._cursor.one(sql, parameters)

    def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        return self._cursor.all(sql, parameters)

    def change(self, sql: str, parameters: Sequence[object] = ()) -> int:
        self._kept.append((sql, parameters, False))
        return self._cursor.change(sql, parameters)

    def write(self, batches: Sequence[Batch]) -> list[int]:
        self._kept += [(sql, list(rows), True) for sql, rows in batches]
        return self._cursor.write(batches)

    def close(self) -> None:
        self._cursor.close()


def _statements(place: Path) -> list[list[Statement]]:
    """Return what each step writes, transaction by transaction."""
    units: list[list[Statement]] = []

    class Recording(Work):
        def __init__(self, connection: Connection, database: Database, *, locks: bool = True) -> None:
            super().__init__(connection, database, locks=locks)
            units.append([])
            self._cursor = _RecordingCursor(self._cursor, units[-1])

    with _engine(place / "recorded.db") as engine:
        acts = _acts(engine, CASES)
        with patch("ironcage.store.store.Work", Recording):
            for act in acts:
                act()
    return [unit for unit in units if unit]


def _floor(file: Path, units: list[list[Statement]]) -> Cost:
    with _engine(file) as engine:
        _acts(engine, 0)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        cursor = connection.cursor()
        began = _now()
        for unit in units:
            cursor.execute("BEGIN IMMEDIATE")
            for sql, parameters, many in unit:
                (cursor.executemany if many else cursor.execute)(sql, parameters)
            cursor.execute("COMMIT")
        return _since(began)


def _now() -> Cost:
    return Cost(time.perf_counter(), time.process_time())


def _since(began: Cost) -> Cost:
    now = _now()
    return Cost(now.wall - began.wall, now.cpu - began.cpu)
