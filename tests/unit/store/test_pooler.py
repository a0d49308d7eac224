"""Everything works behind a pooler that lends connections of the server for one transaction each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from databases import emptied
from pooler import pooled
from running import BEGIN, HOUR, LIMITED, SERVED, Running, definition

from ironcage.hooks import hookimpl
from ironcage.work import Worker

CASES = 24


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


def test_cases_run_behind_a_pooler_that_lends_connections_by_the_transaction():
    with pooled(emptied(), size=2) as pooler:
        running = Running(f"{pooler.url}?prepare=no&notify=off", Answering())
        running.engine.deploy(definition(*SERVED))
        running.engine.deploy(definition(*LIMITED, key="q"))
        with ThreadPoolExecutor(8) as threads:
            served = list(threads.map(lambda number: running.engine.start("p", key=str(number)), range(CASES)))
            list(threads.map(lambda number: running.engine.start("q", key=str(number)), range(CASES)))
        running.clock.move_to(BEGIN + 3 * HOUR)
        worker = Worker(running.engine)
        while worker.work():
            pass
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda case: running.engine.complete(running.open_task(case)), served))
        assert {running.engine.case(case).status for case in served} == {"completed"}
        assert {task.element for task in running.engine.tasks()} == {"c"}
        assert running.engine.verify().whole
        running.close()
    assert max(map(len, pooler.lent.values())) == 2  # one client was lent both
