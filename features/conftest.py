"""What every feature shares: an engine in a database in memory, under a clock that stands still until it is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from city import PROCESS, moment, task
from pytest_bdd import given, parsers, when

from ironcage.clock import VirtualClock
from ironcage.definitions import load
from ironcage.engine import Engine
from ironcage.messages import speaking
from ironcage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with speaking("zh"):
        yield


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.open(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def engine(store: Store, clock: VirtualClock) -> Engine:
    return Engine(store, clock)


@given(parsers.parse("现在是 {written}"))
@given(parsers.parse("时间到了 {written}"))
@when(parsers.parse("时间到了 {written}"))
def _(engine: Engine, clock: VirtualClock, written: str) -> None:
    clock.move_to(moment(written))
    engine.wake()


@given("城市服务请求流程已经部署")
def _(engine: Engine) -> None:
    engine.deploy(load(PROCESS))


@given(parsers.parse("一件“{kind}”请求“{key}”报到队列“{queue}”"))
@when(parsers.parse("一件“{kind}”请求“{key}”报到队列“{queue}”"))
def _(engine: Engine, kind: str, key: str, queue: str) -> None:
    engine.start("service_request", {"type": kind, "queue": queue}, key=key)


@given(parsers.parse("部门的“{actor}”办结请求“{key}”"))
@when(parsers.parse("部门的“{actor}”办结请求“{key}”"))
def _(engine: Engine, actor: str, key: str) -> None:
    engine.complete(task(engine, key, "handle").name, actor=actor)
