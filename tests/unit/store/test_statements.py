"""No hot statement looks at all rows of a table: what it costs does not grow with the number of cases."""

from __future__ import annotations

import re

import pytest

from ironcage.store import Store, statements

HOT = sorted(
    name
    for name, statement in vars(statements).items()
    if name.isupper() and isinstance(statement, str) and not name.startswith(("_", "ADD_"))
)
SORTED = {"LISTENING", "MARKED_CASES", "MARKED_SENDINGS"}
"""What reads all that it yields anyway, and sorts it."""
RARE = {"DISMISS_NAMED", "RESTART_BEGUN", "SENDERS_OF_BEGUN", "ERASE_MESSAGES", "COUNT_STOPPED"}
"""What a person asks for now and then, about things that are stopped or kept: few, and none while all goes well."""


@pytest.fixture(scope="module")
def store():
    opened = Store.open(":memory:")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", [name for name in HOT if name not in RARE])
def test_a_hot_statement_finds_its_rows_by_an_index(store, name):
    statement = getattr(statements, name)
    with store.reading() as connection:
        values = (None,) * statement.count("?")
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plan
    assert not [step for step in plan if re.match(r"SCAN \w+$", step)], plan
    if name not in SORTED:
        assert not [step for step in plan if "TEMP B-TREE" in step and "count(DISTINCT" not in step], plan


def test_there_are_hot_statements():
    assert len(HOT) > 40
