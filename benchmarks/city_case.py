"""The case of every benchmark in an engine: its process deployed in a store, and the commands that lead to its end."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.models import REPORT, completions, seven_stages
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.store import Store
from ironcage.values import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ironcage.clock import Clock

    Act = partial[str] | partial[None]
    """A command: a start, or a completion."""

STEPS = 8
"""How many commands a case without rework takes: the start, and seven completions."""
_DESCRIPTION = """key = "city_case"
owner = "benchmark"
model = "city_case.bpmn"
time_zone = "Asia/Shanghai"
[title]
zh = "案件"
en = "Case"
"""


@contextmanager
def engine_at(url: str, clock: Clock | None = None) -> Iterator[Engine]:
    """Open the store at *url* with the process deployed."""
    with closing(Store.open(url)) as store, TemporaryDirectory(prefix="ironcage-") as place:
        folder = Path(place) / "city_case"
        folder.mkdir()
        (folder / "process.toml").write_text(_description(), encoding="utf-8")
        (folder / "city_case.bpmn").write_bytes(seven_stages())
        engine = Engine(store, clock)
        engine.deploy(load(folder))
        yield engine


def waits(engine: Engine) -> list[int]:
    """Return the numbers of the seven tasks of a case, in the order of its stages; every case has the same."""
    found: list[int] = []
    with engine.batch():
        case = engine.start("city_case", REPORT)
        for element, data in completions():
            task = next(each for each in engine.tasks(case=case) if each.element == element)
            found.append(int(task.name.rpartition("/")[2]))
            engine.complete(task.name, data)
    return found


def acts(engine: Engine, cases: int, prefix: str = "") -> list[Act]:
    """Return the commands of *cases* cases, all cases one step further before any takes the next."""
    numbers = waits(engine)
    keys = [f"{prefix}{nth}" for nth in range(cases)]
    starts: list[Act] = [partial(engine.start, "city_case", REPORT, key=key) for key in keys]
    return starts + [
        partial(engine.complete, f"city_case/{key}/{number}", data, actor="clerk")
        for (_, data), number in zip(completions(), numbers, strict=True)
        for key in keys
    ]


def about(commands: Sequence[Act]) -> dict[str, list[str]]:
    """Return which tasks and which cases *commands* are about, as ``Engine.batch`` takes them."""
    tasks = [str(act.args[0]) for act in commands if "key" not in act.keywords]
    cases = [f"city_case/{act.keywords['key']}" for act in commands if "key" in act.keywords]
    return {"tasks": tasks, "cases": cases}


def _description() -> str:
    """Return the description of the process, with a field for all that the case brings."""
    brought = [REPORT, *(data for _, data in completions())]
    kinds = {name: kind_of(value) for data in brought for name, value in data.items()}
    return _DESCRIPTION + "".join(f'[data.{name}]\ntype = "{kind}"\n' for name, kind in kinds.items())
