"""The steps of between_cases.feature."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from between import definition, moment
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage.engine import Engine, NotAwaitedError

if TYPE_CHECKING:
    from ironcage.clock import VirtualClock

scenarios("between_cases.feature")

PAID = "已缴费"


@pytest.fixture
def refusals() -> list[NotAwaitedError]:
    return []


def _inspection(key: str) -> str:
    return f"inspection/permit/{key}/inspect/1"


@given(parsers.parse("现在是 {written}"))
@when(parsers.parse("时间到了 {written}"))
def _(engine: Engine, clock: VirtualClock, written: str) -> None:
    clock.move_to(moment(written))
    engine.wake()


@given(parsers.parse("流程“{key}”已经部署"))
def _(engine: Engine, key: str) -> None:
    engine.deploy(definition(key))


@given(parsers.parse("许可“{key}”已经受理"))
@when(parsers.parse("许可“{key}”受理"))
def _(engine: Engine, key: str) -> None:
    engine.start("permit", {"number": key}, key=key)


@given(parsers.parse("许可“{key}”已经受理并缴费"))
def _(engine: Engine, key: str) -> None:
    engine.start("permit", {"number": key}, key=key)
    engine.message(PAID, key=[key])


@when(parsers.parse("银行通知编号“{key}”已缴费"))
def _(engine: Engine, key: str, refusals: list[NotAwaitedError]) -> None:
    try:
        engine.message(PAID, key=[key], channel="银行")
    except NotAwaitedError as refused:
        refusals.append(refused)


@when(parsers.parse("银行通知编号“{key}”已缴费，可以保留一天"))
def _(engine: Engine, key: str) -> None:
    assert engine.message(PAID, key=[key], ttl=timedelta(days=1)).outcome == "kept"


@when("缴费再投递一次")
def _(engine: Engine) -> None:
    engine.retry(PAID)


@then("缴费列为故障")
def _(engine: Engine) -> None:
    assert [each.case for each in engine.incidents()] == [PAID]


@then("没有故障")
def _(engine: Engine) -> None:
    assert engine.incidents() == []


@when(parsers.parse("勘查员“{actor}”完成许可“{key}”的现场勘查，占道宽度为 {width:d} 米"))
def _(engine: Engine, actor: str, key: str, width: int) -> None:
    (task,) = engine.tasks(case=_inspection(key))
    engine.complete(task.name, {"width": width}, actor=actor)


@when(parsers.parse("市里发出“{name}”的通知"))
def _(engine: Engine, name: str) -> None:
    engine.signal(name)


@when(parsers.parse("受理员“{actor}”因“{reason}”取消许可“{key}”"))
def _(engine: Engine, actor: str, reason: str, key: str) -> None:
    engine.cancel(f"permit/{key}", reason, actor=actor)


@then(parsers.parse("许可“{key}”正在“{element}”"))
def _(engine: Engine, key: str, element: str) -> None:
    case, names = engine.case(f"permit/{key}"), engine.names("permit")
    at = {wait.element for wait in case.waits} | {task.element for task in case.tasks if task.closed_at is None}
    assert element in {names[each].zh for each in at}


@then("银行被告知没有案件等待这笔缴费")
def _(refusals: list[NotAwaitedError]) -> None:
    (refused,) = refusals
    assert refused.fields["name"] == PAID


@then(parsers.parse("许可“{key}”记下占道宽度 {width:d} 米"))
def _(engine: Engine, key: str, width: int) -> None:
    assert engine.case(f"permit/{key}").variables["width"] == Decimal(width)


@then(parsers.parse("许可“{key}”的现场勘查已经取消"))
def _(engine: Engine, key: str) -> None:
    assert engine.case(_inspection(key)).status == "cancelled"


@then(parsers.parse("有 {count:d} 件例行巡查"))
def _(engine: Engine, count: int) -> None:
    assert len([task for task in engine.tasks() if task.case.startswith("patrol/")]) == count


@then(parsers.parse("许可“{key}”已经取消，理由是“{reason}”，经手人是“{actor}”"))
def _(engine: Engine, key: str, reason: str, actor: str) -> None:
    case = engine.case(f"permit/{key}")
    (said,) = (
        json.loads(case.payloads[event.seq])["reason"] for event in case.events if event.transition == "pi_abort"
    )
    assert (case.status, said) == ("cancelled", reason)
    assert actor in {event.actor for event in case.events}


@then("没有待办的任务")
def _(engine: Engine) -> None:
    assert engine.tasks() == []
