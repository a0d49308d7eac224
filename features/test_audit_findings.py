"""The steps of audit_findings.feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from city import moment
from pytest_bdd import given, parsers, scenarios, then, when
from small_log import HOUR, NOON, events

from ironcage_audit import audit, findings
from ironcage_audit.findings import examine
from ironcage_audit.hooks import load
from ironcage_audit.log import LogCase, LogEvent, Step, write
from ironcage_audit.rules import word

if TYPE_CHECKING:
    from pathlib import Path

    from ironcage.clock import VirtualClock
    from ironcage.engine import Engine
    from ironcage.store import Store
    from ironcage_audit import Finding, RuleResult

scenarios("audit_findings.feature")

Results = dict[str, "RuleResult"]
Recorded = list[tuple[LogCase, list[LogEvent]]]


@pytest.fixture
def results() -> Results:
    """What each rule said in the last audit, by its Chinese title."""
    return {}


@pytest.fixture
def named() -> list[Finding]:
    """The findings the last step spoke of."""
    return []


@pytest.fixture
def mandatory() -> list[str]:
    return []


@pytest.fixture
def recorded() -> Recorded:
    return []


@given(parsers.parse("{count:d} 件“{kind}”请求报到队列“{queue}”"))
def _(engine: Engine, count: int, kind: str, queue: str) -> None:
    with engine.batch():
        for _number in range(count):
            engine.start("service_request", {"type": kind, "queue": queue})


@given(parsers.parse("部门的“{actor}”每 {seconds:d} 秒办结一件"))
def _(engine: Engine, clock: VirtualClock, actor: str, seconds: int) -> None:
    for task in engine.tasks():
        engine.complete(task.name, actor=actor)
        clock.move_to(clock.now() + seconds * 1_000_000)


@given(parsers.parse("流程规定的必经环节是“{elements}”"))
def _(mandatory: list[str], elements: str) -> None:
    mandatory += elements.split("、")


@given(parsers.parse("案件“{key}”的记录里有“{elements}”，随后结案"))
def _(recorded: Recorded, key: str, elements: str) -> None:
    acts = [{"element": element, "t_us": NOON + hour * HOUR} for hour, element in enumerate(elements.split("、"), 1)]
    opened = {"kind": "case", "transition": "start", "element": "许可"}
    closed = {"kind": "case", "element": "许可", "t_us": NOON + 9 * HOUR}
    recorded.append((LogCase("许可", key, 1, "import"), events(opened, *acts, closed)))


@when("审计人员审计")
def _(store: Store, clock: VirtualClock, results: Results) -> None:
    results.update(by_title(audit(store, clock.now(), clock=clock).results))


@when(parsers.parse("审计人员审计，截至 {written}"))
def _(store: Store, clock: VirtualClock, results: Results, written: str) -> None:
    results.update(by_title(audit(store, moment(written), clock=clock).results))


@when("审计人员检查这份记录")
def _(results: Results, recorded: Recorded, mandatory: list[str], tmp_path: Path) -> None:
    steps = [Step("许可", 1, element, "userTask", element, None, 1) for element in mandatory]
    log = write(tmp_path / "log.db", NOON + 99 * HOUR, recorded, steps)
    results.update(by_title(examine(log, load().rules, {})))


def by_title(found: list[RuleResult] | tuple[RuleResult, ...]) -> Results:
    return {str(result.rule.title): result for result in found}


@then(parsers.parse("“{rule}”有 {count:d} 条线索，新增 {new:d} 条"))
def _(results: Results, named: list[Finding], rule: str, count: int, new: int) -> None:
    found = results[rule].findings
    assert (len(found), sum(finding.is_new for finding in found)) == (count, new)
    named[:] = found


@then(parsers.parse("“{rule}”没有线索"))
def _(results: Results, rule: str) -> None:
    assert (results[rule].failed, results[rule].findings) == (None, ())


@then(parsers.parse("留存的线索共 {count:d} 条"))
def _(store: Store, count: int) -> None:
    assert len(list(findings(store))) == count


@then(parsers.parse("线索涉及请求“{key}”，等级是“{severity}”"))
def _(named: list[Finding], key: str, severity: str) -> None:
    (finding,) = named
    assert (finding.case, word(finding.severity)) == (f"service_request/{key}", severity)


@then(parsers.parse("“{rule}”检查了 {count:d} 件"))
def _(results: Results, rule: str, count: int) -> None:
    assert results[rule].examined == count


@then(parsers.parse("“{rule}”有 {count:d} 件未检查，原因是“{why}”"))
def _(results: Results, rule: str, count: int, why: str) -> None:
    (left,) = results[rule].not_examined
    assert (left.cases, str(left.why)) == (count, why)


@then(parsers.parse("线索的对象是队列“{queue}”"))
def _(named: list[Finding], queue: str) -> None:
    assert [finding.subject for finding in named] == [queue]


@then(parsers.parse("线索的证据是这个队列的 {count:d} 件请求"))
def _(engine: Engine, named: list[Finding], count: int) -> None:
    (finding,) = named
    cases = {each.case for each in finding.evidence}
    assert len(cases) == count
    assert {f'"queue":"{finding.subject}"' in (engine.case(each).events[0].facts or "") for each in cases} == {True}


@then(parsers.parse("案件“{key}”缺的是“{element}”"))
def _(named: list[Finding], key: str, element: str) -> None:
    assert [(finding.case, finding.element) for finding in named] == [(f"许可/{key}", element)]
