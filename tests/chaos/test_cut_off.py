"""A host that is cut off without a word: no reset comes, what it sends is lost, its connections look as they did.

It gives up in bounded time, others take its work over, and what it brings when it is back counts for nothing. The long
form waits as long as the settings say that go out; the short one sets those that are set to seconds.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from children import Child, until
from cutting import Link, Proxy
from databases import drop_database, new_database
from halting_parts import LEASE
from running import SERVED, definition

from ironcage.engine import Engine, jobs
from ironcage.hooks import Plugins, hookimpl
from ironcage.store import Store
from ironcage.work import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = """
from halting_parts import hurry, work
{hurry}work({url!r}, job="p/job", step="p/step")
"""
WHOLE = [
    ("case", "start", "p"), ("event", "complete", "s"), ("activity", "schedule", "a"), ("activity", "complete", "a"),
    ("activity", "schedule", "b"),
]  # fmt: skip
SHORT = {"proxy": 60}
"""Seconds; a silent way is noticed in 4, the rest is for slow machines."""
LONG = {"link": 90, "proxy": 180}


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


@pytest.fixture
def way(request: pytest.FixtureRequest) -> Iterator[tuple[Link | Proxy, str]]:
    """A way that can be cut, and the address of the same database on another one."""
    if request.param == "proxy":
        url = new_database()
        proxy = Proxy(url)
        yield proxy, url
        proxy.close()
        drop_database(url)
        return
    if (reason := Link.why_not()) is not None:
        pytest.skip(f"LEFT OUT: a link that loses packets, with the system's own time-outs, is not tried: {reason}")
    link = Link()
    yield link, link.server.url
    link.close()


@contextmanager
def _cut(way: Link | Proxy) -> Iterator[None]:
    way.cut()
    yield
    way.mend()


@pytest.mark.parametrize(
    ("way", "bounds"),
    [
        pytest.param("proxy", SHORT, id="proxy-short"),  # the harder way: nothing but our own limits end the waiting
        *(pytest.param(way, LONG, marks=pytest.mark.long, id=f"{way}-long") for way in ("link", "proxy")),
    ],
    indirect=["way"],
)
def test_who_is_cut_off_gives_up_others_take_over_and_nothing_is_done_twice(way, bounds, pythonpath, monkeypatch):
    monkeypatch.setattr(jobs, "LEASE", LEASE)
    cut, url = way
    bound = bounds[cut.name]
    store = Store.open(url)
    engine = Engine(store, plugins=Plugins(Answering()))
    other = Worker(engine)
    engine.deploy(definition(*SERVED))
    hurry = "hurry()\n" if bounds is SHORT else ""
    child = Child(SCRIPT.format(url=cut.url, hurry=hurry), pythonpath, cut.words)

    def is_answered(case: str) -> bool:
        other.work()
        return [task.element for task in engine.tasks(case=case)] == ["b"]

    try:
        child.says("ready")
        for what in ("job", "step"):
            case = engine.start("p", key=what)
            child.says(f"in the {what} of {case}")
            with _cut(cut):
                taken_over = until(lambda case=case: is_answered(case), bound)
                child.go_on()
                given_up = child.says("The worker waits for it", bound)
            healed = child.says("The worker goes on", bound)
            print(f"{cut.name}, {what}: {taken_over:.1f} s until another has done it, {given_up:.1f} s until the one")
            print(f"that was cut off gives up, {healed:.1f} s from the mending until it goes on")
        with _cut(cut):
            child.says("The worker waits for it", bound)
            engine.start("p", key="idle")
        child.says("asked p/idle 1", bound)
        until(lambda: engine.tasks(case="p/idle"))

        for key, outcomes in (("job", ["lost", "done"]), ("step", ["lost", "done"]), ("idle", ["done"])):
            found = engine.case(f"p/{key}")
            assert [(event.kind, event.transition, event.element) for event in found.events] == WHOLE
            assert [each.outcome for each in engine.attempts(_job_of(store, key))] == outcomes
        assert engine.verify().whole
        assert not engine.incidents()
        child.signal(signal.SIGTERM)
        child.says("done")
        assert child.code() == 0
    finally:
        child.close()
        store.close()


def _job_of(store: Store, key: str) -> str:
    with store.reading() as connection:
        asked = "SELECT DISTINCT wait FROM attempts JOIN cases ON cases.id = attempts.case_id WHERE key = %s"
        return f"p/{key}/{connection.exec_driver_sql(asked, (key,)).scalar_one()}"
