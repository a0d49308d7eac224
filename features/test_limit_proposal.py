"""The steps of limit_proposal.feature."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from city import PROCESS, instant
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage.clock import micros
from ironcage.definitions import load
from ironcage_audit import audit
from ironcage_audit.proposals import Proposals, propose

if TYPE_CHECKING:
    from datetime import datetime

    from ironcage.clock import VirtualClock
    from ironcage.engine import Engine
    from ironcage.store import Store

scenarios("limit_proposal.feature")

DAY = 86_400_000_000
QUEUE = "PWDx_Street Light Outages"
Closings = list[tuple["datetime", str]]


@pytest.fixture
def opened() -> datetime:
    return instant("2011-07-01 09:00")


@pytest.fixture
def closings() -> Closings:
    """When which case will be closed."""
    return []


@pytest.fixture
def made() -> list[Proposals]:
    return []


def begin(engine: Engine, count: int, kind: str, target: datetime) -> list[str]:
    data = {"type": kind, "queue": QUEUE, "recorded": True, "target": target}
    with engine.batch():
        return [engine.start("service_request", data) for _ in range(count)]


@given(parsers.parse("{count:d} 件“{kind}”请求，期限 {limit:d} 天，都在第 {took:d} 天办结"))
def _(engine: Engine, closings: Closings, opened: datetime, count: int, kind: str, limit: int, took: int) -> None:
    cases = begin(engine, count, kind, opened + timedelta(days=limit))
    closings += [(opened + timedelta(days=took), case) for case in cases]


@given(parsers.parse("{count:d} 件“{kind}”请求，期限 {limit:d} 天，一直没有办结"))
def _(engine: Engine, opened: datetime, count: int, kind: str, limit: int) -> None:
    begin(engine, count, kind, opened + timedelta(days=limit))


@when(parsers.parse("{days:d} 天后由线索提出建议"))
def _(
    engine: Engine, clock: VirtualClock, store: Store, opened: datetime, closings: Closings,
    made: list[Proposals], days: int,
) -> None:  # fmt: skip
    for at, case in sorted(closings):
        clock.move_to(micros(at))
        (task,) = engine.tasks(case=case)
        engine.complete(task.name)
    clock.move_to(micros(opened + timedelta(days=days)))
    made.append(propose(store, audit(store, clock.now(), clock=clock)))


@then(parsers.parse("建议复核“{kind}”的期限，由 {now:d} 天改为 {then_:d} 天"))
def _(made: list[Proposals], kind: str, now: int, then_: int) -> None:
    proposal = made[0].proposal
    assert proposal is not None
    assert (proposal.group.value, proposal.limit, proposal.proposed) == (kind, now * DAY, then_ * DAY)


@then("建议附有 limits.dmn 的修改对照")
def _(made: list[Proposals]) -> None:
    proposal = made[0].proposal
    assert proposal is not None
    assert proposal.diff.startswith("--- a/limits.dmn\n+++ b/limits.dmn\n")


@then("部署的流程没有变化")
def _(engine: Engine) -> None:
    assert not engine.deploy(load(PROCESS)).is_new


@then("没有建议")
def _(made: list[Proposals]) -> None:
    assert made[0].proposal is None


@then(parsers.parse("写明“{kind}”办理跟不上受理"))
def _(made: list[Proposals], kind: str) -> None:
    (declined,) = made[0].declined
    assert (declined.group.value, declined.reason) == (kind, "behind")
