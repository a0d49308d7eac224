"""Our reader and SpiffWorkflow's make one program of a file; what only one of them sees never comes through."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bpmn_model import model
from broken_models import broken_models
from constructs import CONSTRUCTS, TWO_PROCESSES
from examples import examples
from hypothesis import given
from lxml import etree
from random_models import BY_EVENT, FLAT, SCOPES, block_models
from small_models import SMALL

from ironcage import bpmn, spiff
from ironcage.definitions.comparison import difference
from ironcage.faults import FaultyError, Level

if TYPE_CHECKING:
    from ironcage.program import Program

SUITES = os.environ.get("IRONCAGE_SUITES")
PROCESSES = Path(__file__).parents[3] / "processes"


def ours(source: bytes) -> Program:
    return bpmn.compile(bpmn.read(source, "case.bpmn"), {}, None)


def are_alike(found: Program | None, program: Program) -> bool:
    """Say whether SpiffWorkflow found the same program, inside its expressions too."""
    return found is not None and difference(program, found) is None


def is_refused(source: bytes) -> bool:
    """Say whether our reader or its checks refuse *source*."""
    try:
        _, faults = bpmn.examine(source, "case.bpmn", [])
    except FaultyError:
        return True
    return any(fault.level is Level.ERROR for fault in faults)


def theirs(source: bytes) -> Program | None:
    """Return SpiffWorkflow's program, None where it refuses the file."""
    try:
        return spiff.compile(source, "case.bpmn", {}, None)
    except FaultyError:
        return None


@pytest.mark.parametrize("name", SMALL)
def test_both_readers_make_one_program_of_a_small_model(name):
    assert theirs(SMALL[name]) == ours(SMALL[name])


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_both_readers_make_one_program_of_every_construct(name):
    assert are_alike(theirs(CONSTRUCTS[name]), ours(CONSTRUCTS[name]))


@examples(50)
@given(source=block_models(looped_joins=True, blocks=FLAT + SCOPES + BY_EVENT))
def test_both_readers_make_one_program_of_a_random_process(source):
    assert are_alike(theirs(source), ours(source))


@pytest.mark.parametrize("process", [None, "p", "q", "g"])
def test_both_readers_make_one_program_of_each_process_of_a_file(process):
    our_program = bpmn.compile(bpmn.read(TWO_PROCESSES, "two.bpmn"), {}, None, process)
    assert are_alike(spiff.compile(TWO_PROCESSES, "two.bpmn", {}, None, process), our_program)
    assert our_program.process == (process or "p")


@pytest.mark.parametrize("path", sorted(PROCESSES.rglob("*.bpmn")), ids=lambda path: path.stem)
def test_both_readers_make_one_program_of_a_shipped_process(path):
    assert theirs(path.read_bytes()) == ours(path.read_bytes())


@pytest.mark.skipif(SUITES is None, reason="IRONCAGE_SUITES is not set")
@pytest.mark.parametrize("suite", ["bpmn", "miwg"])
def test_both_readers_make_one_program_of_every_suite_file_that_is_not_refused(suite):
    differing = []
    for path in sorted(Path(SUITES or "", suite).rglob("*.bpmn")):
        source = path.read_bytes()
        if not is_refused(source) and not are_alike(theirs(source), ours(source)):
            differing.append(path.name)
    assert differing == []


BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def without_scripts(source: bytes) -> bytes:
    """Make a suite's placeholder scripts plain tasks, its placeholder conditions FEEL, and its drawings executable."""
    root = etree.fromstring(source)
    for task in list(root.iter(f"{BPMN}scriptTask")):
        task.tag = f"{BPMN}task"
        task.attrib.pop("scriptFormat", None)
        for script in task.findall(f"{BPMN}script"):
            task.remove(script)
    for condition in root.iter(f"{BPMN}conditionExpression"):
        asked = (condition.text or "").partition("(")[2].partition(")")[0]
        condition.text = f"contains(test, {asked})"
    for process in root.iter(f"{BPMN}process"):
        process.set("isExecutable", "true")
    return etree.tostring(root)


@pytest.mark.skipif(SUITES is None, reason="IRONCAGE_SUITES is not set")
def test_both_readers_make_one_program_of_every_suite_file_whose_scripts_are_left_out():
    read, differing = [], []
    for path in sorted(Path(SUITES or "").glob("[bm]*/**/*.bpmn")):
        source = without_scripts(path.read_bytes())
        if not is_refused(source):
            read.append(path.stem)
            differing += [] if are_alike(theirs(source), ours(source)) else [path.stem]
    assert differing == []
    assert {"Token_Cardinality_Split_Default", "InclusiveDiverging_ExclusiveConverging", "A.1.0"} <= set(read)


@examples(300)
@given(source=broken_models())
def test_a_broken_model_is_refused_or_read_alike(source):
    assert is_refused(source) or are_alike(theirs(source), ours(source))


