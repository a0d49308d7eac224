"""Small processes that run in an engine, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpmn_model import model
from sqlalchemy import inspect

from ironcage.clock import VirtualClock
from ironcage.definitions import load_files
from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.settings import NOTHING_SET
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ironcage.definitions import Definition
    from ironcage.settings import Site

HOUR = 3_600_000_000
BEGIN = 1_300_000_000_000_000
"""When the clocks of the tests begin: 13 March 2011, 07:06:40 UTC."""

_PROCESS = """
key = "{key}"
owner = "the tests"
model = "{key}.bpmn"
time_zone = "Asia/Shanghai"

[title]
zh = "测试流程"
en = "A process for tests"

[data.x]
type = "number"
audit = true

[data.ok]
type = "boolean"

[data.name]
type = "text"
personal = true
"""

TWO_TASKS = ({"s": "start", "a": "user", "b": "user", "e": "end"}, "s -> a", "a -> b", "b -> e")
CHECKED = (
    {"s": "start", "a": "user", "check": "user", "b": "user", "e": "end"},
    "s -> a", "a -> check", "check -> b", "b -> e",
)  # fmt: skip
"""The two tasks, and one between them."""
LONGER = ({"s": "start", "a": "user", "b": "user", "c": "user", "e": "end"}, "s -> a", "a -> b", "b -> c", "c -> e")
"""The two tasks, and one after them."""
LIMITED = (
    {"s": "start", "a": "user", "l": "boundary a PT2H", "b": "user", "c": "user", "e": "end", "late": "end"},
    "s -> a", "a -> b", "b -> e", "l -> c", "c -> late",
)  # fmt: skip
"""A task with a limit of two hours, after which another task takes its place."""
SERVED = ({"s": "start", "a": "service ask result x", "b": "user", "e": "end"}, "s -> a", "a -> b", "b -> e")
"""A service task, and a task after it."""


def definition(
    nodes: Mapping[str, str], *flows: str, said: Mapping[str, str] | None = None, key: str = "p", more: str = ""
) -> Definition:
    """Return a definition of the process that ``bpmn_model.model`` writes; *more* is added to its process.toml."""
    source = model(nodes, *flows, said=said, process=key)
    return load_files({"process.toml": (_PROCESS.format(key=key) + more).encode(), f"{key}.bpmn": source}, key)


def within(hours: int) -> str:
    """Return what makes a deadline so many hours after an activity begins."""
    return f'<deadline within="@&quot;PT{hours}H&quot;"/>'


class Running:
    """An engine on a store, with a clock that the test moves."""

    def __init__(self, url: str = ":memory:", *plugins: object, site: Site = NOTHING_SET) -> None:
        self.clock = VirtualClock(BEGIN)
        self.store = Store.open(url)
        self.engine = Engine(self.store, self.clock, Plugins(*plugins), site)

    def close(self) -> None:
        self.store.close()

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table."""
        with self.store.reading() as connection:
            return {
                name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr)
                for name in inspect(connection).get_table_names()
            }

    def open_task(self, case: str) -> str:
        """Return the name of the one open task of the case."""
        (task,) = self.engine.tasks(case=case)
        return task.name

    def facts(self, case: str) -> list[tuple[str, str, str]]:
        """Return kind, transition and element of every event of the case."""
        return [(event.kind, event.transition, event.element) for event in self.engine.case(case).events]
