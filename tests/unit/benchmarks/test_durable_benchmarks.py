"""The benchmarks of the durable engine run, on numbers too small to say anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from benchmarks import databases, durable, peak_day, woken
from benchmarks.slow_disk import commits_longer_by

from ironcage.store import Store


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(durable, "CASES", 2)
    monkeypatch.setattr(peak_day, "CASES", 5)
    monkeypatch.setattr(woken, "CASES", 5)
    monkeypatch.setattr(woken, "ROUNDS", 1)


@pytest.mark.parametrize("lend", [databases.sqlite, databases.postgres])
def test_a_round_of_durable_steps_writes_the_same_rows_with_and_without_the_engine(lend):
    with lend() as make:
        units = durable._statements(make())
        assert len(units) == 2 * 8
        assert all(any("INSERT INTO events" in sql for sql, _ in unit) for unit in units)
        costs = durable._round(make)
    assert min(cost.wall for cost in costs) > 0


@pytest.mark.parametrize("lend", [databases.sqlite, databases.postgres])
def test_on_a_slow_disk_every_commit_waits_that_of_the_engine_and_that_of_the_floor(lend):
    with lend() as make, commits_longer_by(0.02):
        costs = durable._round(make, 0.02)
    assert min(costs.floor.wall, costs.ours.wall) > 2 * 8 * 0.02
    assert costs.floor.commits > 2 * 8 * 0.02


def test_spiffworkflow_stores_its_own_state_of_the_same_step():
    states = [b"%d" % step for step in range(8)]
    with databases.sqlite() as make:
        units = durable._with_states(durable._statements(make()), states)
    kept = [row[9 if "INSERT" in sql else 3] for unit in units for sql, row in unit if "cases" in sql.split(" ", 3)[:3]]
    assert kept == [state for state in states for _ in range(2)]


def test_the_floor_is_the_driver_as_it_comes():
    key = (bytes, sqlite3.PrepareProtocol)
    with databases.sqlite() as make, closing(Store.open(make())):
        with durable._driver_as_it_comes():
            assert key not in sqlite3.adapters
        assert key in sqlite3.adapters


@pytest.mark.parametrize("lend", [databases.sqlite, databases.postgres])
def test_what_a_worker_fires_is_written_again_without_the_engine(lend):
    with lend() as make:
        begun, fired = woken._units(make())
        assert len(fired) == 5
        assert all(sum("INSERT INTO events" in sql for sql, _ in step) for step in fired)
        assert not any("marks" in sql for step in fired for sql, _ in step)
        assert min(woken._round(make, 0.0).floor) > 0
    assert any("INSERT INTO cases" in sql for unit in begun for sql, _ in unit)


def test_the_peak_day_leads_every_case_to_its_end():
    (figure,) = peak_day.figures()
    assert figure.name == "peak_day_seconds"
    assert "0 problems" in figure.how
