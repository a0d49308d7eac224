"""Figures for Prometheus: what was done, what waits, what is stopped; by index, and to those with the key."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families
from running import BEGIN, HOUR, LIMITED, SERVED, Running, definition

from ironcage_console.metrics import expose
from ironcage_console.scope import Scope


def _figures(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_is_done_and_what_waits_is_shown(serving, client):
    serving.engine.deploy(definition(*LIMITED, key="limited"))
    serving.engine.deploy(definition(*SERVED, key="served"))
    before = _figures(client.get("/metrics").text)
    serving.engine.start("limited", key="K-1")
    serving.engine.start("served", key="K-2")
    serving.running.clock.move_to(BEGIN + 3 * HOUR)
    after = _figures(client.get("/metrics").text)
    assert after["ironcage_steps_total",] - before["ironcage_steps_total",] == 2
    assert after["ironcage_commit_units_count",] > before["ironcage_commit_units_count",]
    assert (after["ironcage_due", "wake"], after["ironcage_due_age_seconds", "wake"]) == (1, 3600)
    assert (after["ironcage_due", "job"], after["ironcage_jobs_open", "ready"]) == (1, 1)
    assert (after["ironcage_incidents", "job"], after["ironcage_database_up",]) == (0, 1)
    serving.engine.run_jobs()  # nothing brings the service
    assert _figures(client.get("/metrics").text)["ironcage_jobs_open", "later"] == 1
    serving.engine.wake()
    assert (
        _figures(client.get("/metrics").text)["ironcage_claim_seconds_count",] > after["ironcage_claim_seconds_count",]
    )


def test_figures_need_the_scope(serving):
    assert serving.client().get("/metrics").status_code == 401
    assert serving.client(serving.key(Scope.TASKS)).get("/metrics").status_code == 403


def test_a_worker_shows_its_figures_at_a_port(tmp_path):
    running = Running(f"sqlite:///{tmp_path / 'a.db'}")
    stop, port = expose(lambda: running.engine, 0)
    try:
        figures = _figures(httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text)
        assert figures["ironcage_database_up",] == 1
    finally:
        stop()
        running.close()


def test_a_database_that_is_gone_is_a_figure(tmp_path):
    from ironcage.store.schema import SchemaMissingError

    def gone():
        raise SchemaMissingError(place="here")

    stop, port = expose(gone, 0)
    try:
        figures = _figures(httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text)
    finally:
        stop()
    assert figures["ironcage_database_up",] == 0
    assert "ironcage_steps_total" in {name for name, *_ in figures}


def test_nothing_is_counted_without_an_index():
    from sqlalchemy import event

    from ironcage.store import backlog_of

    running = Running()
    asked = []
    with running.store.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        backlog_of(connection, BEGIN, ["ask"])
        plans = [
            str(connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall())
            for sql, parameters in asked
        ]
    running.close()
    assert len(plans) == 8
    assert [plan for plan in plans if "INDEX ix_" not in plan or "TEMP B-TREE" in plan] == []
