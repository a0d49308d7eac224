"""Two units of work, one of them a delivery, lock two cases in opposite order: one is ended, and runs again."""

from __future__ import annotations

import threading

import psycopg
import pytest
from children import until
from databases import emptied
from made import Made, catch, end, program, start, task
from sqlalchemy import make_url

from ironcage.engine import Engine, delivering
from ironcage.program import Signal
from ironcage.store.database import causes
from ironcage.store.postgres import Postgres

DEADLOCK = "40P01"
WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
BOTH = program(
    {"s": start(), "a": task(), "c": catch(Signal("rain")), "e": end()}, "s -> a", "s -> c", "a -> e", "c -> e"
)
WHOLE = sorted(
    [
        ("case", "start", "main"), ("event", "complete", "s"), ("activity", "schedule", "a"),
        ("activity", "complete", "a"), ("event", "complete", "c"), ("event", "complete", "e"),
        ("event", "complete", "e"), ("case", "complete", "main"),
    ]
)  # fmt: skip


def _made(url: str, looks_after: str) -> Made:
    """Return an engine for whose units the server looks for a deadlock when they have waited for so long."""
    address = make_url(url).update_query_dict({"options": f"-c deadlock_timeout={looks_after}"})
    made = Made(address.render_as_string(hide_password=False))
    made.put(BOTH)
    return made


def _asked(url: str, sql: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return [value for (value,) in connection.execute(sql)]


@pytest.fixture
def ended(monkeypatch) -> list[str | None]:
    """What the server ended units of work for."""
    is_passing, found = Postgres.is_passing, list[str | None]()

    def noted(database, error):
        found.append(getattr([*causes(error)][-1], "sqlstate", None))
        return is_passing(database, error)

    monkeypatch.setattr(Postgres, "is_passing", noted)
    return found


@pytest.mark.parametrize("victim", ["the delivery", "the person"])
def test_who_is_ended_for_a_deadlock_is_run_again_and_both_have_done_what_they_wanted(victim, ended, monkeypatch):
    url = emptied()
    worker, person = (_made(url, "10ms" if victim == name else "1min") for name in ("the delivery", "the person"))
    tasks = {key: person.open_task(person.engine.start("p", key=key)) for key in "12"}
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_settle", lambda *_: None)
        assert person.engine.signal("rain") == 2
    meeting, deliver = threading.Barrier(2, timeout=60), delivering._deliver
    delivered, tries = list[object](), list[bool]()

    def meet(name: str) -> None:
        """Wait until each holds a case; who shall be ended is the second to want that of the other."""
        meeting.wait()
        if name == victim:
            until(lambda: _asked(url, WAITING))

    def deliver_and_meet(*arguments):
        delivered.append(arguments)
        if len(delivered) == 2:
            meeting.wait()
            meet("the delivery")
        deliver(*arguments)

    def complete_both(_work):
        tries.append(True)
        person.engine.complete(tasks[free])
        if len(tries) == 1:
            meet("the person")
        person.engine.complete(tasks[held])

    monkeypatch.setattr(delivering, "_deliver", deliver_and_meet)
    thread = threading.Thread(target=worker.engine.wake)
    thread.start()
    meeting.wait()
    (free,) = _asked(url, "SELECT key FROM cases FOR UPDATE SKIP LOCKED")
    (held,) = tasks.keys() - {free}
    person.store.run(complete_both)
    thread.join(60)
    assert ended == [DEADLOCK]
    assert (len(delivered), len(tries)) == ((4, 1) if victim == "the delivery" else (2, 2))
    for key in tasks:
        assert sorted(person.facts(f"p/{key}")) == WHOLE
    assert person.dump()["outbox"] == []
    assert person.engine.verify().whole
    worker.close()
    person.close()
