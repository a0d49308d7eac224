"""Workers on machines whose clocks are an hour wrong, on one database: what is due is due by the server's clock."""

from __future__ import annotations

import signal

import pytest
from children import Child, until
from databases import drop_database, new_database
from running import SERVED, definition

from ironcage.engine import Engine
from ironcage.hooks import Plugins
from ironcage.store import Store

WRONG = """
import time
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + {hours} * 3600
time.time_ns = lambda: real_ns() + {hours} * 3600 * 10**9
from halting_parts import work
work({url!r})
"""
SOON = ({"s": "start", "t": "timer PT0.5S", "b": "user", "e": "end"}, "s -> t", "t -> b", "b -> e")
LATER = ({"s": "start", "t": "timer PT30M", "b": "user", "e": "end"}, "s -> t", "t -> b", "b -> e")
SECOND = 1_000_000


@pytest.fixture
def url():
    made = new_database()
    yield made
    drop_database(made)


def test_machines_an_hour_fast_and_an_hour_slow_do_everything_in_its_time(url, pythonpath):
    store = Store.open(url)
    engine = Engine(store, plugins=Plugins())
    for key, process in (("p", SERVED), ("soon", SOON), ("later", LATER)):
        engine.deploy(definition(*process, key=key))
    for hours in (1, -1):
        child = Child(WRONG.format(hours=hours, url=url), pythonpath)
        try:
            child.says("ready")
            before = engine.clock.now()
            cases = [engine.start(process, key=str(hours)) for process in ("p", "soon", "later")]
            until(lambda cases=cases: all(engine.tasks(case=case) for case in cases[:2]))
            assert not engine.tasks(case=cases[2]), "it is due in half an hour"
            for case in cases[:2]:
                happened = [event.happened for event in engine.case(case).events]
                assert before <= happened[0] <= happened[-1] <= engine.clock.now()
            begun, fired = (event.happened for event in engine.case(cases[1]).events if event.transition == "complete")
            assert fired - begun >= SECOND // 2
            child.signal(signal.SIGTERM)
            assert child.code() == 0
        finally:
            child.close()
    assert engine.verify().whole
    store.close()
