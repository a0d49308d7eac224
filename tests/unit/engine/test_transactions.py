from __future__ import annotations

import pytest
from running import TWO_TASKS, Running, definition
from sqlalchemy import create_engine

from ironcage.engine import CaseExistsError


@pytest.fixture
def running(run):
    return run(definition(*TWO_TASKS))


def test_the_commands_of_a_batch_are_committed_together_and_seen_by_nobody_before(running, url):
    other = Running(url)
    with running.engine.batch():
        for _ in range(3):
            case = running.engine.start("p")
            running.engine.complete(running.open_task(case))
        assert other.engine.tasks() == []
    assert len(other.engine.tasks()) == 3
    other.close()


def test_an_error_undoes_the_whole_batch(running):
    before = running.dump()

    def start_and_fail() -> None:
        with running.engine.batch():
            running.engine.start("p")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start_and_fail()
    assert running.dump() == before


def test_a_refusal_takes_only_its_own_command_out_of_the_batch(running):
    with running.engine.batch():
        running.engine.start("p", key="a")
        with pytest.raises(CaseExistsError):
            running.engine.start("p", key="a")
        running.engine.start("p", key="b")
    assert {task.case for task in running.engine.tasks()} == {"p/a", "p/b"}
    assert running.engine.verify().whole


@pytest.mark.parametrize("commit", [True, False])
def test_a_callers_rows_and_the_steps_of_cases_share_one_fate(running, url, commit):
    callers = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with callers.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS permits")
        connection.exec_driver_sql("CREATE TABLE permits (number TEXT)")
    with callers.connect() as connection:
        connection.exec_driver_sql("INSERT INTO permits VALUES ('7')")
        with running.engine.within(connection):
            running.engine.complete(running.open_task(running.engine.start("p", key="7")))
        (connection.commit if commit else connection.rollback)()
    with callers.connect() as connection:
        permits = connection.exec_driver_sql("SELECT count(*) FROM permits").scalar()
    callers.dispose()
    assert (permits, len(running.engine.tasks())) == ((1, 1) if commit else (0, 0))
