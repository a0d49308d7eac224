"""People and what is stopped: seeing what was tried, letting it go on, doing it by hand."""

from __future__ import annotations

import json

import pytest
from made import Made, end, program, script, start, task
from running import BEGIN, HOUR, SERVED, definition

from ironcage.clock import instant
from ironcage.definitions.schema import DataRefusedError
from ironcage.engine import (
    NotStoppedError,
    ResolutionReasonError,
    ResolverMissingError,
    UnknownCaseError,
    UnknownJobError,
)
from ironcage.engine.jobs import claim_own
from ironcage.engine.leases import LEASE
from ironcage.hooks import GiveUpError, hookimpl
from ironcage.settings import NOTHING_SET, Site


class Failing:
    """A plugin whose service fails as it is told."""

    def __init__(self, error):
        self.error = error

    @hookimpl
    def services(self):
        def ask(_call):
            raise self.error

        return {"ask": ask}


@pytest.fixture
def stopped(run):
    running = run(definition(*SERVED), plugins=(Failing(GiveUpError()),))
    running.engine.start("p", key="k")
    assert running.engine.run_jobs() == 0
    return running


@pytest.fixture
def make(url):
    made = []

    def with_plugins(*plugins):
        made.append(Made(url, *plugins))
        return made[-1]

    yield with_plugins
    for running in made:
        running.close()


def _job(running):
    (incident,) = running.engine.incidents()
    return incident.job


def test_what_gives_up_is_stopped_at_once(stopped):
    (incident,) = stopped.engine.incidents()
    assert (incident.case, incident.element, incident.kind) == ("p/k", "a", "GiveUpError")
    assert stopped.engine.next_job() is None


def test_every_attempt_is_kept_with_who_made_it_and_what_came_of_it(run):
    running = run(definition(*SERVED), site=Site(topics=frozenset({"ask"})))
    case = running.engine.start("p", key="k")
    (first,) = running.engine.fetch_jobs(["ask"], "one")
    running.engine.fail_job(first.name, first.attempt, "out of paper")
    running.clock.move_to(BEGIN + HOUR)
    assert len(running.engine.fetch_jobs(["ask"], "two")) == 1
    running.clock.move_to(BEGIN + 2 * HOUR)
    (third,) = running.engine.fetch_jobs(["ask"], "three")
    running.engine.complete_job(third.name, third.attempt, {"x": 1})
    kept = [(each.attempt, each.worker, each.outcome) for each in running.engine.attempts(third.name)]
    assert kept == [(1, "one", "failed"), (2, "two", "lost"), (3, "three", "done")]
    failed = running.engine.attempts(third.name)[0]
    assert failed.error == "one could not do it: out of paper"
    assert failed.began_at == failed.ended_at == instant(BEGIN)
    assert running.engine.tasks(case=case)[0].element == "b"


def test_a_person_does_it_by_hand_and_it_is_recorded_who_and_why(stopped):
    stopped.engine.resolve_job(_job(stopped), {"x": 5}, reason="asked by telephone", actor="amy")
    view = stopped.engine.case("p/k")
    assert view.variables["x"] == 5
    assert view.tasks[0].element == "b"
    done = {event.transition: event for event in view.events if event.element == "a"}
    assert list(done) == ["schedule", "resolve", "complete"]
    assert (done["resolve"].actor, done["complete"].actor) == ("amy", "amy")
    assert json.loads(view.payloads[done["resolve"].seq]) == {"reason": "asked by telephone"}
    assert stopped.engine.incidents() == []
    assert stopped.engine.verify().whole


def test_the_reason_can_be_erased_and_the_chain_still_verifies(stopped):
    stopped.engine.resolve_job(_job(stopped), {"x": 5}, reason="Wang asked for it", actor="amy")
    stopped.engine.erase("p/k", "order 7")
    assert "Wang" not in str(stopped.dump())
    assert stopped.engine.verify().whole


SCRIPTED = program({"s": start(), "w": script("x = 2"), "u": task(), "e": end()}, "s -> w", "w -> u", "u -> e")


def test_the_attempts_at_a_script_are_kept_too(make):
    made = make()
    made.put(SCRIPTED)
    made.engine.start("p", key="k")
    (row,) = made.dump()["jobs"]
    assert made.engine.run_jobs() == 1
    (attempt,) = made.engine.attempts(f"p/k/{row[2]}")
    assert (attempt.attempt, attempt.worker, attempt.outcome) == (1, None, "done")


def test_a_script_that_nobody_comes_back_with_is_stopped_and_done_by_hand(make):
    made = make()
    made.put(SCRIPTED)
    made.engine.start("p", {"x": 1}, key="k")
    for _ in range(2):
        made.store.run(lambda work: claim_own(work, NOTHING_SET, made.clock.now()))
        made.clock.move_to(made.clock.now() + LEASE)
    assert made.engine.run_jobs() == 0
    (incident,) = made.engine.incidents()
    assert incident.kind == "AttemptLostError"
    made.engine.resolve_job(incident.job, {"x": 9}, reason="reckoned on paper", actor="amy")
    assert made.engine.case("p/k").variables["x"] == 9


def test_only_what_is_stopped_is_done_by_hand(run):
    running = run(definition(*SERVED), site=Site(topics=frozenset({"ask"})))
    running.engine.start("p", key="k")
    (job,) = running.engine.fetch_jobs(["ask"], "one")
    before = running.dump()
    with pytest.raises(NotStoppedError):
        running.engine.resolve_job(job.name, {"x": 1}, reason="r", actor="amy")
    assert running.dump() == before


def test_what_is_missing_or_does_not_fit_is_refused_and_changes_nothing(stopped):
    job, before = _job(stopped), stopped.dump()
    with pytest.raises(ResolverMissingError):
        stopped.engine.resolve_job(job, {"x": 1}, reason="r", actor=" ")
    with pytest.raises(ResolutionReasonError):
        stopped.engine.resolve_job(job, {"x": 1}, reason=" ", actor="amy")
    with pytest.raises(DataRefusedError):
        stopped.engine.resolve_job(job, {"x": "one"}, reason="r", actor="amy")
    for name in ("p/k", "p/k/999", "x"):
        with pytest.raises(UnknownJobError):
            stopped.engine.resolve_job(name, {}, reason="r", actor="amy")
    with pytest.raises(UnknownCaseError):
        stopped.engine.attempts("p/other/1")
    assert stopped.dump() == before


def test_what_an_attempt_quotes_is_erased(run):
    running = run(definition(*SERVED), plugins=(Failing(ValueError("Wang said so")),))
    running.engine.start("p", key="k")
    running.engine.run_jobs()
    assert "Wang" in str(running.dump()["attempts"])
    running.engine.erase("p/k", "order 7")
    assert "Wang" not in str(running.dump())
