"""Every wait of a case has its row, and none is left when the case is over."""

from __future__ import annotations

import pytest
from made import Made, boundary, call, catch, end, message, program, script, start, task, timer

from ironcage import feel
from ironcage.engine.naming import find_case
from ironcage.engine.stepping import state_of
from ironcage.machine import WaitKind
from ironcage.program import Conditional, Kind, Signal, TimerKind

HOUR = timer(TimerKind.DURATION, 'duration("PT1H")')
ALL = program(
    {
        "s": start(),
        "f": task(Kind.PARALLEL_GATEWAY),
        "u": task(),
        "b": boundary(2, HOUR),
        "j": task(Kind.SERVICE_TASK, service="ask"),
        "x": script("x"),
        "m": catch(message("paid")),
        "g": catch(Signal("storm")),
        "i": catch(Conditional(feel.compile("x = 1"))),
        "r": task(Kind.RECEIVE_TASK, events=(message("filed"),)),
        "c": call("q"),
        "e": end(),
    },
    "s -> f",
    *(f"f -> {each}" for each in "ujxmgirc"),
    *(f"{each} -> e" for each in "ubjxmgirc"),
)
TABLES = {
    "tasks": {WaitKind.TASK},
    "timers": {WaitKind.TIMER, WaitKind.DEADLINE},
    "jobs": {WaitKind.JOB, WaitKind.SCRIPT},
    "subscriptions": {WaitKind.MESSAGE, WaitKind.SIGNAL},
    "calls": {WaitKind.CALL},
}


@pytest.fixture
def made(url):
    running = Made(url)
    running.put(ALL, key="p")
    running.put(program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e"), key="q")
    yield running
    running.close()


def test_the_rows_of_waits_are_those_of_the_state(made):
    case = made.engine.start("p")
    with made.store.writing() as work:
        found = find_case(work, case)
    waits = state_of(found).waits
    assert {wait.kind for wait in waits.values()} == set(WaitKind) - {WaitKind.DEADLINE}
    rows = made.dump()
    for table, kinds in TABLES.items():
        mine = {row[2] for row in rows[table] if row[1] == found.id}
        assert mine == {number for number, wait in waits.items() if wait.kind in kinds}, table


def test_what_is_over_leaves_no_row_behind(made):
    case = made.engine.start("p")
    made.engine.cancel(case, "no need")
    rows = made.dump()
    assert {row[7] for row in rows["tasks"]} == {"withdrawn"}
    assert [rows[table] for table in (*TABLES, "outbox") if table != "tasks"] == [[]] * 5
    assert made.engine.next_wake() is made.engine.next_job() is None