BASE = model(
    {"s": "start", "a": "user", "w": "timer PT1H", "g": "xor default g_e", "b": "user", "e": "end"},
    *("s -> a", "a -> w", "w -> g", "g -> b if x = 1", "b -> e", "g -> e"),
).decode()
HOUR = '<timeDuration xsi:type="tFormalExpression">PT1H</timeDuration>'
TIMER = f"<timerEventDefinition>{HOUR}</timerEventDefinition>"

SURPRISES = {
    "an event definition by reference": (TIMER, "<eventDefinitionRef>t</eventDefinitionRef>"),
    "a link": (TIMER, '<linkEventDefinition name="there"/>'),
    "a timer whose second saying is dropped": (
        "</timeDuration>",
        "</timeDuration><timeDate>2030-01-01T00:00:00Z</timeDate>",
    ),
    "a cycle": (HOUR, HOUR.replace("timeDuration", "timeCycle").replace("PT1H", "R3/PT1H")),
    "two timers, the second taken for the first": (TIMER, TIMER + TIMER.replace("PT1H", "PT2H")),
    "a signal at the end": ('name="E">', 'name="E"><signalEventDefinition/>'),
    "an error at the start": ('name="S">', 'name="S"><errorEventDefinition/>'),
    "a start quantity": ('<userTask id="a"', '<userTask startQuantity="2" id="a"'),
    "a task for compensation": ('<userTask id="a"', '<userTask isForCompensation="true" id="a"'),
    "a loop": ('name="A">', 'name="A"><standardLoopCharacteristics loopMaximum="2"/>'),
    "many instances": (
        'name="A">',
        (
            'name="A"><multiInstanceLoopCharacteristics behavior="None"><loopCardinality>2</loopCardinality>'
            "</multiInstanceLoopCharacteristics>"
        ),
    ),
    "inputs": (
        'name="A">',
        (
            'name="A"><ioSpecification><dataInput id="i"/><inputSet/><outputSet/></ioSpecification>'
            "<dataInputAssociation><targetRef>i</targetRef><transformation>x</transformation></dataInputAssociation>"
        ),
    ),
    "a performer": ('name="A">', 'name="A"><potentialOwner/>'),
    "an assignee of another engine": (
        '<userTask id="a"',
        '<userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="demo" id="a"',
    ),
    "a boundary event that does not interrupt": (
        '<userTask id="b"',
        f'<boundaryEvent id="l" attachedToRef="a" cancelActivity="false">{TIMER}</boundaryEvent><userTask id="b"',
    ),
    "a boundary event that waits for nothing": (
        '<userTask id="b"',
        '<boundaryEvent id="l" attachedToRef="a"/><userTask id="b"',
    ),
    "a boundary event on nothing": (
        '<userTask id="b"',
        f'<boundaryEvent id="l" attachedToRef="nothing">{TIMER}</boundaryEvent><userTask id="b"',
    ),
    "an event sub-process": (
        '<userTask id="b"',
        '<subProcess id="o" triggeredByEvent="true"><startEvent id="os"/></subProcess><userTask id="b"',
    ),
    "an element of another namespace that ends like a flow": (
        "</process>",
        '<x:sequenceFlow xmlns:x="urn:x" id="x" sourceRef="a" targetRef="e"/></process>',
    ),
    "a flow to another process": (
        "</process>",
        '</process><process id="q"><userTask id="z"/><sequenceFlow id="y" sourceRef="a" targetRef="z"/></process>',
    ),
    "a flow from nowhere": ('sourceRef="b" targetRef="e"', 'sourceRef="bb" targetRef="e"'),
    "two nodes of one id": ('<userTask id="b"', '<userTask id="a"'),
    "two executable processes": (
        "</process>",
        '</process><process id="q" isExecutable="true"><startEvent id="qs"/></process>',
    ),
    "a process not said to be executable": (' isExecutable="true"', ""),
    "a condition in another language": ("<conditionExpression ", '<conditionExpression language="python" '),
    "an empty condition": (">x = 1<", "><"),
    "a service without a name": ('<userTask id="b" name="B">', '<serviceTask id="b" name="B">'),
    "a signal on the way": (
        '<userTask id="b"',
        '<intermediateThrowEvent id="l"><signalEventDefinition/></intermediateThrowEvent><userTask id="b"',
    ),
}
CLOSED = {"a service without a name": "serviceTask"}


@pytest.mark.parametrize("name", SURPRISES)
def test_what_spiffworkflow_drops_or_misreads_is_refused_or_in_the_program(name):
    old, new = SURPRISES[name]
    assert old in BASE
    surprising = BASE.replace(old, new, 1)
    if name in CLOSED:
        head, tail = surprising.split(new)
        surprising = head + new + tail.replace("</userTask>", f"</{CLOSED[name]}>", 1)
    source = surprising.encode()
    assert is_refused(source) or (are_alike(theirs(source), ours(source)) and ours(source) != ours(BASE.encode()))


def test_the_file_the_surprises_are_put_into_comes_through():
    source = BASE.encode()
    assert not is_refused(source)
    assert theirs(source) == ours(source)
