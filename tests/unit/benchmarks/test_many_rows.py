"""The benchmarks that need many rows run, on numbers too small to say anything, and store what they say they store."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from benchmarks import city_history, databases, hot_case, stored_million


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    for name, value in {"FEW": 5, "MANY": 60, "CASES": 2, "CLAIMS": 3, "FIRST": 1, "GROUP": 10}.items():
        monkeypatch.setattr(stored_million, name, value)
    for name, value in {"HOT": 60, "OTHERS": 3, "TRIED": 5}.items():
        monkeypatch.setattr(hot_case, name, value)
    monkeypatch.setattr(city_history, "CASES", 20)
    monkeypatch.setattr("sys.argv", ["benchmarks"])


def test_a_step_and_a_claim_among_many_cases_are_measured():
    names = [figure.name for figure in stored_million.figures()]
    assert names == [
        "step_cost_1m_over_1k",
        "timers_1m_claim_p99_ms", "timers_1m_claim_of_one_p99_ms",
        "timers_1m_claim_p99_ms_postgres", "timers_1m_claim_of_one_p99_ms_postgres",
    ]  # fmt: skip


def test_the_stored_cases_are_whole_cases_of_their_own():
    with databases.sqlite() as make:
        url = make()
        stored_million._fill(url, 60)
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            counted = {
                table: connection.execute(f"SELECT count(*), count(DISTINCT {of}) FROM {table}").fetchone()
                for table, of in (("cases", "id"), ("events", "case_id"), ("tasks", "case_id"), ("timers", "case_id"))
            }
            strays = connection.execute("SELECT count(*) FROM timers WHERE case_id NOT IN (SELECT id FROM cases)")
            assert strays.fetchone() == (0,)
    assert {cases for _, cases in counted.values()} == {61}
    assert counted["events"][0] > 61


def test_the_history_leads_every_case_to_its_end_and_says_what_all_would_take():
    figures = {figure.name: figure for figure in city_history.figures()}
    assert set(figures) == {
        "city_history_steps_per_second", "city_history_growth", "city_history_peak_mb", "city_history_hours",
    }  # fmt: skip
    assert "extrapolated from 20 cases" in figures["city_history_hours"].how


def test_claims_behind_a_hot_case_are_measured_on_both_databases():
    names = [figure.name for figure in hot_case.figures()]
    assert names == [
        "hot_case_claim_p99_ms", "hot_signal_claim_p99_ms",
        "hot_case_claim_p99_ms_postgres", "hot_signal_claim_p99_ms_postgres",
    ]  # fmt: skip
