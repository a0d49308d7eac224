"""What a proposal needs, and what it never is: a way out for work that does not keep up."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from ironcage.clock import VirtualClock, micros
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.messages import speaking
from ironcage.resources import folder
from ironcage.store import Store
from ironcage_audit import audit
from ironcage_audit.proposals import as_json, propose, tell

START = datetime(2011, 7, 1, tzinfo=UTC)
QUEUE = "PWDx_Street Light Outages"
LIGHTS, GRAFFITI = "Street Light Outages", "Graffiti Removal"


class City:
    """A city whose requests take as long as the test says."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._clock = VirtualClock(micros(START))
        self._engine = Engine(store, self._clock)
        self._engine.deploy(load(folder("processes") / "service_request"))
        self._begun: list[str] = []

    def requests(self, kind: str, count: int, limit: int, took: int | None) -> City:
        """Add *count* requests with a limit of *limit* days, closed after *took* days or never."""
        data = {"type": kind, "queue": QUEUE, "recorded": True, "target": START + timedelta(days=limit)}
        with self._engine.batch():
            for _ in range(count):
                case = self._engine.start("service_request", data)
                self._begun.append(f"{case}|{'' if took is None else took}")
        return self

    def propose(self):
        """Let the days pass, audit after 200 of them, and return what is proposed."""
        closings = [(int(took), case) for case, took in (each.split("|") for each in self._begun) if took]
        for took, case in sorted(closings):
            self._clock.move_to(micros(START + timedelta(days=took)))
            (task,) = self._engine.tasks(case=case)
            self._engine.complete(task.name)
        return propose(self.store, audit(self.store, micros(START + timedelta(days=200)), clock=self._clock))


@pytest.fixture
def city():
    with closing(Store.open(":memory:")) as store:
        yield City(store)


def test_a_limit_that_one_kind_misses_and_others_keep_is_proposed_with_its_diff(city):
    found = city.requests(LIGHTS, 30, limit=14, took=40).requests(GRAFFITI, 60, limit=14, took=5).propose()
    made = found.proposal
    assert made is not None
    assert (made.group.value, made.group.element) == (LIGHTS, "handle")
    assert (made.figures.overdue, made.figures.ended, made.figures.still_open) == (30, 30, 0)
    assert made.proposed == 40 * 86_400_000_000
    assert (made.kept_now, made.kept_then) == (0, 1)
    changed = [line for line in made.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line.strip("+- ") for line in changed] == [
        '<outputEntry id="usual_limit_93_then"><text>duration("P14D")</text></outputEntry>',
        '<outputEntry id="usual_limit_93_then"><text>duration("P40D")</text></outputEntry>',
    ]


def test_work_that_does_not_keep_up_is_not_given_a_longer_limit(city):
    city.requests(LIGHTS, 20, limit=14, took=40).requests(LIGHTS, 20, limit=14, took=None)
    found = city.requests(GRAFFITI, 100, limit=14, took=5).propose()
    assert found.proposal is None
    assert (found.declined[0].group.value, found.declined[0].reason) == (LIGHTS, "behind")


def test_few_cases_carry_nothing(city):
    found = city.requests(LIGHTS, 19, limit=14, took=40).requests(GRAFFITI, 60, limit=14, took=5).propose()
    assert [declined.reason for declined in found.declined] == ["few"]


def test_a_kind_that_is_overdue_like_all_others_is_not_singled_out(city):
    found = city.requests(LIGHTS, 30, limit=14, took=40).requests(GRAFFITI, 30, limit=14, took=40).propose()
    assert {declined.reason for declined in found.declined} == {"like-others"}


def test_a_kind_without_a_limit_in_the_table_is_said_to_have_none(city):
    found = city.requests("Comets", 30, limit=14, took=40).requests(GRAFFITI, 60, limit=14, took=5).propose()
    assert [declined.reason for declined in found.declined] == ["no-limit"]


def test_a_table_that_would_hold_already_is_left_alone(city):
    found = city.requests(LIGHTS, 30, limit=3, took=10).requests(GRAFFITI, 60, limit=14, took=5).propose()
    assert [declined.reason for declined in found.declined] == ["longer-already"]


def test_it_is_told_in_both_languages_and_to_programs(city):
    found = city.requests(LIGHTS, 30, limit=14, took=40).requests(GRAFFITI, 60, limit=14, took=5).propose()
    with speaking("en"):
        english = "\n".join(tell(found))
    assert "30 of 30" in english
    assert "capacity" in english
    assert as_json(found)["proposal"]["proposed_us"] == 40 * 86_400_000_000
    with speaking("zh"):
        assert len(tell(found)) == len(english.splitlines()) - found.proposal.diff.count("\n")


def test_nothing_overdue_leads_to_nothing(city):
    found = city.requests(GRAFFITI, 30, limit=14, took=5).propose()
    assert (found.proposal, found.declined) == (None, ())
    with speaking("en"):
        assert tell(found)[0].startswith("Nothing is proposed")
