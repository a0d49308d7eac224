"""A file in a dialect does what the engine it was written for documents."""

from __future__ import annotations

from decimal import Decimal

import pytest
from dialect_models import HEAD

from ironcage import bpmn
from ironcage.world import Case, World

ONE, TWO, THREE, SIX = map(Decimal, (1, 2, 3, 6))


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def task(kind: str, extensions: str, more: str = "") -> str:
    return f'<{kind} id="a"><extensionElements>{extensions}</extensionElements>{more}</{kind}>'


def run(activity: str, **data: object) -> tuple[World, Case]:
    """Start a case that does the activity ``a`` and then waits for ``z`` to be done."""
    source = (
        f'{HEAD}<process id="p" isExecutable="true"><startEvent id="s"/>{activity}<userTask id="z"/><endEvent id="e"/>'
        f"{flow('s', 'a')}{flow('a', 'z')}{flow('z', 'e')}</process></definitions>"
    )
    world = World({"p": bpmn.compile(bpmn.read(source.encode(), "m.bpmn"), {}, None)})
    return world, world.start("p", data)


def test_an_input_of_camunda_is_local_and_an_output_is_not() -> None:
    mapping = (
        '<camunda:inputOutput><camunda:inputParameter name="twice">${x * 2}</camunda:inputParameter>'
        '<camunda:inputParameter name="more">${twice + 1}</camunda:inputParameter>'
        '<camunda:outputParameter name="y">${more + given}</camunda:outputParameter></camunda:inputOutput>'
    )
    world, case = run(task("userTask", mapping), x=ONE)
    assert case.data == {"x": ONE}
    world.complete(case, "a", {"given": THREE})
    # What a person brings becomes data of the case there, beside the outputs.
    assert case.data == {"x": ONE, "y": SIX, "given": THREE}


def test_only_the_outputs_of_camunda_8_come_out() -> None:
    mapping = '<zeebe:ioMapping><zeebe:input source="=x + 1" target="n"/><zeebe:output source="=n + given" target="y"/>'
    world, case = run(task("userTask", mapping + "</zeebe:ioMapping>"), x=ONE)
    world.complete(case, "a", {"given": ONE, "other": TWO})
    assert case.data == {"x": ONE, "y": THREE}


def test_parts_of_an_input_make_one_variable() -> None:
    mapping = (
        '<zeebe:ioMapping><zeebe:input source="text" target="mail.kind"/><zeebe:input source="=x" target="mail.to.id"/>'
        '<zeebe:output source="=mail" target="sent"/></zeebe:ioMapping>'
    )
    world, case = run(task("userTask", mapping), x=ONE)
    world.complete(case, "a")
    assert case.data == {"x": ONE, "sent": {"kind": "text", "to": {"id": ONE}}}


def test_the_result_of_a_script_stays_inside_where_outputs_are_said() -> None:
    script = '<zeebe:script expression="=x + 1" resultVariable="n"/>'
    mapping = '<zeebe:ioMapping><zeebe:output source="=n * 2" target="y"/></zeebe:ioMapping>'
    assert run(task("scriptTask", script), x=TWO)[1].data == {"x": TWO, "n": THREE}
    assert run(task("scriptTask", script + mapping), x=TWO)[1].data == {"x": TWO, "y": SIX}


def test_scripts_of_spiffworkflow_set_what_they_set_before_and_after() -> None:
    scripts = (
        "<spiffworkflow:preScript>n = x + 1</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>m = n + given</spiffworkflow:postScript>"
    )
    world, case = run(task("userTask", scripts), x=ONE)
    world.complete(case, "a", {"given": ONE})
    assert case.data == {"x": ONE, "n": TWO, "given": ONE, "m": THREE}


def test_a_person_changes_what_a_script_before_has_set() -> None:
    world, case = run(task("userTask", "<spiffworkflow:preScript>n = 1</spiffworkflow:preScript>"))
    world.complete(case, "a", {"n": THREE})
    assert case.data == {"n": THREE}


def test_a_script_task_of_python_assigns_in_order() -> None:
    script = "<script>\n  n = x * 2\n  n += 2\n  big = n &gt; 5\n</script>"
    assert run(task("scriptTask", "<spiffworkflow:unitTests/>", script), x=TWO)[1].data == {
        "x": TWO,
        "n": SIX,
        "big": True,
    }


def test_a_listener_sets_its_variable_as_the_task_completes() -> None:
    listener = '<camunda:taskListener event="complete" expression="${task.setVariable(\'y\', given + 1)}"/>'
    world, case = run(task("userTask", listener))
    assert case.data == {}
    world.complete(case, "a", {"given": ONE})
    assert case.data == {"given": ONE, "y": TWO}


def test_a_collection_is_gone_through_and_its_answers_are_gathered() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zeebe:loopCharacteristics '
        'inputCollection="=[1, 2]" inputElement="each" outputCollection="all" outputElement="=each * factor"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    world, case = run(task("userTask", "<zeebe:userTask/>", loop), factor=THREE)
    world.complete(case, "a")
    world.complete(case, "a")
    assert case.data == {"factor": THREE, "all": [THREE, SIX]}


@pytest.mark.parametrize(("done", "waits"), [(1, ["a"]), (2, ["z"])])
def test_a_completion_condition_counts_as_there(done: int, waits: list[str]) -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="true" camunda:collection="people" '
        'camunda:elementVariable="who">'
        "<completionCondition>${nrOfCompletedInstances / nrOfInstances >= 0.5}</completionCondition>"
        "</multiInstanceLoopCharacteristics>"
    )
    world, case = run(task("userTask", "", loop), people=["a", "b", "c"])
    for _ in range(done):
        world.complete(case, "a")
    assert case.waits() == waits
