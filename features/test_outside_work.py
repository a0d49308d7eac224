"""The steps of outside_work.feature."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from other_side import OtherSide
from pytest_bdd import given, parsers, scenarios, then, when
from running import HOUR, definition

from ironcage.engine import Engine, ReleasedJobError
from ironcage.settings import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ironcage.clock import VirtualClock
    from ironcage.engine import JobView
    from ironcage.store import Store

scenarios("outside_work.feature")

FIELDS = '\n[data.number]\ntype = "text"\n[data.holder]\ntype = "context"\n[data.pages]\ntype = "number"\n'
LETTER = (
    {"s": "start", "ask": "service register result holder", "print": "service print", "e": "end"},
    "s -> ask", "ask -> print", "print -> e",
)  # fmt: skip
MINUTE = 60_000_000


@pytest.fixture
def register() -> Iterator[OtherSide]:
    made = OtherSide()
    made.answers = [(200, '{"name": "李"}'.encode())]
    yield made
    made.close()


@pytest.fixture
def engine(store: Store, clock: VirtualClock, register: OtherSide) -> Engine:
    source = (
        f'[external]\ntopics = ["print"]\n[connectors.register]\nurl = "{register.url}"\nmethod = "GET"\n'
        'path = "/houses/{number}"\n'
    )
    return Engine(store, clock, site=site_of(source.encode(), "ironcage.toml"))


@pytest.fixture
def fetched() -> dict[str, JobView]:
    return {}


@pytest.fixture
def refused() -> list[ReleasedJobError]:
    return []


@given("登记系统由本站点设为连接器“register”")
@given("打印由外部程序承担，主题是“print”")
def _(engine: Engine) -> None:
    assert "register" in engine.site.connectors
    assert engine.site.is_outside("print")


@given("送达流程已经部署")
def _(engine: Engine) -> None:
    engine.deploy(definition(*LETTER, key="letter", more=FIELDS))


@given("登记系统前两次答复“忙”，第三次答复户主“李”")
def _(register: OtherSide) -> None:
    register.answers = [(503, b""), (429, b""), (200, '{"name": "李"}'.encode())]


@given("登记系统答复“查无此户”")
def _(register: OtherSide) -> None:
    register.answers = [(404, b"")]


@when(parsers.parse("案件“{key}”立案，户号是“{number}”"))
def _(engine: Engine, key: str, number: str) -> None:
    engine.start("letter", {"number": number, "name": "不外传"}, key=key)


@given(parsers.parse("案件“{key}”已经在等待打印"))
def _(engine: Engine, key: str) -> None:
    engine.start("letter", {"number": "1"}, key=key)
    assert engine.run_jobs() == 1


@when("后台工作一小时")
def _(engine: Engine, clock: VirtualClock) -> None:
    until = clock.now() + HOUR
    engine.run_jobs()
    while (at := engine.next_job()) is not None and at <= until:
        clock.move_to(at)
        engine.run_jobs()
    clock.move_to(until)


@then(parsers.parse("登记系统被问了 {times:d} 次，每次是同一个请求编号"))
def _(register: OtherSide, times: int) -> None:
    assert len(register.heard) == times
    assert len({heard.headers["Idempotency-Key"] for heard in register.heard}) == 1


@then(parsers.parse("登记系统只得知户号“{number}”"))
def _(register: OtherSide, number: str) -> None:
    for heard in register.heard:
        assert unquote(heard.path) == f"/houses/{number}"
        assert heard.body == b""


@then(parsers.parse("案件“{key}”记下户主“{holder}”"))
def _(engine: Engine, key: str, holder: str) -> None:
    assert engine.case(f"letter/{key}").variables["holder"] == {"name": holder}


@then(parsers.parse("案件“{key}”正在等待打印"))
def _(engine: Engine, key: str) -> None:
    (wait,) = engine.case(f"letter/{key}").waits
    assert (wait.kind, wait.element) == ("job", "print")


@when(parsers.parse("打印程序“{worker}”领取打印，限时 {minutes:d} 分钟"))
def _(engine: Engine, fetched: dict[str, JobView], worker: str, minutes: int) -> None:
    (fetched[worker],) = engine.fetch_jobs(["print"], worker, lease=timedelta(minutes=minutes))


@when(parsers.parse("过了 {minutes:d} 分钟"))
def _(clock: VirtualClock, minutes: int) -> None:
    clock.move_to(clock.now() + minutes * MINUTE)


@when(parsers.parse("打印程序“{worker}”报告已打印 {pages:d} 页"))
def _(engine: Engine, fetched: dict[str, JobView], refused: list[ReleasedJobError], worker: str, pages: int) -> None:
    job = fetched[worker]
    try:
        engine.complete_job(job.name, job.attempt, {"pages": pages})
    except ReleasedJobError as error:
        refused.append(error)


@then(parsers.parse("打印程序“{worker}”被告知期限已过"))
def _(fetched: dict[str, JobView], refused: list[ReleasedJobError], worker: str) -> None:
    (error,) = refused
    assert error.fields["attempt"] == fetched[worker].attempt
    assert "期限已过" in str(error)


@then(parsers.parse("案件“{key}”已经办结，打印了 {pages:d} 页"))
def _(engine: Engine, key: str, pages: int) -> None:
    view = engine.case(f"letter/{key}")
    assert view.status == "completed"
    (done,) = (event for event in view.events if (event.element, event.transition) == ("print", "complete"))
    assert json.loads(view.payloads[done.seq])["pages"] == pages


@then(parsers.parse("打印的经过是：“{lost}”没有回来，“{done}”办成"))
def _(engine: Engine, fetched: dict[str, JobView], lost: str, done: str) -> None:
    attempts = engine.attempts(fetched[done].name)
    assert [(each.worker, each.outcome) for each in attempts] == [(lost, "lost"), (done, "done")]


@when(parsers.parse("打印程序“{worker}”报告“{reason}”，两小时后再试"))
def _(engine: Engine, fetched: dict[str, JobView], worker: str, reason: str) -> None:
    job = fetched[worker]
    engine.fail_job(job.name, job.attempt, reason, retry_in=timedelta(hours=2))


@then("没有可领取的打印")
def _(engine: Engine) -> None:
    assert engine.fetch_jobs(["print"], "二号") == []


@then(parsers.parse("可以领取 {count:d} 件打印"))
def _(engine: Engine, count: int) -> None:
    assert len(engine.fetch_jobs(["print"], "二号")) == count


@then(parsers.parse("案件“{key}”停下来等人处理，登记系统只被问了 {times:d} 次"))
def _(engine: Engine, register: OtherSide, key: str, times: int) -> None:
    (incident,) = engine.incidents()
    assert (incident.case, incident.element) == (f"letter/{key}", "ask")
    assert "404" in incident.reason
    assert len(register.heard) == times


@when(parsers.parse("值班员“{actor}”手工办结案件“{key}”的查询，户主“{holder}”，理由是“{reason}”"))
def _(engine: Engine, actor: str, key: str, holder: str, reason: str) -> None:
    (incident,) = engine.incidents()
    assert incident.job is not None
    engine.resolve_job(incident.job, {"holder": {"name": holder}}, reason=reason, actor=actor)


@then(parsers.parse("案件“{key}”的记录写明“{actor}”因“{reason}”手工办结"))
def _(engine: Engine, key: str, actor: str, reason: str) -> None:
    view = engine.case(f"letter/{key}")
    (event,) = (event for event in view.events if event.transition == "resolve")
    assert (event.element, event.actor) == ("ask", actor)
    assert json.loads(view.payloads[event.seq]) == {"reason": reason}
    assert engine.verify().whole


@then("没有停下来的案件")
def _(engine: Engine) -> None:
    assert engine.incidents() == []
