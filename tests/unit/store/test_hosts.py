"""What a host may give, and what becomes of it."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from databases import drop_database, new_database, server
from hosting import driver, sqlalchemy_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from ironcage.store import Store, StoredCase, new_id
from ironcage.store.host import AutocommitError, OtherDatabaseError, WrongConnectionError
from ironcage.store.lent import LentSQLite
from ironcage.store.schema import SchemaMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _add(store: Store, key: str) -> None:
    case = StoredCase(
        7, new_id(7, 0), "p", key, None, "import", "open", 1, bytes(32), None, None, None, 0, None, None
    )  # fmt: skip
    store.run(lambda work: work.add_cases([case]))


def _keys(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql('SELECT "key" FROM cases ORDER BY "key"').scalars())


@pytest.fixture
def drivers(url) -> Iterator[object]:
    connection = driver(url)
    yield connection
    connection.close()


@pytest.fixture
def elsewhere(url, tmp_path) -> Iterator[str]:
    """The address of another database of the same kind, with nothing in it."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'other.db'}"
    else:
        other = new_database()
        yield other
        drop_database(other)


def test_a_scoped_session_is_a_session(store, url):
    engine = sqlalchemy_engine(url)
    sessions = scoped_session(sessionmaker(engine))
    with store.joining(sessions):
        _add(store, "a")
    assert _keys(store) == []
    sessions.commit()
    sessions.remove()
    engine.dispose()
    assert _keys(store) == ["a"]


class _Base(DeclarativeBase):
    pass


class _Permit(_Base):
    __tablename__ = "permits"
    number: Mapped[str] = mapped_column(primary_key=True)


def test_what_a_session_has_not_sent_yet_is_sent_before_a_step(store, url):
    engine = sqlalchemy_engine(url)
    _Base.metadata.create_all(engine)
    with Session(engine, autoflush=False) as session:
        session.add(_Permit(number="7"))
        with store.joining(session):
            assert not session.new
            session.add(_Permit(number="8"))
            _add(store, "a")
            assert not session.new
        session.commit()
        assert session.query(_Permit).count() == 2
    _Base.metadata.drop_all(engine)
    engine.dispose()
    assert _keys(store) == ["a"]


@pytest.mark.parametrize("given", [None, "sqlite:///cases.db", object()])
def test_what_is_no_connection_is_refused(store, given):
    with pytest.raises(WrongConnectionError, match="Connection or Session"), store.joining(given):
        pass


def test_a_connection_to_another_kind_of_database_is_refused(store, url):
    other = driver("sqlite:///:memory:") if url.startswith("postgres") else driver(server())
    with pytest.raises(WrongConnectionError), store.joining(other):
        pass
    other.close()


def test_a_connection_to_another_database_is_refused(store, elsewhere):
    Store.open(elsewhere).close()
    other = driver(elsewhere)
    with pytest.raises(OtherDatabaseError), store.joining(other):
        _add(store, "a")
    other.close()
    assert _keys(store) == []


def test_a_database_without_the_tables_is_refused(url, elsewhere):
    other = driver(elsewhere)
    store = Store._connected(elsewhere)
    with pytest.raises(SchemaMissingError, match="ironcage db upgrade"), store.joining(other):
        pass
    other.close()
    store.close()


def test_a_connection_in_autocommit_is_refused_until_a_transaction_is_begun(store, url):
    committing = driver(url, **({"isolation_level": None} if url.startswith("sqlite") else {"autocommit": True}))
    with pytest.raises(AutocommitError, match="Begin a transaction"), store.joining(committing):
        pass
    committing.execute("BEGIN")
    with store.joining(committing):
        _add(store, "a")
        committing.execute("COMMIT")
        with pytest.raises(AutocommitError):
            _add(store, "b")
    committing.close()
    assert _keys(store) == ["a"]


def test_a_connection_of_sqlalchemy_in_autocommit_is_refused(store, url):
    engine = sqlalchemy_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection, pytest.raises(AutocommitError), store.joining(connection):
        pass
    engine.dispose()


def test_the_engine_neither_begins_nor_ends_anything_on_the_hosts_connection(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'cases.db'}")
    host = sqlite3.connect(tmp_path / "cases.db", isolation_level=None)
    host.execute("BEGIN")
    said: list[str] = []
    host.set_trace_callback(said.append)
    with store.joining(host):
        _add(store, "a")
        assert _keys(store) == ["a"]
    words = {statement.split()[0] for statement in said}
    assert words & {"BEGIN", "COMMIT", "ROLLBACK", "END"} == set()
    assert host.in_transaction
    host.close()
    store.close()


def test_how_the_host_likes_its_rows_is_left_as_it_is(store, url, drivers):
    if url.startswith("sqlite"):
        kind = sqlite3.Row
    else:
        from psycopg import ClientCursor
        from psycopg.rows import dict_row as kind

        drivers.cursor_factory = ClientCursor
    drivers.row_factory = kind
    with store.joining(drivers):
        _add(store, "a")
        assert _keys(store) == ["a"]
        assert store.run(lambda work: work.case(7, "p", "a")).key == "a"
    assert drivers.row_factory is kind
    assert drivers.execute("SELECT 1 AS one").fetchone()["one"] == 1
    drivers.commit()
    assert _keys(store) == ["a"]


@pytest.mark.parametrize(
    ("autocommit", "isolation_level", "in_transaction", "is_held"),
    [
        (-1, "", False, True),
        (-1, None, False, False),
        (-1, None, True, True),
        (True, "", False, False),
        (False, None, False, True),
    ],
)
def test_whether_a_transaction_holds_is_read_off_the_driver_as_python_3_12_knows_it(
    autocommit, isolation_level, in_transaction, is_held
):
    driver = SimpleNamespace(autocommit=autocommit, isolation_level=isolation_level, in_transaction=in_transaction)
    assert LentSQLite(driver).is_held is is_held


def test_two_stores_have_each_its_own_host(tmp_path):
    stores = [Store.open(f"sqlite:///{tmp_path / name}") for name in ("1.db", "2.db")]
    drivers = [sqlite3.connect(tmp_path / name) for name in ("1.db", "2.db")]
    with stores[0].joining(drivers[0]), stores[1].joining(drivers[1]):
        _add(stores[0], "a")
        _add(stores[1], "b")
        assert [_keys(store) for store in stores] == [["a"], ["b"]]
    assert [_keys(store) for store in stores] == [[], []]
    drivers[1].commit()
    assert [_keys(store) for store in stores] == [[], ["b"]]
    for each in (*drivers, *stores):
        each.close()
