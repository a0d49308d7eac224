"""What is damaged of one case stops that case and says so; the others go on, and nothing is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import HOUR, LIMITED, SERVED, definition
from sqlalchemy import select, update

from ironcage.engine import CaseUnreadableError
from ironcage.hooks import hookimpl
from ironcage.machine import State, encode
from ironcage.store.tables import cases, definition_files, events

if TYPE_CHECKING:
    from collections.abc import Callable

    from running import Running

FORM = encode(State())[:1]
DAMAGES = {
    "of a later release": lambda state: b"\xff" + state[1:],
    "cut off": lambda state: state[:5],
    "empty": lambda _: b"",
    "another value": lambda _: FORM + b"\x80",
    "other bytes": lambda _: FORM + b"\xc1\xc1\xc1",
}


class _Service:
    @hookimpl
    def services(self):
        return {"ask": lambda _: 1}


@pytest.fixture
def pair(run) -> Running:
    """Two cases that wait for people and a limit, and two that wait for a service."""
    running = run(definition(*LIMITED), definition(*SERVED, key="q"), plugins=(_Service(),))
    for key in ("whole", "broken"):
        running.engine.start("p", {"x": 1}, key=key)
        running.engine.start("q", {"x": 1}, key=key)
    return running


def _damage(running: Running, damage: Callable[[bytes], bytes]) -> list[tuple[object, ...]]:
    """Damage the states of the cases that are called broken; return their rows."""
    for process, state, *_ in _states(running):
        changed = update(cases).where(cases.c.key == "broken", cases.c.process == process)
        with running.store.writing() as work:
            work.connection.execute(changed.values(state=damage(state)))
    return _states(running)


def _states(running: Running) -> list[tuple[object, ...]]:
    of = cases.c
    query = select(of.process, of.state, of.seq, of.head).where(of.key == "broken").order_by(of.process)
    with running.store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_command_on_a_damaged_case_says_so_and_others_are_served(pair, damage):
    left = _damage(pair, damage)
    for key in ("broken", "whole"):
        task = next(task.name for task in pair.engine.tasks(case=f"p/{key}"))
        if key == "broken":
            with pytest.raises(CaseUnreadableError, match="p/broken"):
                pair.engine.complete(task, {}, actor="ann")
            with pytest.raises(CaseUnreadableError, match="p/broken") as refused:
                pair.engine.cancel("p/broken", "no need")
            assert "ironcage db check" in refused.value.at_the_command_line()
        else:
            pair.engine.complete(task, {}, actor="ann")
    assert _states(pair) == left


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_case_that_is_woken_becomes_an_incident_and_others_are_woken(pair, damage):
    left = _damage(pair, damage)
    pair.clock.move_to(pair.clock.now() + 2 * HOUR)
    woken = pair.engine.wake()
    assert (woken.steps, woken.incidents) == (1, ("p/broken",))
    assert [each.element for each in pair.engine.tasks(case="p/whole")] == ["c"]
    assert [each.case for each in pair.engine.incidents()] == ["p/broken"]
    assert pair.engine.wake().incidents == ()
    assert _states(pair) == left


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_job_of_a_damaged_case_becomes_an_incident_and_other_jobs_run(pair, damage):
    left = _damage(pair, damage)
    assert pair.engine.run_jobs() == 1
    assert [each.element for each in pair.engine.tasks(case="q/whole")] == ["b"]
    assert [(each.case, each.element) for each in pair.engine.incidents()] == [("q/broken", "a")]
    assert pair.engine.run_jobs() == 0
    assert _states(pair) == left


def test_an_altered_definition_stops_its_own_cases_only(pair, run, url):
    with pair.store.writing() as work:
        altered = update(definition_files).where(definition_files.c.process == "q")
        work.connection.execute(altered.values(body=b"altered"))

    from running import Running

    other = Running(url, _Service())
    other.clock.move_to(pair.clock.now() + 2 * HOUR)
    assert other.engine.run_jobs() == 0
    assert other.engine.wake().steps == 2
    assert {each.case for each in other.engine.incidents()} == {"q/whole", "q/broken"}
    other.close()


def test_a_damaged_event_stops_nothing_and_is_named_by_verification(pair):
    with pair.store.writing() as work:
        broken = select(cases.c.id).where(cases.c.process == "p", cases.c.key == "broken").scalar_subquery()
        altered = update(events).where(events.c.seq == 2, events.c.case_id == broken)
        work.connection.execute(altered.values(actor="eve"))
    for key in ("broken", "whole"):
        pair.engine.complete(next(task.name for task in pair.engine.tasks(case=f"p/{key}")), {}, actor="ann")
    assert {problem.case for problem in pair.engine.verify().problems} == {"p/broken"}
