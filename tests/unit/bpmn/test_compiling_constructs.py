"""What each construct of BPMN becomes in the program: the fields that say it, and nothing else in the node."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from constructs import CONSTRUCTS, TWO_PROCESSES

from ironcage import bpmn, feel, spiff
from ironcage.clock import Moment
from ironcage.program import (
    WHOLE,
    AdHoc,
    Assignment,
    Behavior,
    Binding,
    Call,
    Cancel,
    Compensation,
    ComplexBehavior,
    Conditional,
    Due,
    Error,
    Escalation,
    Kind,
    Link,
    Message,
    MultiInstance,
    Node,
    Program,
    Script,
    Setting,
    Signal,
    StandardLoop,
    Terminate,
    Timer,
    TimerKind,
)

if TYPE_CHECKING:
    from ironcage.feel import Expression

SAID = feel.compile
STRUCTURE = {"id", "line", "kind", "name", "incoming", "outgoing", "parent", "host", "boundaries"}


def literal(text: str) -> Expression:
    return feel.constant(None, text)


def setting(variable: str, value: str) -> Setting:
    return Setting(variable, SAID(value, (value,)))


def compiled(name: str) -> Program:
    return bpmn.compile(bpmn.read(CONSTRUCTS[name], "m.bpmn"), {}, None)


def beyond_the_usual(node: Node) -> dict[str, object]:
    """Return the fields of *node* that differ from those of a node that says nothing."""
    plain = Node("", 0, node.kind)
    names = [each.name for each in fields(Node) if each.name not in STRUCTURE]
    return {name: getattr(node, name) for name in names if getattr(node, name) != getattr(plain, name)}


HOUR = Timer(TimerKind.DURATION, literal("PT1H"))
EVENTS = {
    "message": Message("Order"),
    "message without a name": Message("nameless"),
    "signal": Signal("Alarm"),
    "error": Error("E1"),
    "error without a code": Error("codeless"),
    "any error": Error(),
    "escalation": Escalation("L1"),
    "timer": HOUR,
    "date": Timer(TimerKind.DATE, literal("2030-01-01T00:00:00Z")),
    "cycle": Timer(TimerKind.CYCLE, literal("R3/PT10S")),
    "condition": Conditional(SAID("x > 1")),
    "compensation": Compensation(),
    "compensation of one": Compensation(1),
    "terminate": Terminate(),
    "reference": Signal("Alarm"),
}
PLACES = {
    "caught": Kind.INTERMEDIATE_CATCH_EVENT,
    "thrown": Kind.INTERMEDIATE_THROW_EVENT,
    "at the end": Kind.END_EVENT,
    "at the start": Kind.START_EVENT,
    "on the edge": Kind.BOUNDARY_EVENT,
}
SINGLE = [
    (f"{event} {place}", event, place) for place in PLACES for event in EVENTS if f"{event} {place}" in CONSTRUCTS
]


@pytest.mark.parametrize(("name", "event", "place"), SINGLE)
def test_an_event_waits_for_or_throws_what_its_definition_says(name: str, event: str, place: str) -> None:
    program = compiled(name)
    node = program.nodes[program.index("v")]
    assert (node.kind, node.name) == (PLACES[place], "V")
    assert beyond_the_usual(node) == {"events": (EVENTS[event],)}
    host = program.index("a") if place == "on the edge" else None
    assert node.host == host
    assert program.nodes[program.index("a")].boundaries == (() if host is None else (program.index("v"),))


NODES: dict[str, tuple[str, dict[str, object]]] = {
    "several caught": ("v", {"events": (Signal("Alarm"), HOUR, Message("Order"))}),
    "several, all of them": ("v", {"events": (Signal("Alarm"), HOUR, Message("Order")), "parallel": True}),
    "on the edge, not interrupting": ("v", {"events": (HOUR,), "interrupting": False}),
    "a link": ("v", {"events": (Link("on"),)}),
    "a handler": ("v", {"events": (Compensation(),), "handler": 4}),
    "a sub-process with data": ("a", {"locals": ("inner",)}),
    "a sub-process in a sub-process": ("in", {"locals": ("q",)}),
    "a transaction": ("v", {"events": (Cancel(),)}),
    "an ad-hoc sub-process": ("a", {"ad_hoc": AdHoc()}),
    "an ad-hoc sub-process in order": ("a", {"ad_hoc": AdHoc(True, SAID("done"), cancel_remaining=False)}),
    "signal into a scope": ("os", {"events": (Signal("Alarm"),), "interrupting": False}),
    "message into a scope": ("o", {"by_event": True}),
    "lanes around scopes": ("w", {"lane": "office"}),
    "a script": ("a", {"script": Script("starlark", "x = 1\n")}),
    "a script with a result": ("a", {"script": Script("python", "x"), "result": "y"}),
    "a script in FEEL": ("a", {"settings": (Setting("z", SAID("1")), Setting("y", SAID("x + 1")))}),
    "a message sent": ("a", {"events": (Message("Order"),)}),
    "a message received": ("a", {"events": (Message("Order"),)}),
    "a case begun by a message": ("a", {"events": (Message("Order"),), "instantiate": True}),
    "a call": ("a", {"call": Call(literal("other"))}),
    "a call in the file": ("a", {"call": Call(literal("g"))}),
    "a call of a version": ("a", {"call": Call(SAID('"o" + x'), Binding.VERSION, 3, all_in=True)}),
    "quantities": ("a", {"start_quantity": 2, "completion_quantity": 3}),
    "a loop": ("a", {"loop": StandardLoop(SAID("x > 1"), before=True, maximum=3)}),
    "a loop without a maximum": ("a", {"loop": StandardLoop(SAID("x"))}),
    "many": ("a", {"loop": MultiInstance(cardinality=SAID("3"))}),
    "many, one after the other": (
        "a", {"loop": MultiInstance(sequential=True, cardinality=SAID("3"), completion=SAID("x"))},
    ),
    "many items": (
        "a", {"loop": MultiInstance(items=SAID("list"), item="each", output="results", output_item=SAID("each * 2"))},
    ),
    "many that tell the first": (
        "a", {"loop": MultiInstance(cardinality=SAID("3"), behavior=Behavior.ONE, event=Signal("Alarm"))},
    ),
    "many that tell each": (
        "a", {"loop": MultiInstance(cardinality=SAID("3"), behavior=Behavior.NONE, event=Signal("Alarm"))},
    ),
    "many that tell some": (
        "a",
        {
            "loop": MultiInstance(
                cardinality=SAID("3"),
                behavior=Behavior.COMPLEX,
                complex=(ComplexBehavior(SAID("x > 1"), Signal("Alarm")),),
            )
        },
    ),
    "work of people": (
        "a",
        {
            "assignment": Assignment(SAID("r"), SAID("u"), SAID("a")),
            "due": Due(within=literal("P3D")),
            "follow_up": Due(at=literal("2030-01-01")),
            "form": "f",
            "settings": (Setting("y", SAID("x + 1")),),
            "separate_from": (1,),
        },
    ),
    "work of those who may own it": ("a", {"assignment": Assignment(SAID('"clerks"'), actor=SAID("who"))}),
    "work of a service": (
        "a",
        {
            "service": "ask",
            "result": "y",
            "retries": 5,
            "headers": (("k", "v"),),
            "inputs": (setting("i", "x"),),
            "outputs": (Setting("o", SAID("i + 1")),),
        },
    ),
    "work of a decision": ("a", {"decision": "routing", "result": "y"}),
    "work of workers on a rule": ("a", {"service": "rules", "result": "y"}),
    "a complex gateway": ("g", {"activation": SAID("activationCount >= 1")}),
    "an event-based gateway": ("g", {}),
    "an event-based gateway that begins a case": ("g", {"instantiate": True, "parallel": True}),
    "data objects": (
        "a",
        {
            "inputs": (setting("given", "invoice"), Setting("di2", SAID("invoice.sum * 2")),
                       Setting("number", SAID("invoice.no"))),
            "outputs": (setting("result", "made"), setting("total", "made")),
            "passes": False,
        },
    ),
    "data of many": (
        "a",
        {
            "loop": MultiInstance(
                sequential=True,
                items=SAID("invoice"),
                item="item",
                output="result",
                output_item=SAID("got"),
                completion=SAID("numberOfCompletedInstances > 2"),
            ),
            "passes": False,
        },
    ),
    "data of events": (
        "v",
        {"events": (Message("Order"),), "outputs": (setting("invoice", "vo"),), "whole": ("vo",), "passes": False},
    ),
    "a message that a service sends": ("e", {"service": "mail", "retries": 2, "headers": (("k", "v"),)}),
    "a message in one variable": (
        "a",
        {
            "events": (Message("Order"),),
            "outputs": (Setting("x", feel.variable(WHOLE)),),
            "whole": (WHOLE,),
            "passes": False,
        },
    ),
    "a key of two": (
        "a", {"events": (Message("Order", "k0", (SAID("order.number"), SAID("order.year"))),)},
    ),
    "a key of one": ("a", {"events": (Message("Reply", "k1", (SAID("number"),)),)}),
    "a key bound by the process": ("a", {"events": (Message("Reply", "k1", (SAID("number"),), (SAID("mine"),)),)}),
    "our keys": ("v", {"events": (Message("M", found=(SAID("number"),)),)}),
}  # fmt: skip


@pytest.mark.parametrize("name", NODES)
def test_a_construct_is_said_by_its_fields_and_no_others(name: str) -> None:
    element, expected = NODES[name]
    program = compiled(name)
    assert beyond_the_usual(program.nodes[program.index(element)]) == expected


def test_every_construct_is_compiled() -> None:
    assert {name for name in CONSTRUCTS if not compiled(name).nodes} == set()


def test_scopes_stand_flat_each_node_with_the_sub_process_around_it() -> None:
    program = compiled("a sub-process in a sub-process")
    around = {node.id: program.nodes[node.parent].id if node.parent is not None else "" for node in program.nodes}
    assert around == {"s": "", "a": "", "in": "a", "is": "in", "w": "in", "ie": "in", "z": "a", "e": ""}
    assert [program.nodes[flow.source].id for flow in program.flows if flow.id == "is_w"] == ["is"]
    lines = [flow.line for flow in program.flows]
    assert lines == sorted(lines)


def test_data_of_a_process_lives_in_it() -> None:
    assert compiled("data objects").locals == ("total", "invoice", "result")


def test_a_cycle_is_a_text_and_cron_too() -> None:
    for name, text in (("cycle caught", "R3/PT10S"), ("cycle on the edge", "R3/PT10S")):
        program = compiled(name)
        timer = program.nodes[program.index("v")].events[0]
        assert isinstance(timer, Timer)
        assert timer.value.evaluate({}, Moment(0)) == text


def test_a_message_is_caught_by_the_key_it_says_itself() -> None:
    program = compiled("our keys")
    assert program.nodes[program.index("u")].events == (Message("M", expected=(SAID("mine"),)),)


def test_each_executable_process_and_global_task_is_a_program() -> None:
    model = bpmn.read(TWO_PROCESSES, "m.bpmn")
    assert [each.id for each in model.executables] == ["p", "q", "g"]
    programs = {each.id: bpmn.compile(model, {}, None, each.id) for each in model.executables}
    assert bpmn.compile(model, {}, None) == programs["p"]
    assert [node.id for node in programs["q"].nodes] == ["b"]
    task = programs["g"].nodes[0]
    assert (programs["g"].process, programs["g"].name, task.id, task.name) == ("g", "G", "g", "G")
    assert (task.kind, task.line) == (Kind.SCRIPT_TASK, 2)


def test_a_drawing_has_nothing_to_execute() -> None:
    model = bpmn.read(TWO_PROCESSES.replace(b' isExecutable="true"', b""), "m.bpmn")
    assert model.executables == ()
    assert model.process("drawn") is not None
    assert model.process("nowhere") is None


@pytest.mark.parametrize("name", ["Order #1", "1st", "if", "a.b", "a - b"])
def test_data_may_have_any_name(name: str) -> None:
    source = CONSTRUCTS["data objects"].replace(b'name="given"', f'name="{name}"'.encode())
    source = source.replace(b'id="other" name="result"', f'id="other" name="{name}"'.encode())
    source = source.replace(b'name="made"', f'name="{name}"'.encode())
    program = bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)
    node = program.nodes[program.index("a")]
    assert node.inputs[0].variable == name
    assert node.outputs[0].variable == name
    assert node.outputs[0].value.evaluate({name: "x", "Order": "y"}, Moment(0)) == "x"


def test_expressions_read_data_of_several_words() -> None:
    source = CONSTRUCTS["data objects"].replace(b'id="do"', b'id="do" name="order data"')
    source = source.replace(b"invoice.sum", b"order data.sum").replace(b'name="total"', b'name="x and y"')
    program = bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)
    node = program.nodes[program.index("a")]
    assert node.inputs[1].value.evaluate({"order data": {"sum": Decimal(2)}}, Moment(0)) == 4
    assert program == spiff.compile(source, "m.bpmn", {}, None)
