"""The steps of service_request.feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from city import case, instant, moment, task
from pytest_bdd import parsers, scenarios, then, when

from ironcage.engine import CaseExistsError, Engine, TaskCompletedError
from ironcage.errors import RefusedError

if TYPE_CHECKING:
    from ironcage.engine import CaseView

scenarios("service_request.feature")

Refusals = list[RefusedError]


@pytest.fixture
def refusals() -> Refusals:
    return []


@pytest.fixture
def before() -> dict[str, CaseView]:
    return {}


@when(parsers.parse("一件“{kind}”请求“{key}”自既有记录转来，期限是 {target}"))
def _(engine: Engine, kind: str, key: str, target: str) -> None:
    data = {"type": kind, "queue": "PWDx_Street Light Outages", "recorded": True, "target": instant(target)}
    engine.start("service_request", data, key=key)


@when(parsers.parse("又一件请求以“{key}”报来"))
def _(engine: Engine, key: str, refusals: Refusals, before: dict[str, CaseView]) -> None:
    before[key] = case(engine, key)
    with pytest.raises(CaseExistsError) as caught:
        engine.start("service_request", {"type": "Street Light Outages"}, key=key)
    refusals.append(caught.value)


@when(parsers.parse("受理员“{actor}”把请求“{key}”派给部门“{department}”"))
def _(engine: Engine, actor: str, key: str, department: str) -> None:
    engine.complete(task(engine, key, "route_by_hand").name, {"department": department}, actor=actor)


@when(parsers.parse("受理员“{actor}”没有为请求“{key}”选定部门"))
def _(engine: Engine, actor: str, key: str) -> None:
    engine.complete(task(engine, key, "route_by_hand").name, actor=actor)


@when(parsers.parse("部门的“{actor}”再次办结请求“{key}”"))
def _(engine: Engine, actor: str, key: str, refusals: Refusals, before: dict[str, CaseView]) -> None:
    before[key] = case(engine, key)
    with pytest.raises(TaskCompletedError) as caught:
        engine.complete(task(engine, key, "handle").name, actor=actor)
    refusals.append(caught.value)


@then(parsers.parse("请求“{key}”由部门“{department}”承办"))
def _(engine: Engine, key: str, department: str) -> None:
    handle = task(engine, key, "handle")
    assert (handle.status, handle.role, handle.unit) == ("offered", "department", department)


@then(parsers.parse("请求“{key}”等待人工派遣"))
def _(engine: Engine, key: str) -> None:
    (waiting,) = engine.tasks(case=f"service_request/{key}")
    assert (waiting.element, waiting.role) == ("route_by_hand", "reception")


@then(parsers.parse("请求“{key}”应在 {due} 前办结"))
def _(engine: Engine, key: str, due: str) -> None:
    assert task(engine, key, "handle").due_at == instant(due)


@then(parsers.parse("请求“{key}”没有期限"))
def _(engine: Engine, key: str) -> None:
    assert task(engine, key, "handle").due_at is None


@then(parsers.parse("请求“{key}”逾期，逾期的时刻是 {due}"))
def _(engine: Engine, key: str, due: str) -> None:
    (missed,) = (event for event in case(engine, key).events if event.transition == "missed")
    assert (missed.kind, missed.element, missed.happened) == ("deadline", "handle", moment(due))


@then(parsers.parse("请求“{key}”没有逾期"))
def _(engine: Engine, key: str) -> None:
    assert not [event for event in case(engine, key).events if event.transition == "missed"]
    assert not task(engine, key, "handle").is_overdue


@then(parsers.parse("请求“{key}”已经结案"))
def _(engine: Engine, key: str) -> None:
    assert case(engine, key).status == "completed"


@then(parsers.parse("被拒绝，因为已由“{actor}”办结"))
def _(refusals: Refusals, actor: str) -> None:
    (refused,) = refusals
    assert refused.fields["actor"] == actor


@then("被拒绝，因为已经受理")
def _(refusals: Refusals) -> None:
    (refused,) = refusals
    assert isinstance(refused, CaseExistsError)


@then(parsers.parse("请求“{key}”的记录没有变化"))
def _(engine: Engine, key: str, before: dict[str, CaseView]) -> None:
    assert case(engine, key) == before[key]
