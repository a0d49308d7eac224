"""The steps of embedding.feature."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage.definitions import load
from ironcage.engine import CaseExistsError, Engine, TaskCompletedError, UnknownCaseError
from ironcage.store import MustRetryError, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

scenarios("embedding.feature")

PERMIT = Path(__file__).parents[1] / "docs/examples/permit"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'department.db'}")
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The connection of the desk, which has begun nothing by itself."""
    connection = sqlite3.connect(tmp_path / "department.db", isolation_level=None)
    yield connection
    connection.close()


def _seen(store: Store, number: str) -> str | None:
    """Return the status of a permit in the register, as others see it."""
    with store.reading() as connection:
        found: str | None = connection.exec_driver_sql(
            "SELECT status FROM register WHERE number = ?", (number,)
        ).scalar()
    return found


def _grant(engine: Engine, desk: sqlite3.Connection, number: str, actor: str) -> None:
    with engine.within(desk):
        task = engine.case(f"permit/{number}").tasks[0]
        engine.complete(task.name, {"granted": True}, actor=actor)


@given("登记簿和许可流程已经就绪")
def _(engine: Engine, desk: sqlite3.Connection) -> None:
    engine.deploy(load(PERMIT))
    desk.execute("CREATE TABLE register (number TEXT PRIMARY KEY, status TEXT)")


@given(parsers.parse("登记簿上已有许可“{number}”，没有案件"))
@when(parsers.parse("窗口登记许可“{number}”"))
def _(desk: sqlite3.Connection, number: str) -> None:
    desk.execute("INSERT INTO register VALUES (?, '受理')", (number,))


@given(parsers.parse("许可“{number}”已经登记并立案"))
def _(engine: Engine, desk: sqlite3.Connection, number: str) -> None:
    desk.execute("BEGIN")
    desk.execute("INSERT INTO register VALUES (?, '受理')", (number,))
    with engine.within(desk):
        engine.start("permit", key=number)
    desk.execute("COMMIT")


@when("窗口开始办理")
def _(desk: sqlite3.Connection) -> None:
    desk.execute("BEGIN")


@when(parsers.parse("窗口登记许可“{number}”，登记簿说编号已有"))
def _(desk: sqlite3.Connection, number: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        desk.execute("INSERT INTO register VALUES (?, '受理')", (number,))
    desk.execute("ROLLBACK")


@when(parsers.parse("窗口为许可“{number}”立案"))
def _(engine: Engine, desk: sqlite3.Connection, number: str) -> None:
    with engine.within(desk):
        engine.start("permit", key=number)


@when(parsers.parse("窗口为许可“{number}”立案，被告知已经立案"))
def _(engine: Engine, desk: sqlite3.Connection, number: str) -> None:
    with engine.within(desk), pytest.raises(CaseExistsError):
        engine.start("permit", key=number)


@when(parsers.parse("审批人“{actor}”准予许可“{number}”"))
def _(engine: Engine, desk: sqlite3.Connection, number: str, actor: str) -> None:
    _grant(engine, desk, number, actor)


@when(parsers.parse("审批人“{actor}”抢先准予许可“{number}”"))
def _(engine: Engine, number: str, actor: str) -> None:
    engine.complete(engine.case(f"permit/{number}").tasks[0].name, {"granted": True}, actor=actor)


@when(parsers.parse("审批人“{actor}”准予许可“{number}”，被告知有人抢先、须退回重办"))
def _(engine: Engine, desk: sqlite3.Connection, number: str, actor: str) -> None:
    with pytest.raises(MustRetryError, match="从头重新执行"):
        _grant(engine, desk, number, actor)
    desk.execute("ROLLBACK")


@when(parsers.parse("审批人“{actor}”准予许可“{number}”，被告知已经办结"))
def _(engine: Engine, desk: sqlite3.Connection, number: str, actor: str) -> None:
    with pytest.raises(TaskCompletedError):
        _grant(engine, desk, number, actor)


@when(parsers.parse("窗口把许可“{number}”记为“{status}”"))
def _(desk: sqlite3.Connection, number: str, status: str) -> None:
    desk.execute("UPDATE register SET status = ? WHERE number = ?", (status, number))


@when("窗口看过登记簿")
def _(desk: sqlite3.Connection) -> None:
    desk.execute("SELECT * FROM register").fetchall()


@when("窗口办理完毕")
def _(desk: sqlite3.Connection) -> None:
    desk.execute("COMMIT")


@when("窗口放弃这次办理")
def _(desk: sqlite3.Connection) -> None:
    desk.execute("ROLLBACK")


@then(parsers.parse("别人还看不到许可“{number}”，也看不到它的案件"))
def _(engine: Engine, store: Store, number: str) -> None:
    assert _seen(store, number) is None
    with pytest.raises(UnknownCaseError):
        engine.case(f"permit/{number}")


@then(parsers.parse("许可“{number}”没有案件"))
def _(engine: Engine, number: str) -> None:
    with pytest.raises(UnknownCaseError):
        engine.case(f"permit/{number}")


@then(parsers.parse("登记簿上有许可“{number}”，它的案件正在审批"))
def _(engine: Engine, store: Store, number: str) -> None:
    assert _seen(store, number) == "受理"
    assert [task.element for task in engine.tasks(case=f"permit/{number}")] == ["decide"]


@then(parsers.parse("登记簿上的许可“{number}”是“{status}”，它的案件正在审批"))
def _(engine: Engine, store: Store, number: str, status: str) -> None:
    assert _seen(store, number) == status
    assert [task.element for task in engine.tasks(case=f"permit/{number}")] == ["decide"]


@then(parsers.parse("登记簿上的许可“{number}”是“{status}”，它的案件已经办结"))
def _(engine: Engine, store: Store, number: str, status: str) -> None:
    assert _seen(store, number) == status
    assert engine.case(f"permit/{number}").status == "completed"
