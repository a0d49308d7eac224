"""Whatever the database does to a statement or a commit, the outcome is what it is on a quiet day."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from databases import emptied
from gathering import Together
from led import SCENARIOS, Leader
from striking import POSTGRES, SQLITE, UNANSWERED, struck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from striking import Faults

    from ironcage.store import Work

FEW = 5
"""So many faults of each scenario are tried in the short form, chosen by chance and always the same."""


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    with struck() as injected:
        yield injected


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def led(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, faults: Faults) -> Iterator[Leader]:
    """Who repeats on SQLite what failed there: a fault is told, and on PostgreSQL none is."""
    del faults  # but it comes first
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path_factory.mktemp('led') / 'cases.db'}" if on_sqlite else emptied()
    leader = Leader(url, repeats=on_sqlite)
    yield leader
    leader.close()


def _strikes(led: Leader, faults: Faults) -> list[tuple[str, int]]:
    """Return every fault there may be: the kind, and the how many-th statement or commit it strikes."""
    on_server = led.made.store.place.startswith("postgresql")
    every = [(kind, at) for at in range(1, faults.count + 1) for kind in (POSTGRES if on_server else SQLITE)]
    return every + [(UNANSWERED, at) for at in faults.commits if on_server]


@pytest.mark.parametrize("most", [FEW, pytest.param(None, marks=pytest.mark.long)], ids=["few", "every"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_at_any_statement_or_commit_changes_nothing_of_the_outcome(led, faults, scenario, most):
    led.lead(scenario)  # now everything is known
    faults.next()
    undisturbed, statements = led.lead(scenario), faults.count
    strikes = _strikes(led, faults)
    for kind, at in Random(statements).sample(strikes, most or len(strikes)):
        faults.next(kind, at)
        assert led.lead(scenario) == undisturbed, f"{kind} at {at} of {statements}"
        assert faults.has_struck
    assert led.engine.verify().whole


def test_a_fault_at_any_moment_of_a_group_changes_nothing_of_the_outcome(led, faults):
    """No more on SQLite, where each unit is run again by itself when the group could not be done."""

    def start(key: str) -> Callable[[Work], str]:
        return lambda _: led.start("listens", key)

    def gather(_: Leader) -> None:
        brought = Together(led.made.store).bring(*map(start, "abcd"))
        assert brought == [f"listens/{key}{led.run}" for key in "abcd"]

    faults.next()
    undisturbed = led.lead(gather)
    strikes = [each for each in _strikes(led, faults) if each[1] > 1]  # the first is of what the group gathers behind
    for kind, at in Random(0).sample(strikes, FEW):
        faults.next(kind, at)
        assert led.lead(gather) == undisturbed, f"{kind} at {at}"
        assert faults.has_struck
