"""The steps of whole_record.feature."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from city import case
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage.record.keys import create_key
from ironcage.record.sealed import Seals
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ironcage.engine import Engine

scenarios("whole_record.feature")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cases.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    """A database in a file, so that somebody can edit it behind the engine's back."""
    opened = Store.open(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def seals() -> list[Seals]:
    return []


def edit(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def of(key: str, column: str = "case_id") -> str:
    return f"{column} = (SELECT id FROM cases WHERE key = '{key}')"


@given(parsers.parse("一件“{kind}”请求“{key}”报到队列“{queue}”，并写明“{words}”"))
def _(engine: Engine, kind: str, key: str, queue: str, words: str) -> None:
    engine.start("service_request", {"type": kind, "queue": queue, "description": words}, key=key)


@given("记录已经签封")
def _(engine: Engine, seals: list[Seals], tmp_path: Path) -> None:
    key = create_key(tmp_path / "key.pem")
    seals.append(Seals([engine.seal(key)], key.public))


@when(parsers.parse("有人把请求“{key}”办结环节的经办人改成“{actor}”"))
def _(file: Path, key: str, actor: str) -> None:
    edit(file, f"UPDATE events SET actor = '{actor}' WHERE actor IS NOT NULL AND {of(key)}")


@when(parsers.parse("有人删去请求“{key}”的第 {seq:d} 个事件"))
def _(file: Path, key: str, seq: int) -> None:
    edit(file, f"DELETE FROM events WHERE seq = {seq} AND {of(key)}")


@when(parsers.parse("有人把请求“{key}”连同它的全部事件抽走"))
def _(file: Path, key: str) -> None:
    tables = ("payloads", "events", "tasks", "timers")
    edit(file, *(f"DELETE FROM {table} WHERE {of(key)}" for table in tables), f"DELETE FROM cases WHERE key = '{key}'")


@when(parsers.parse("档案员依“{order}”删除请求“{key}”里个人的话"))
def _(engine: Engine, order: str, key: str) -> None:
    engine.erase(f"service_request/{key}", order, actor="档案员")


@then("记录完整")
def _(engine: Engine) -> None:
    assert engine.verify().problems == []


@then(parsers.parse("验证指出请求“{key}”的这个事件被改动"))
def _(engine: Engine, key: str) -> None:
    (changed,) = (event.seq for event in case(engine, key).events if event.actor is not None)
    (problem,) = engine.verify().problems
    assert (problem.kind, problem.case, problem.seq) == ("altered-event", f"service_request/{key}", changed)


@then(parsers.parse("验证没有提到请求“{key}”"))
def _(engine: Engine, key: str) -> None:
    assert f"service_request/{key}" not in {problem.case for problem in engine.verify().problems}


@then(parsers.parse("验证指出请求“{key}”的第 {seq:d} 个事件缺失"))
def _(engine: Engine, key: str, seq: int) -> None:
    (problem,) = engine.verify().problems
    assert (problem.kind, problem.case, problem.seq) == ("missing-event", f"service_request/{key}", seq)


@then(parsers.parse("数据库里找不到“{words}”"))
def _(file: Path, words: str) -> None:
    written = [each.read_bytes() for each in file.parent.glob(f"{file.name}*")]
    assert not [content for content in written if words.encode() in content]


@then(parsers.parse("请求“{key}”的记录写明依据“{order}”"))
def _(engine: Engine, key: str, order: str) -> None:
    last = case(engine, key).events[-1]
    assert (last.actor, order in (last.facts or "")) == ("档案员", True)


@then(parsers.parse("对照签封，验证指出请求“{key}”不见了"))
def _(engine: Engine, seals: list[Seals], key: str) -> None:
    (problem,) = engine.verify(seals[0]).problems
    assert (problem.kind, problem.case) == ("dropped-case", f"service_request/{key}")
