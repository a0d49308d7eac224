"""The steps of migration.feature."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage.definitions import load_files
from ironcage.migration import remarks

if TYPE_CHECKING:
    from ironcage.definitions import Definition
    from ironcage.engine import Engine, MigratedCase, Migration

scenarios("migration.feature")

STEPS = {"受理": "accept", "审查": "examine", "核查": "check", "审批": "decide", "送达": "deliver"}
_PROCESS = """key = "permit"
owner = "市政管理局"
model = "permit.bpmn"
time_zone = "Asia/Shanghai"

[title]
zh = "许可"
en = "Permit"
"""


def definition(steps: str) -> Definition:
    """Return the permit process of *steps* one after the other."""
    ids = [STEPS[step] for step in steps.split("、")]
    tasks = "\n".join(f'<userTask id="{STEPS[step]}" name="{step}"/>' for step in steps.split("、"))
    flows = "\n".join(
        f'<sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}"/>'
        for one, other in pairwise(["filed", *ids, "done"])
    )
    model = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="urn:t">
<process id="permit" isExecutable="true">
<startEvent id="filed"/>
{tasks}
{flows}
<endEvent id="done"/>
</process>
</definitions>"""
    return load_files({"process.toml": _PROCESS.encode(), "permit.bpmn": model.encode()}, "permit")


@pytest.fixture
def told() -> dict[str, MigratedCase]:
    """Return what was said of each case last."""
    return {}


@pytest.fixture
def done() -> list[Migration]:
    """Return the migrations there were."""
    return []


def at(engine: Engine, key: str) -> str:
    (task,) = engine.tasks(case=f"permit/{key}")
    return next(name for name, element in STEPS.items() if element == task.element)


def complete(engine: Engine, key: str) -> None:
    (task,) = engine.tasks(case=f"permit/{key}")
    engine.complete(task.name, actor="王")


@given(parsers.parse("许可流程依次办理“{steps}”"))
@given(parsers.parse("许可流程改为依次办理“{steps}”"))
@when(parsers.parse("许可流程改为依次办理“{steps}”"))
def _(engine: Engine, steps: str) -> None:
    engine.deploy(definition(steps))


@given(parsers.parse("许可“{key}”停在“{step}”"))
def _(engine: Engine, key: str, step: str) -> None:
    engine.start("permit", key=key)
    while at(engine, key) != step:
        complete(engine, key)


@given(parsers.parse("许可“{key}”的“{step}”已由“{actor}”签收"))
def _(engine: Engine, key: str, step: str, actor: str) -> None:
    assert at(engine, key) == step
    (task,) = engine.tasks(case=f"permit/{key}")
    engine.claim(task.name, actor)


@given(parsers.parse("许可“{key}”办完“{step}”"))
def _(engine: Engine, key: str, step: str) -> None:
    assert at(engine, key) == step
    complete(engine, key)


@when(parsers.parse("许可“{key}”一路办完"))
def _(engine: Engine, key: str) -> None:
    while engine.tasks(case=f"permit/{key}"):
        complete(engine, key)


@given(parsers.parse("科长“{actor}”因“{reason}”把在办的许可迁移到新版"))
@when(parsers.parse("科长“{actor}”因“{reason}”把在办的许可迁移到新版"))
def _(engine: Engine, actor: str, reason: str, told: dict[str, MigratedCase], done: list[Migration]) -> None:
    move(engine, actor, reason, told, done, {})


@when(parsers.parse("科长“{actor}”因“{reason}”把在办的许可迁移到新版，“{old}”对应“{new}”"))
def _(
    engine: Engine, actor: str, reason: str, old: str, new: str, told: dict[str, MigratedCase], done: list[Migration]
) -> None:
    move(engine, actor, reason, told, done, {STEPS[old]: STEPS[new]})


def move(
    engine: Engine, actor: str, reason: str, told: dict[str, MigratedCase], done: list[Migration], names: dict[str, str]
) -> None:
    done.append(engine.migrate("permit", 1, 2, names, reason=reason, actor=actor, told=noting(told)))


