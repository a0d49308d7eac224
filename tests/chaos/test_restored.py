"""An older backup is put back while some go on: workers of ours, and workers outside who still hold what they fetched.

What they bring from the time that is lost is refused, even where the new time has given out as many attempts as the
lost one had; and everything that the backup holds is led to its end.
"""

from __future__ import annotations

import signal
import sqlite3
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from children import Child, until
from databases import drop_database, new_database, server
from halting_parts import LEASE
from running import SERVED, definition
from sqlalchemy import create_engine, make_url

from ironcage.engine import Engine, ReleasedJobError, jobs
from ironcage.hooks import Plugins, hookimpl
from ironcage.settings import Site
from ironcage.store import Store
from ironcage.store.backup import backup

if TYPE_CHECKING:
    from pathlib import Path

SITE = Site(topics=frozenset({"print"}))
PRINTED = ({"s": "start", "a": "service print result x", "b": "user", "e": "end"}, "s -> a", "a -> b", "b -> e")
WORKER = """
from halting_parts import work
work({url!r}, job="p/k")
"""


class Answering:
    @hookimpl
    def services(self):
        return {"ask": lambda _call: 7}


class SQLiteBackup:
    def __init__(self, url: str, folder: Path) -> None:
        self._file, self._copy = url.removeprefix("sqlite:///"), folder / "backup.db"
        store = Store.open(url)
        backup(store, self._copy)
        store.close()

    def put_back(self) -> None:
        """Do as the handbook says, with all processes stopped."""
        for more in ("-wal", "-shm", ""):
            (self._copy.parent / f"{self._file}{more}").unlink(missing_ok=True)
        self._copy.rename(self._file)
        with sqlite3.connect(self._file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


class PostgresBackup:
    """A copy of a database as its server makes one: it lets nobody in meanwhile."""

    def __init__(self, url: str, _folder: Path) -> None:
        self._name = make_url(url).database
        self._copy = f"{self._name}_backup"
        _administer(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false", self._end_all())
        _administer(f"CREATE DATABASE {self._copy} TEMPLATE {self._name}")
        _administer(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")

    def _end_all(self) -> str:
        return f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{self._name}'"

    def put_back(self) -> None:
        """Put it in the place of the database, whoever works there."""
        _administer(f"DROP DATABASE {self._name} WITH (FORCE)")
        _administer(f"CREATE DATABASE {self._name} TEMPLATE {self._copy}", f"DROP DATABASE {self._copy}")


def _administer(*statements: str) -> None:
    engine = create_engine(make_url(server()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in statements:
            connection.exec_driver_sql(each)
    engine.dispose()


def _engine(url: str) -> Engine:
    return Engine(Store.open(url), plugins=Plugins(Answering()), site=SITE)


def _fetch(engine: Engine, worker: str):
    (job,) = engine.fetch_jobs(["print"], worker, lease=timedelta(minutes=5))
    return job


def test_who_fetched_a_job_in_the_time_that_is_lost_is_refused_and_the_others_go_on(empty, tmp_path):
    kind = SQLiteBackup if empty.startswith("sqlite") else PostgresBackup
    engine = _engine(empty)
    engine.deploy(definition(*PRINTED))
    engine.start("p", key="k")
    engine.start("p", key="held")
    engine.store.close()
    copied = kind(empty, tmp_path)

    engine = _engine(empty)
    late, held = engine.fetch_jobs(["print"], "the old one", limit=2)
    engine.start("p", key="lost")
    engine.store.close()
    copied.put_back()

    engine = _engine(empty)
    for job in (late, held):
        with pytest.raises(ReleasedJobError):
            engine.complete_job(job.name, job.attempt, {"x": 1})  # nobody has it, in this time
    until(lambda: jobs.number_at(engine.clock.now()) > max(late.attempt, held.attempt))
    again = {job.name: job for job in engine.fetch_jobs(["print"], "the new one", limit=2)}
    for job in (late, held):
        for act in (engine.complete_job, engine.fail_job):
            with pytest.raises(ReleasedJobError):
                act(job.name, job.attempt, "late" if act == engine.fail_job else {"x": 1})
        engine.complete_job(job.name, again[job.name].attempt, {"x": 2})
    assert {(task.case, task.element) for task in engine.tasks()} == {("p/k", "b"), ("p/held", "b")}
    assert [(each.attempt, each.worker) for each in engine.attempts(late.name)] == [(1, "the new one")]
    assert engine.verify().whole
    engine.store.close()


def test_a_worker_at_work_when_the_backup_is_put_back_goes_on_with_what_it_holds(pythonpath, tmp_path, monkeypatch):
    """On PostgreSQL; on SQLite all processes are stopped first."""
    monkeypatch.setattr(jobs, "LEASE", LEASE)
    url = new_database()
    engine = _engine(url)
    engine.deploy(definition(*SERVED))
    engine.start("p", key="k")
    copied = PostgresBackup(url, tmp_path)
    child = Child(WORKER.format(url=url), pythonpath)
    try:
        child.says("in the job of p/k")
        engine.start("p", key="lost")
        before = jobs.number_at(engine.clock.now())
        copied.put_back()
        engine.store.close()
        engine = _engine(url)
        until(lambda: jobs.number_at(engine.clock.now()) > before)
        taken = engine.store.run(partial(jobs.claim_own, site=SITE, now=engine.clock.now()))
        assert jobs.tries(taken) == 1, "as often as in the time that is lost"
        child.go_on()
        engine.start("p", key="after")
        child.says("asked p/after 1")
        assert not engine.tasks(case="p/k"), "it was refused"

        def are_done() -> bool:
            engine.run_jobs()  # or the child does it, after the lease
            return len(engine.tasks()) == 2

        until(are_done)
        assert {(task.case, task.element) for task in engine.tasks()} == {("p/k", "b"), ("p/after", "b")}
        assert [event.transition for event in engine.case("p/k").events if event.element == "a"] == [
            "schedule", "complete",
        ]  # fmt: skip
        child.signal(signal.SIGTERM)
        assert child.code() == 0
        assert engine.verify().whole
        assert not engine.incidents()
    finally:
        child.close()
    engine.store.close()
    drop_database(url)
