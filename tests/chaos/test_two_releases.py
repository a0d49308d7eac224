"""Two releases at work on one database, each in a process of its own; the next one is simulated, see its file."""

from __future__ import annotations

import signal
import threading

import pytest
from children import Child, until
from next_release import REVISION, expand
from running import SERVED, definition

from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.store import Store, schema

THIS = """
from halting_parts import work
work({url!r})
"""
NEXT = """
from next_release import become
become(writes_its_form=False)
from halting_parts import work
work({url!r})
"""
LATER = """
import sys
from next_release import become
become(writes_its_form=True)
from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.store import Store
engine = Engine(Store.open({url!r}), plugins=Plugins())
for process in "pw":
    engine.start(process, key="future")
print("begun", flush=True)
sys.stdin.readline()
for process in "pw":
    engine.retry(f"{{process}}/future")
engine.store.close()
from halting_parts import work
work({url!r})
"""
TIMED = ({"s": "start", "t": "timer PT0.2S", "b": "user", "e": "end"}, "s -> t", "t -> b", "b -> e")


@pytest.fixture
def processes(pythonpath):
    made: list[Child] = []

    def make(script: str, url: str) -> Child:
        made.append(Child(script.format(url=url), pythonpath))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def engine(empty):
    store = Store.open(empty)
    made = Engine(store, plugins=Plugins())
    made.deploy(definition(*SERVED))
    made.deploy(definition(*TIMED, key="w"))
    yield made
    store.close()


@pytest.mark.parametrize(
    ("empty", "cases"),
    [
        pytest.param("postgres", 20, id="short"),
        pytest.param("sqlite", 1500, marks=pytest.mark.long, id="sqlite-long"),
        pytest.param("postgres", 1500, marks=pytest.mark.long, id="postgres-long"),
    ],
    indirect=["empty"],
)
def test_the_schema_expands_under_load_and_both_releases_work_on_it(engine, empty, processes, cases):
    this = processes(THIS, empty)
    this.says("ready")
    followers: list[Child] = []

    def expand_in_the_middle() -> None:
        engine.store.run(lambda work: expand(work.connection))
        followers.append(processes(NEXT, empty))
        followers[0].says("ready")

    for number in range(cases):
        if number == cases // 3:
            between = threading.Thread(target=expand_in_the_middle)
            between.start()
        for process in "pw":
            engine.start(process, {"x": number}, key=str(number))
        if number == 2 * cases // 3:
            between.join()
    until(lambda: _waiting(engine) == 2 * cases, 60 + cases)
    this.signal(signal.SIGTERM)
    assert this.code() == 0
    (following,) = followers
    engine.start("p", key="by the next")
    following.says("asked p/by the next")
    following.signal(signal.SIGTERM)
    assert following.code() == 0
    assert not engine.incidents()
    assert engine.verify().whole
    for number in range(cases):
        for process, element in (("p", "a"), ("w", "t")):
            assert _completed(engine, f"{process}/{number}") == ["s", element]


@pytest.mark.parametrize("empty", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True)
def test_a_state_that_a_later_release_wrote_stops_its_own_case_and_no_other(engine, empty, processes):
    engine.store.run(lambda work: expand(work.connection))
    this, later = processes(THIS, empty), processes(LATER, empty)
    this.says("ready")  # a release that does not know the revision begins to work, for it is compatible
    later.says("begun")
    until(lambda: len(engine.incidents()) == 2)
    found = {(each.case, each.kind) for each in engine.incidents()}
    assert found == {("p/future", "CaseUnreadableError"), ("w/future", "CaseUnreadableError")}
    for process in "pw":
        engine.start(process, key="present")
    until(lambda: _waiting(engine) == 2)
    this.signal(signal.SIGTERM)
    assert this.code() == 0
    later.go_on()
    until(lambda: _waiting(engine) == 4)
    assert not engine.incidents()
    assert engine.verify().whole
    for process, element in (("p", "a"), ("w", "t")):
        assert _completed(engine, f"{process}/future") == ["s", element]
    with engine.store.reading() as connection:
        assert schema.revision(connection) == REVISION, "whoever does not know it leaves it as it is"


def _waiting(engine: Engine) -> int:
    """Return in how many cases the task is open to which their worker leads them."""
    return sum(task.element == "b" for task in engine.tasks())


def _completed(engine: Engine, case: str) -> list[str]:
    """Return what the record says, which every release can read."""
    process, _, key = case.partition("/")
    asked = (
        "SELECT element FROM events JOIN cases ON cases.part = events.part AND cases.id = events.case_id "
        f"WHERE process = '{process}' AND key = '{key}' AND transition = 'complete' ORDER BY events.seq"
    )
    with engine.store.reading() as connection:
        return list(connection.exec_driver_sql(asked).scalars())