def noting(told: dict[str, MigratedCase]):
    return lambda case: told.update({case.case: case})


@when("设计者试算把在办的许可迁移到新版")
def _(engine: Engine, told: dict[str, MigratedCase], done: list[Migration]) -> None:
    done.append(engine.plan_migration("permit", 1, 2, told=noting(told)))


@when(parsers.parse("科长“{actor}”因“{reason}”撤回迁移"))
def _(engine: Engine, actor: str, reason: str, told: dict[str, MigratedCase], done: list[Migration]) -> None:
    assert done[0].id is not None
    done.append(engine.undo_migration(done[0].id, reason=reason, actor=actor, told=noting(told)))


@then(parsers.parse("许可“{key}”在第 {version:d} 版上"))
def _(engine: Engine, key: str, version: int) -> None:
    assert engine.case(f"permit/{key}").version == version


@then(parsers.parse("许可“{key}”在第 {version:d} 版上，停在“{step}”"))
def _(engine: Engine, key: str, version: int, step: str) -> None:
    assert (engine.case(f"permit/{key}").version, at(engine, key)) == (version, step)


@then(parsers.parse("许可“{key}”没有办过“{step}”"))
def _(engine: Engine, key: str, step: str) -> None:
    case = engine.case(f"permit/{key}")
    assert case.status == "completed"
    assert STEPS[step] not in {event.element for event in case.events}


@then(parsers.parse("许可“{key}”办过“{step}”"))
def _(engine: Engine, key: str, step: str) -> None:
    case = engine.case(f"permit/{key}")
    assert (case.status, STEPS[step] in {event.element for event in case.events}) == ("completed", True)


@then(parsers.parse("许可“{key}”没有迁移，原因指出“{step}”会被跳过，并指出它在模型的哪一行"))
def _(told: dict[str, MigratedCase], key: str, step: str) -> None:
    (reason,) = told[f"permit/{key}"].reasons
    assert (reason.what, reason.element, reason.line) == (remarks.INSERTED, STEPS[step], 6)


@then(parsers.parse("许可“{key}”没有迁移，原因指出“{step}”不在新版里"))
def _(told: dict[str, MigratedCase], key: str, step: str) -> None:
    (reason,) = told[f"permit/{key}"].reasons
    assert (reason.what, reason.element) == (remarks.VANISHED, STEPS[step])


@then(parsers.parse("许可“{key}”的“{step}”由“{actor}”签收着"))
def _(engine: Engine, key: str, step: str, actor: str) -> None:
    (task,) = engine.tasks(case=f"permit/{key}")
    assert (task.element, task.status, task.actor) == (STEPS[step], "claimed", actor)


@then(parsers.parse("试算说 {can:d} 件可以迁移，{cannot:d} 件不能"))
def _(done: list[Migration], can: int, cannot: int) -> None:
    assert done[-1].counts == {"migrates": can, "refused": cannot}


@then(parsers.parse("许可“{key}”的记录写着从第 {before:d} 版到第 {after:d} 版，经手人“{actor}”，理由“{reason}”"))
def _(engine: Engine, key: str, before: int, after: int, actor: str, reason: str) -> None:
    event = engine.case(f"permit/{key}").events[-1]
    said = json.loads(event.facts or "{}")
    assert (event.transition, event.actor) == ("migrate", actor)
    assert (said["from"], said["to"], said["reason"]) == (before, after, reason)


@then("全部记录验证无误")
def _(engine: Engine) -> None:
    assert engine.verify().whole


@then(parsers.parse("许可“{key}”留在原处，因为它迁移以后已经往下办理"))
def _(told: dict[str, MigratedCase], key: str) -> None:
    case = told[f"permit/{key}"]
    assert (case.outcome, [reason.what for reason in case.reasons]) == ("left", [remarks.HAS_MOVED])
