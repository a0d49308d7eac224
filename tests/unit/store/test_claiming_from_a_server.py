"""What a claim says to a PostgreSQL server, and how often it waits for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from databases import emptied

from ironcage.engine.marking import mark_due, new_attempt
from ironcage.store import StoredCase, new_id

if TYPE_CHECKING:
    from ironcage.store import Work

NOW = 1_772_380_800_000_000


@pytest.fixture
def url() -> str:
    return emptied()


def _claim(work: Work) -> bool:
    return mark_due(work, new_attempt(NOW), NOW, NOW, 50)


def test_what_is_only_noted_does_not_wait_for_the_disk(store):
    """The server says who has turned that off: a claim in its transaction, and nobody any more in the next."""
    asked = "SELECT source FROM pg_settings WHERE name IN ('synchronous_commit', 'enable_seqscan') ORDER BY name"

    def sources(work: Work) -> list[str]:
        assert not _claim(work)
        return [str(source) for source in work.connection.exec_driver_sql(asked).scalars()]

    assert store.note(sources) == ["session", "session"]
    by_index, lasting = store.run(sources)
    assert by_index == "session"
    assert lasting != "session"


def test_a_claim_makes_three_round_trips_and_commits(store, monkeypatch):
    """What has to be said first goes with the first question, and what bears witness comes with the last answer."""
    executed = list[tuple[bytes, bool]]()
    execute = psycopg.RawCursor.execute

    def noted(cursor: psycopg.RawCursor[Any], sql: bytes, *arguments: Any) -> object:
        first, *_, last = sql.split()
        executed.append((first + b" " + last, cursor.connection._pipeline is not None))
        return execute(cursor, sql, *arguments)

    new = (None, "import", "open", 1, bytes(32), None, NOW, None, 0, None, None)
    case = StoredCase(7, new_id(7, 0), "p", "k", *new)
    store.run(lambda work: work.add_cases([case]))
    monkeypatch.setattr(psycopg.RawCursor, "execute", noted)
    assert store.note(_claim)
    together, alone = executed[:2], executed[2:]
    assert together == [(b"SELECT true)", True), (b"SELECT LOCKED", True)]
    assert alone == [(b"SELECT LOCKED", False), (b"WITH pg_stat_bgwriter)", False)]
