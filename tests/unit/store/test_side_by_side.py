"""Two releases on one database: what the earlier one reads and writes is still there, and still taken.

What the earlier release says is written down in ``releases``; what it would write is what this one writes, without the
columns it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made import Made, call, catch, end, message, program, script, start, task, timer
from releases import bring_to, columns_at, declared, released
from sqlalchemy import create_engine, inspect

from ironcage.program import Kind, Message, TimerKind
from ironcage.store import schema

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = schema.revisions()[-1]
SUPPORTED = [revision for revision in schema.revisions() if declared()[NEWEST] <= revision < NEWEST]
"""The revisions whose releases may go on beside this one."""


def test_every_revision_says_which_release_can_still_work_on_it():
    oldest = "0001"
    for before, revision in zip(schema.revisions(), schema.revisions()[1:], strict=False):
        assert oldest <= declared()[revision] <= before, "a revision must leave the release before it working"
        oldest = declared()[revision]


@pytest.mark.parametrize("revision", SUPPORTED)
def test_no_column_is_gone_or_stricter(revision):
    now = columns_at(NEWEST)
    for table, columns in columns_at(revision).items():
        assert columns.keys() <= now[table].keys()
        for name, column in columns.items():
            assert str(now[table][name]["type"]) == str(column["type"]), f"{table}.{name}"
            assert now[table][name]["nullable"] or not column["nullable"], f"{table}.{name} was nullable"
        for name in now[table].keys() - columns.keys():
            added = now[table][name]
            assert added["nullable"] or added["default"] is not None, f"{table}.{name} is demanded of all"


@pytest.mark.parametrize("revision", [each for each in released() if each in (*SUPPORTED, NEWEST)])
def test_the_statements_of_a_release_run_on_the_newest_schema(revision):
    """The database prepares each as it would to run it: every table and column it names must be there."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        bring_to(connection, "head")
        cursor = connection.connection.cursor()
        for statement in released()[revision].values():
            cursor.execute(f"EXPLAIN {statement}", [None] * statement.count("?"))
        cursor.close()
    engine.dispose()


_EVERYTHING = program(
    {
        "s": start(),
        "f": task(Kind.PARALLEL_GATEWAY),
        "u": task(),
        "t": catch(timer(TimerKind.DURATION, 'duration("PT1H")')),
        "j": task(Kind.SERVICE_TASK, service="ask"),
        "x": script("x"),
        "m": catch(message("paid")),
        "c": call("q"),
        "e": end(),
    },
    "s -> f",
    *(f"f -> {each}" for each in "utjxmc"),
    *(f"{each} -> e" for each in "utjxmc"),
)


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    """What this release writes: rows in as many tables as a few cases fill."""
    made = Made(f"sqlite:///{tmp_path / 'this.db'}")
    made.put(_EVERYTHING, key="p")
    made.put(program({"s": start(), "w": task(), "e": end()}, "s -> w", "w -> e"), key="q")
    made.put(program({"s": start(Message("go")), "w": task(), "e": end()}, "s -> w", "w -> e"), key="r")
    for key in ("A", "B"):
        made.engine.start("p", {"x": 1}, key=key)
    with made.store.reading() as connection:
        kept = {
            name: [dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()]
            for name in inspect(connection).get_table_names()
        }
    made.close()
    assert {"cases", "events", "tasks", "timers", "jobs", "subscriptions", "calls", "starts"} <= {
        name for name, found in kept.items() if found
    }
    return kept


@pytest.mark.parametrize("revision", SUPPORTED)
def test_what_an_earlier_release_writes_is_taken(revision, rows):
    """Every row goes in with the columns of that revision only; the database supplies the others."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        bring_to(connection, "head")
        for table, columns in columns_at(revision).items():
            names = ", ".join(f'"{name}"' for name in columns)
            for row in rows[table]:
                connection.exec_driver_sql(
                    f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})",
                    tuple(row[name] for name in columns),
                )
        assert connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() == len(rows["cases"])
    engine.dispose()
