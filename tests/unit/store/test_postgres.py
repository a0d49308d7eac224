"""What only a server can do: stand in the way, go away, be of the wrong kind."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from children import until
from databases import drop_database, emptied, new_database
from gathering import Together
from running import TWO_TASKS, Running, definition
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine.default import DefaultDialect

from ironcage.record import Event
from ironcage.store import Store, StoredCase, Work, new_id, units
from ironcage.store.answering import AnsweredConnection
from ironcage.store.postgres import ServerRefusedError, ServerUnreachableError
from ironcage.store.schema import SchemaMissingError
from ironcage.store.witness import Witness


@pytest.fixture
def url() -> str:
    return emptied()


def _case(key: str) -> StoredCase:
    return StoredCase(7, new_id(7, 0), "p", key, None, "import", "open", 1, bytes(32), None, None, None, 0, None, None)


def _moving(case: StoredCase, by: int = 1):
    def move(work: Work) -> int:
        found = work.case_with_id(case.part, case.id)
        assert found
        work.move_case(found._replace(seq=found.seq + by), found.seq)
        return found.seq + by

    return move


def _kill_others(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_steps_of_one_case_in_many_threads_are_taken_one_after_the_other(store):
    case = _case("a")
    store.run(lambda work: work.add_cases([case]))
    with ThreadPoolExecutor(8) as threads:
        reached = list(threads.map(lambda _: store.run(_moving(case)), range(40)))
    assert sorted(reached) == list(range(2, 42))


def test_many_rows_are_kept_as_they_are_whatever_encoding_the_session_has(store, url):
    keys = [*"abcd", "中山"]
    speaking_gbk = Store.open(f"{url}{'&' if '?' in url else '?'}client_encoding=GBK")
    speaking_gbk.run(lambda work: work.add_cases([_case(key) for key in keys]))
    speaking_gbk.close()
    with store.reading() as connection:
        assert set(connection.exec_driver_sql('SELECT "key" FROM cases').scalars()) == set(keys)


def test_two_stores_take_turns_at_a_case(store, url):
    case = _case("a")
    store.run(lambda work: work.add_cases([case]))
    other = Store.open(url)
    with ThreadPoolExecutor(4) as threads:
        reached = list(threads.map(lambda n: (store, other)[n % 2].run(_moving(case)), range(30)))
    other.close()
    assert sorted(reached) == list(range(2, 32))


def test_units_that_lock_each_other_out_are_run_again(store):
    first, second = _case("a"), _case("b")
    store.run(lambda work: work.add_cases([first, second]))
    both = threading.Barrier(2, timeout=60)
    tries: list[int] = []

    def cross(one: StoredCase, two: StoredCase):
        def body(work: Work) -> None:
            tries.append(1)
            _moving(one)(work)
            if len(tries) <= 2:
                both.wait()
            _moving(two)(work)

        return body

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(store.run, [cross(first, second), cross(second, first)]))
    assert len(tries) > 2
    found = [store.run(lambda work, case=case: work.case_with_id(case.part, case.id)) for case in (first, second)]
    assert [case.seq for case in found] == [3, 3]


def test_who_brings_a_taken_key_second_finds_it_when_the_unit_is_run_again(store, url):
    other = Store.open(url)
    seen: list[bool] = []

    def add_unless_there(work: Work) -> None:
        there = work.case(7, "p", "a") is not None
        seen.append(there)
        if len(seen) == 1:
            other.run(lambda theirs: theirs.add_cases([_case("a")]))
        if not there:
            work.add_cases([_case("a")])

    store.run(add_unless_there)
    other.close()
    assert seen == [False, True]


def test_a_lost_connection_is_made_anew_and_the_unit_run_again(store, url):
    case = _case("a")
    store.run(lambda work: work.add_cases([case]))
    killed: list[bool] = []

    def move_and_lose(work: Work) -> int:
        reached = _moving(case)(work)
        if not killed:
            killed.append(True)
            _kill_others(url)
        return reached

    assert store.run(move_and_lose) == 2
    _kill_others(url)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT seq FROM cases").scalars().all() == [2]


def _limit(work: Work, name: str) -> int:
    """Let the server end this session, and no other, for being idle; return the number of its process."""
    asked = f"SELECT pg_backend_pid() FROM set_config('{name}', '50ms', false)"
    return int(work.connection.exec_driver_sql(asked).scalar_one())


def _await_the_end(url: str, process: int) -> None:
    asked = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
    with psycopg.connect(url, autocommit=True) as connection:  # a transaction would see the same again and again
        until(lambda: not connection.execute(asked, (process,)).fetchone())


@pytest.mark.parametrize("limit", ["idle_in_transaction_session_timeout", "idle_session_timeout"])
def test_a_connection_that_the_server_ended_for_being_idle_is_a_lost_one(store, url, caplog, limit):
    case = _case("a")
    store.run(lambda work: work.add_cases([case]))
    ended: list[int] = []

    def move_and_rest(work: Work) -> int:
        reached = _moving(case)(work)
        if not ended:
            ended.append(_limit(work, limit))
            _await_the_end(url, *ended)
        return reached

    if limit == "idle_session_timeout":
        ended.append(store.run(lambda work: _limit(work, limit)))
        _await_the_end(url, *ended)
    with caplog.at_level("WARNING", "ironcage"):
        assert store.run(move_and_rest) == 2
    assert "connection.lost" in {record.getMessage() for record in caplog.records}


def test_a_reader_finds_a_connection_that_answers(store, url):
    for _ in range(2):
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
        _kill_others(url)


def _lose_the_answer(monkeypatch: pytest.MonkeyPatch, url: str, *, committed: bool, times: int = 1) -> list[bool]:
    """Let the next commit be done, or not, and its answer be lost with the connection; or those of the next *times*."""
    commit, lost = DefaultDialect.do_commit, list[bool]()

    def lose(dialect: DefaultDialect, connection: Any) -> None:
        if len(lost) < times:
            lost.append(True)
            if committed:
                commit(dialect, connection)
            _kill_others(url)
            connection.driver_connection.execute("SELECT 1")
        commit(dialect, connection)

    monkeypatch.setattr(DefaultDialect, "do_commit", lose)
    return lost


def _refuse_to_connect(monkeypatch: pytest.MonkeyPatch, lost: list[bool], times: int) -> list[bool]:
    """Let the server take no connection for some times, once the answer was lost; return the times."""
    connect, refused = AnsweredConnection.connect, list[bool]()

    def refuse(*positional: Any, **named: Any) -> Any:
        if lost and len(refused) < times:
            refused.append(True)
            raise psycopg.OperationalError("connection refused")
        return connect(*positional, **named)

    monkeypatch.setattr(AnsweredConnection, "connect", refuse)
    return refused


@pytest.mark.parametrize("refusals", [0, 2])
@pytest.mark.parametrize("committed", [True, False])
def test_a_step_whose_commit_was_not_answered_is_done_exactly_once(url, monkeypatch, committed, refusals):
    running = Running(url)
    running.engine.deploy(definition(*TWO_TASKS))
    case = running.engine.start("p", key="k")
    task = running.open_task(case)
    lost = _lose_the_answer(monkeypatch, url, committed=committed)
    refused = _refuse_to_connect(monkeypatch, lost, refusals)
    running.engine.complete(task)
    assert lost
    assert len(refused) == refusals
    lost.clear()
    assert running.engine.start("p", key="second") == "p/second"
    assert lost
    assert [element for kind, transition, element in running.facts(case) if transition == "complete"] == ["s", "a"]
    assert running.engine.verify().problems == []
    running.close()


def test_a_unit_whose_commits_all_stay_unanswered_says_what_the_driver_said(store, url, monkeypatch):
    monkeypatch.setattr(units, "AGAIN", 3)
    lost = _lose_the_answer(monkeypatch, url, committed=False, times=3)
    with pytest.raises(ServerUnreachableError, match="terminating connection due to administrator command"):
        store.run(lambda work: work.add_cases([_case("a")]))
    assert len(lost) == 3
    assert store.run(lambda work: work.case(7, "p", "a")) is None


def test_a_wrong_password_or_name_is_said_so(url):
    missing = make_url(url).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(ServerRefusedError, match='"nowhere" does not exist'):
        Store.open(missing)


@pytest.mark.parametrize(
    "said",
    [
        'connection failed: FATAL:  password authentication failed for user "me"',
        '连接失败: 致命错误:  用户 "me" Password 认证失败',
        '连接失败: 致命错误:  数据库 "cases" 不存在',
        'connection failed: FATAL:  no pg_hba.conf entry for host "192.0.2.7", user "me", database "cases"',
    ],
)
def test_who_is_not_let_in_is_told_to_look_at_the_name_and_not_for_the_server(store, said):
    with pytest.raises(ServerRefusedError, match="Check user, password"), store._database.explained():
        raise psycopg.OperationalError(said)


def test_a_server_that_does_not_answer_is_said_so(tmp_path):
    with pytest.raises(ServerUnreachableError, match="check that it runs"):
        Store.open(f"postgresql:///db?host={tmp_path}")


def test_the_password_is_in_no_message(tmp_path):
    with pytest.raises(ServerUnreachableError) as raised:
        Store.open(f"postgresql://me:geheim@/db?host={tmp_path}")
    assert "geheim" not in str(raised.value)


def test_a_database_without_tables_is_only_opened_to_make_them():
    url = new_database()
    with pytest.raises(SchemaMissingError):
        Store.open(url, create=False)
    Store.open(url).close()
    Store.open(url, create=False).close()
    drop_database(url)


def test_a_lost_connection_is_logged_without_the_password(store, url, caplog):
    case = _case("a")
    store.run(lambda work: work.add_cases([case]))
    _kill_others(url)
    with caplog.at_level("WARNING", "ironcage"):
        assert store.run(_moving(case)) == 2
    lost = [record for record in caplog.records if record.getMessage() == "connection.lost"]
    assert lost
    assert {record.__dict__["ironcage"]["database"] for record in lost} == {store.place}


def test_a_group_whose_commit_was_not_answered_is_not_run_again(url, monkeypatch):
    running = Running(url)
    running.engine.deploy(definition(*TWO_TASKS))
    together = Together(running.store)
    lost = _lose_the_answer(monkeypatch, url, committed=True)
    keys = [str(n) for n in range(6)]

    def start(key: str):
        return lambda _: running.engine.start("p", key=key)

    assert together.bring(*map(start, keys)) == [f"p/{key}" for key in keys]
    assert lost
    assert running.engine.verify().whole
    running.close()


@pytest.mark.parametrize("committed", [True, False])
def test_what_leaves_no_event_is_done_exactly_once_when_its_commit_was_not_answered(url, monkeypatch, committed):
    running = Running(url)
    running.engine.deploy(definition(*TWO_TASKS))
    lost = _lose_the_answer(monkeypatch, url, committed=committed)
    assert running.engine.message("go", ttl=timedelta(days=1)).outcome == "kept"
    assert lost
    assert len(running.dump()["messages"]) == 1
    running.close()


@pytest.mark.parametrize("committed", [True, False])
def test_what_is_written_through_sqlalchemy_is_done_exactly_once_too(url, monkeypatch, committed):
    running = Running(url)
    lost = _lose_the_answer(monkeypatch, url, committed=committed)
    assert running.engine.deploy(definition(*TWO_TASKS)).version == 1
    assert lost
    assert len(running.dump()["definitions"]) == 1
    running.close()


@pytest.mark.parametrize("committed", [True, False])
def test_a_batch_whose_commit_was_not_answered_says_what_became_of_it(url, monkeypatch, committed):
    running = Running(url)
    running.engine.deploy(definition(*TWO_TASKS))
    lost = _lose_the_answer(monkeypatch, url, committed=committed)
    with nullcontext() if committed else pytest.raises(ServerUnreachableError), running.engine.batch():
        running.engine.start("p", key="k")
    assert lost
    assert len(running.dump()["cases"]) == committed
    running.close()


def test_what_is_still_being_committed_is_waited_for_and_what_the_server_never_heard_of_is_not_done(store, url):
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        for end, done in ((connection.commit, True), (connection.rollback, False)):
            number = connection.exec_driver_sql("SELECT pg_current_xact_id()::text").scalar_one()
            assert store.run(lambda work, number=number: work.was_committed(Witness(number))) is None
            end()
            assert store.run(lambda work, number=number: work.was_committed(Witness(number))) is done
    engine.dispose()
    never = Witness(str(int(number) + 1_000_000))
    assert store.run(lambda work: work.was_committed(never)) is False


def test_of_what_the_server_has_forgotten_nobody_says_that_it_was_not_done(store):
    """The first transaction of a server is older than what it keeps in mind."""
    assert store.run(lambda work: work.was_committed(Witness("3"))) is None


def test_of_an_event_the_record_bears_witness_whoever_was_given_the_number_after_a_crash(url):
    running = Running(url)
    running.engine.deploy(definition(*TWO_TASKS))
    running.engine.start("p", key="k")
    with running.store.reading() as connection:
        event = Event(*connection.exec_driver_sql("SELECT * FROM events ORDER BY seq DESC LIMIT 1").one())
        number = connection.exec_driver_sql("SELECT xmin::text FROM cases").scalar_one()
    for expected, done in ((event, True), (event._replace(digest=bytes(32)), False)):
        witness = Witness(number, event=expected)
        assert running.store.run(lambda work, witness=witness: work.was_committed(witness)) is done
    running.close()
