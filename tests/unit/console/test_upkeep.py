"""What the worker does now and then for the REST API."""

from __future__ import annotations

import pytest
from databases import emptied
from running import BEGIN, HOUR, Running

from ironcage_console import store as rows
from ironcage_console import upkeep
from ironcage_console.keys import make_key
from ironcage_console.scope import Scope
from ironcage_console.upkeep import REMEMBERED_FOR, forget_old_answers


@pytest.fixture(params=["sqlite", "postgres"])
def running(request, tmp_path):
    made = Running(f"sqlite:///{tmp_path / 'cases.db'}" if request.param == "sqlite" else emptied())
    yield made
    made.close()


def test_answers_are_forgotten_after_a_day_some_at_a_time(running, monkeypatch):
    monkeypatch.setattr(upkeep, "AT_A_TIME", 2)
    make_key(running.store, "parks", [Scope.MESSAGES], (), BEGIN)
    with running.store.writing() as work:
        (key,) = rows.all_keys(work.connection)
        for hour in range(5):
            answer = rows.StoredAnswer(key.id, f"request {hour}", b"digest", 200, "{}", BEGIN + hour * HOUR)
            assert rows.add_answer(work.connection, answer)
    assert forget_old_answers(running.engine) == 0
    running.clock.move_to(BEGIN + REMEMBERED_FOR + 3 * HOUR)
    assert forget_old_answers(running.engine) == 3
    assert [row[1] for row in running.dump()["api_answers"]] == ["request 3", "request 4"]
