"""The benchmarks of the durable engine run, on numbers too small to say anything."""

from __future__ import annotations

import pytest
from benchmarks import databases, durable, peak_day


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(durable, "CASES", 2)
    monkeypatch.setattr(peak_day, "CASES", 5)


@pytest.mark.parametrize("lend", [databases.sqlite, databases.postgres])
def test_a_round_of_durable_steps_writes_the_same_rows_with_and_without_the_engine(lend):
    with lend() as make:
        units = durable._statements(make())
        assert len(units) == 2 * 8
        assert all(any("INSERT INTO events" in sql for sql, _ in unit) for unit in units)
        costs = durable._round(make)
    assert min(cost.wall for cost in costs) > 0


def test_the_peak_day_leads_every_case_to_its_end():
    (figure,) = peak_day.figures()
    assert figure.name == "peak_day_seconds"
    assert "0 problems" in figure.how
