"""What PostgreSQL is told about tidying up: soon, where rows come and go, and however large the table has become."""

from __future__ import annotations

import pytest
from databases import emptied

from ironcage.store import Store

OF_WORK = ("calls", "jobs", "marks", "messages", "notices", "outbox", "subscriptions", "timers")


@pytest.fixture(scope="module")
def options():
    store = Store.open(emptied())
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT relname, coalesce(reloptions, '{}') FROM pg_class WHERE relkind = 'r'"
        )
        found = {name: dict(each.split("=") for each in said) for name, said in rows}
    store.close()
    return found


@pytest.mark.parametrize("table", OF_WORK)
def test_a_table_of_work_is_tidied_up_after_so_many_rows_and_not_after_a_share_of_all(options, table):
    assert options[table]["autovacuum_vacuum_scale_factor"] == "0"
    assert options[table]["autovacuum_vacuum_threshold"] == "1000"
    assert options[table]["vacuum_truncate"] == "off"


def test_what_was_due_is_taken_from_the_index_of_cases_each_time(options):
    assert options["cases"]["vacuum_index_cleanup"] == "on"
    assert float(options["cases"]["autovacuum_vacuum_scale_factor"]) <= 0.01
