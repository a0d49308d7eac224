"""The steps of patterns.feature: every pattern is loaded through the whole gate and run in a world of cases."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from ironcage import bpmn, feel
from ironcage.clock import Moment, VirtualClock
from ironcage.definitions import load
from ironcage.machine import EntryKind, Status, Transition, WaitKind
from ironcage.program import Kind
from ironcage.resources import folder
from ironcage.world import World

if TYPE_CHECKING:
    from ironcage.definitions import Definition
    from ironcage.program import Node, Program
    from ironcage.values import Value
    from ironcage.world import Case

scenarios("patterns.feature")

BEGIN = 1_577_836_800_000_000
DAY = 24 * 3_600_000_000
STATUS = {"办结": Status.COMPLETED, "终止": Status.TERMINATED, "未结": Status.OPEN, "失败": Status.FAILED}
SHOWN = {
    EntryKind.ACTIVITY: frozenset(Kind),
    EntryKind.EVENT: frozenset({Kind.BOUNDARY_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.INTERMEDIATE_THROW_EVENT}),
}
"""What a trace tells of: activities, and the events between and upon them."""


@pytest.fixture
def world() -> World:
    return World({}, clock=VirtualClock(BEGIN))


@cache
def definition(key: str) -> Definition:
    return load(folder("processes") / "patterns" / key)


def program(key: str) -> Program:
    return definition(key).program


def value(written: str) -> Value:
    return feel.compile(written).evaluate({}, Moment(BEGIN))


def work(world: World) -> list[tuple[Case, Node]]:
    """Return the work open in all cases, in the order of cases and waits."""
    return [
        (case, case.node(number))
        for case in world.cases
        for number, wait in case.open.items()
        if wait.kind in (WaitKind.TASK, WaitKind.JOB, WaitKind.SCRIPT)
    ]


def complete(cases: list[Case], world: World, name: str, data: Value = None) -> None:
    for case, node in work(world):
        if node.name == name and case in cases:
            world.complete(case, node.id, dict(data) if isinstance(data, dict) else {})
            return
    raise AssertionError(f"{name} is not open; open are {[node.name for _, node in work(world)]}")


def trace(case: Case) -> list[str]:
    entries = [entry for _, entry in case.history if entry.transition is Transition.COMPLETE]
    nodes = [case.program.nodes[entry.element] for entry in entries if entry.kind in SHOWN and entry.element >= 0]
    return [node.name for node in nodes if node.name and any(node.kind in kinds for kinds in SHOWN.values())]


@given(parsers.re("已部署“(?P<key>[^”]+)”"))
def _(world: World, key: str) -> None:
    world.programs[key] = program(key)


@given(parsers.parse("已部署“{key}”中的“{task}”"))
def _(world: World, key: str, task: str) -> None:
    world.programs[task] = bpmn.compile(definition(key).model, {}, None, task)


@given(parsers.parse("到时自动启动“{key}”"))
def _(world: World, key: str) -> None:
    world.watch(key)


@given(parsers.re("启动“(?P<key>[^”]+)”(?:，案件数据为 (?P<data>.*))?"))
def _(world: World, key: str, data: str | None) -> None:
    world.programs[key] = program(key)
    given = value(data) if data else {}
    assert isinstance(given, dict)
    world.start(key, given)


@when(parsers.re("办结 (?P<names>[^，]+)"))
def _(world: World, names: str) -> None:
    for name in names.split("、"):
        complete(world.cases, world, name)


@when(parsers.re("办结 (?P<name>[^，]+)，结果为 (?P<data>.*)"))
def _(world: World, name: str, data: str) -> None:
    complete(world.cases, world, name, value(data))


@when(parsers.parse("第 {number:d} 件案件办结 {name}，结果为 {data}"))
def _(world: World, number: int, name: str, data: str) -> None:
    complete([world.cases[number - 1]], world, name, value(data))


@when("办完其余各项")
def _(world: World) -> None:
    while work(world):
        case, node = work(world)[0]
        world.complete(case, node.id)


@when(parsers.parse("过了 {days:d} 天"))
def _(world: World, days: int) -> None:
    world.move_to(world.clock.now() + days * DAY)


@when(parsers.parse("收到消息“{name}”"))
def _(world: World, name: str) -> None:
    world.send(name)


@when(parsers.parse("广播信号“{name}”"))
def _(world: World, name: str) -> None:
    world.signal(name)


@then(parsers.re(r"(?:第 (?P<number>\d+) 件案件)?等待办理 (?P<names>.+)"))
def _(world: World, number: str | None, names: str) -> None:
    cases = [world.cases[int(number) - 1]] if number else world.cases
    found = [node.name for case, node in work(world) if case in cases]
    if counted := re.fullmatch(r"(\d+) 项", names):
        assert len(found) == int(counted[1])
    else:
        assert sorted(found) == sorted(names.split("、"))


@then(parsers.parse("依次经过 {names}"))
def _(world: World, names: str) -> None:
    assert trace(world.cases[0]) == names.split("、")


@then(parsers.parse("{earlier} 在 {later} 之前"))
def _(world: World, earlier: str, later: str) -> None:
    passed = trace(world.cases[0])
    assert passed.index(earlier) < passed.index(later)


@then(parsers.re("案件(?P<status>办结|终止|未结|失败)"))
def _(world: World, status: str) -> None:
    assert world.cases[0].status is STATUS[status]


@then(parsers.parse("无人接收的消息有 {names}"))
def _(world: World, names: str) -> None:
    assert [letter.name for letter in world.letters] == names.split("、")


@then(parsers.parse("共有 {count:d} 件案件"))
def _(world: World, count: int) -> None:
    assert len(world.cases) == count


@then(parsers.re(r"(?:第 (?P<number>\d+) 件案件的|案件)数据 (?P<name>\w+) 为 (?P<written>.*)"))
def _(world: World, number: str | None, name: str, written: str) -> None:
    assert world.cases[int(number or 1) - 1].data.get(name) == value(written)
