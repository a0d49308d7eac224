"""A model becomes the program of the normal form, and the same one whichever reader read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

from written_models import written

from ironcage import bpmn, feel, spiff
from ironcage.clock import Moment
from ironcage.program import Assignment, Due, Kind, Lane, Setting, Terminate, Timer, TimerKind

ZONE = ZoneInfo("Asia/Shanghai")


def test_both_readers_agree_on_everything_a_file_can_say(whole: bpmn.Model) -> None:
    assert bpmn.compile(whole, {}, ZONE) == spiff.compile(whole.source, whole.file, {}, ZONE)


def test_nodes_and_flows_stand_in_the_order_of_the_file(whole: bpmn.Model) -> None:
    program = bpmn.compile(whole, {}, ZONE)
    assert [node.id for node in program.nodes] == [
        "s", "rule", "choice", "do", "late", "stop", "check", "call", "fork", "some", "wait",
        "plain", "passed", "e",
    ]  # fmt: skip
    assert [flow.id for flow in program.flows] == [f"f{number}" for number in range(1, 14)]
    assert [node.line for node in program.nodes] == sorted(node.line for node in program.nodes)


def test_a_program_says_what_the_file_says(whole: bpmn.Model) -> None:
    program = bpmn.compile(whole, {}, ZONE)
    node = {each.id: each for each in program.nodes}
    assert (program.process, program.name, program.zone) == ("p", "Process", ZONE)
    assert program.due == Due(within=feel.constant(timedelta(days=30), "P30D"))
    assert program.lanes == (Lane("outer", "Outer"), Lane("inner", "Inner"))
    assert (node["s"].lane, node["do"].lane, node["e"].lane) == ("outer", "inner", None)
    assert node["do"].assignment == Assignment(feel.compile("r"), feel.compile("u"), feel.compile("a"))
    assert node["do"].settings == (Setting("y", feel.compile("x + 1")), Setting("z", feel.compile("y")))
    assert program.nodes[node["late"].host or 0].id == "do"
    assert [program.nodes[index].id for index in node["do"].boundaries] == ["late"]
    assert node["late"].events == (Timer(TimerKind.DURATION, feel.constant(timedelta(weeks=2), "P2W")),)
    assert node["stop"].events == (Terminate(),)
    assert program.flows[node["choice"].default or 0].id == "f4"
    assert (node["rule"].decision, node["rule"].result) == ("known", "answer")
    assert (node["call"].service, node["call"].result) == ("send", "receipt")
    assert [program.nodes[index].id for index in node["check"].separate_from] == ["do"]
    assert node["check"].kind is Kind.MANUAL_TASK


def test_a_literal_has_its_value_and_is_no_feel(whole: bpmn.Model) -> None:
    program = bpmn.compile(whole, {}, ZONE)
    late = program.nodes[program.index("late")].events[0]
    assert isinstance(late, Timer)
    assert late.value.evaluate({}, Moment(0)) == timedelta(weeks=2)
    due = program.nodes[program.index("do")].due
    assert due is not None
    assert due.at is not None
    assert due.at.evaluate({}, Moment(0)) == datetime(2030, 1, 1, tzinfo=UTC)


def chain(length: int) -> bytes:
    path = ["s", *(f"n{number}" for number in range(length)), "e"]
    tasks = (f"{name}: userTask" for name in path[1:-1])
    flows = (f"{one} -> {other}" for one, other in pairwise(path))
    return written("\n".join(["s: startEvent", *tasks, "e: endEvent", *flows])).source


def test_a_chain_of_ten_thousand_neither_recurses_nor_fails() -> None:
    read, faults = bpmn.examine(chain(10_000), "chain.bpmn", ())
    assert faults == []
    assert len(bpmn.mandatory(bpmn.compile(read, {}, None))) == 10_000


def test_a_thousand_elements_are_checked_and_compiled_within_a_second() -> None:
    source = chain(500)
    before = process_time()
    read, _ = bpmn.examine(source, "chain.bpmn", ())
    bpmn.compile(read, {}, None)
    assert process_time() - before < 1
