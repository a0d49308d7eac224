"""What SpiffWorkflow's parsers read of each construct, said in so many words, for two readers may err alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import CONSTRUCTS

from ironcage import feel, spiff
from ironcage.program import (
    AdHoc,
    Behavior,
    Binding,
    Call,
    Compensation,
    ComplexBehavior,
    Error,
    Kind,
    Message,
    MultiInstance,
    Script,
    Setting,
    Signal,
    StandardLoop,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from ironcage.program import Node, Program


def compiled(name: str) -> Program:
    return spiff.compile(CONSTRUCTS[name], "case.bpmn", {}, None)


def node(name: str, element: str = "a") -> Node:
    program = compiled(name)
    return program.nodes[program.index(element)]


def reads(variable: str, *names: str) -> tuple[Setting, ...]:
    return tuple(Setting(variable, feel.variable(name)) for name in names)


def test_several_events_stand_in_the_order_of_the_file():
    signal, timer, message = node("several caught", "v").events
    assert (signal, message) == (Signal("Alarm"), Message("Order"))
    assert isinstance(timer, Timer)
    assert timer.kind is TimerKind.DURATION


def test_what_is_referred_to_is_known_by_name_code_or_id():
    assert node("reference caught", "v").events == (Signal("Alarm"),)
    assert node("message without a name caught", "v").events == (Message("nameless"),)
    assert node("error at the end", "v").events == (Error("E1"),)
    assert node("error without a code at the end", "v").events == (Error("codeless"),)
    assert node("any error on the edge", "v").events == (Error(None),)


def test_compensation_knows_its_activity_and_its_handler():
    program = compiled("compensation of one thrown")
    assert program.nodes[program.index("v")].events == (Compensation(program.index("a"), wait=True),)
    program = compiled("a handler")
    assert program.nodes[program.index("v")].handler == program.index("undo")
    assert program.nodes[program.index("undo")].for_compensation


def test_scopes_are_nested_and_flat_in_document_order():
    program = compiled("a sub-process in a sub-process")
    assert [(each.id, each.parent) for each in program.nodes] == [
        ("s", None), ("a", None), ("in", 1), ("is", 2), ("w", 2), ("ie", 2), ("z", 1), ("e", None),
    ]  # fmt: skip
    assert [flow.id for flow in program.flows] == ["is_w", "w_ie", "s_a", "a_e"]
    assert node("a sub-process in a sub-process", "in").locals == ("q",)


def test_a_sub_process_by_event_is_told_from_others():
    assert node("timer into a scope", "o").by_event
    assert node("timer into a scope", "os").interrupting
    assert not node("signal into a scope", "os").interrupting


def test_an_ad_hoc_sub_process_says_how_it_is_done():
    assert node("an ad-hoc sub-process").ad_hoc == AdHoc()
    in_order = node("an ad-hoc sub-process in order")
    assert (in_order.kind, in_order.ad_hoc) == (Kind.AD_HOC_SUB_PROCESS, AdHoc(True, feel.compile("done"), False))


def test_the_lane_of_a_sub_process_is_that_of_what_is_inside():
    assert [node("lanes around scopes", each).lane for each in ("a", "w", "s", "e")] == [
        "office",
        "office",
        "yard",
        None,
    ]


def test_loops_and_instances_are_read_whole():
    assert node("a loop").loop == StandardLoop(feel.compile("x > 1"), before=True, maximum=3)
    assert node("many that tell the first").loop == MultiInstance(
        cardinality=feel.compile("3"), behavior=Behavior.ONE, event=Signal("Alarm")
    )
    told = ComplexBehavior(feel.compile("x > 1"), Signal("Alarm"))
    assert node("many that tell some").loop == MultiInstance(
        cardinality=feel.compile("3"), behavior=Behavior.COMPLEX, complex=(told,)
    )


def test_what_goes_into_many_instances_is_no_input_of_one():
    many = node("data of many")
    assert many.loop == MultiInstance(
        sequential=True,
        items=feel.variable("invoice"),
        item="item",
        output_item=feel.variable("got"),
        output="result",
        completion=feel.compile("numberOfCompletedInstances > 2"),
    )
    assert (many.inputs, many.outputs, many.passes) == ((), (), False)


def test_data_associations_are_settings_between_variables():
    given = node("data objects")
    assert given.inputs == (
        *reads("given", "invoice"),
        Setting("di2", feel.compile("invoice.sum * 2")),
        Setting("number", feel.compile("invoice.no")),
    )
    assert given.outputs == (*reads("result", "made"), *reads("total", "made"))
    assert compiled("data objects").locals == ("total", "invoice", "result")
    assert node("data of events", "u").inputs == reads("ui", "Shelf")


def test_a_call_says_what_it_calls():
    assert node("a call").call == Call(feel.constant("other", "other"))
    assert node("a call of a version").call == Call(feel.compile('"o" + x'), Binding.VERSION, 3, all_in=True)


def test_a_script_in_feel_is_a_setting():
    assert node("a script").script == Script("starlark", "x = 1\n")
    assert (node("a script with a result").script, node("a script with a result").result) == (
        Script("python", "x"),
        "y",
    )
    said = node("a script in FEEL")
    assert (said.script, said.result) == (None, None)
    assert said.settings == (Setting("z", feel.compile("1")), Setting("y", feel.compile("x + 1")))


def test_a_message_finds_its_case_by_the_first_key_that_is_whole_in_it():
    number, year = feel.compile("order.number"), feel.compile("order.year")
    assert node("a key of two").events == (Message("Order", "k0", (number, year)),)
    assert node("a key of one").events == (Message("Reply", "k1", (feel.compile("number"),)),)
    bound = Message("Reply", "k1", (feel.compile("number"),), (feel.compile("mine"),))
    assert node("a key bound by the process").events == (bound,)
    assert node("our keys", "v").events == (Message("M", found=(feel.compile("number"),)),)
    assert node("our keys", "u").events == (Message("M", expected=(feel.compile("mine"),)),)
