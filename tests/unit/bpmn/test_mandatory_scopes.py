"""Which activities no case comes to its end without: sub-processes, events, loops."""

from __future__ import annotations

import pytest
from written_models import written

from ironcage import bpmn

MESSAGE = '<messageEventDefinition messageRef="m"/>'
INSIDE = '<sequenceFlow id="i1" sourceRef="is" targetRef="b"/><sequenceFlow id="i2" sourceRef="b" targetRef="ie"/>'
BODY = f'<startEvent id="is"/><task id="b"/><endEvent id="ie"/>{INSIDE}'


def mandatory(text: str) -> set[str]:
    source = written(text).source.replace(b"</process>", b"</process><message id='m' name='m'/>")
    return set(bpmn.mandatory(bpmn.compile(bpmn.read(source, "m.bpmn"), {}, None)))


def around(inside: str, beside: str = "", kind: str = "subProcess") -> str:
    return f's: startEvent\n<{kind} id="a">{inside}</{kind}>\n{beside}\ne: endEvent\ns -> a\na -> e'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(around(BODY), {"a", "b"}, id="what is inside is done with it"),
        pytest.param(around(""), {"a"}, id="nothing inside"),
        pytest.param(around(BODY + '<task id="c"/>'), {"a", "b"}, id="only what begins"),
        pytest.param(around('<task id="c"/><task id="d"/>'), {"a", "c", "d"}, id="all begin without a start event"),
        pytest.param(
            around(BODY, f'<boundaryEvent id="x" attachedToRef="a">{MESSAGE}</boundaryEvent>\nx -> e'),
            set(),
            id="left by an event on its boundary",
        ),
        pytest.param(
            around(BODY, f'<boundaryEvent id="x" attachedToRef="a" cancelActivity="false">{MESSAGE}</boundaryEvent>'),
            {"a", "b"},
            id="an event on the boundary that does not interrupt",
        ),
        pytest.param(
            around(BODY.replace('"ie"/>', '"ie"><terminateEventDefinition/></endEvent>', 1)),
            {"a"},
            id="terminated inside",
        ),
        pytest.param(
            around(
                BODY + f'<subProcess id="h" triggeredByEvent="true"><startEvent id="hs">{MESSAGE}</startEvent>'
                '<task id="d"/><sequenceFlow id="h1" sourceRef="hs" targetRef="d"/></subProcess>'
            ),
            {"a"},
            id="interrupted by an event sub-process",
        ),
        pytest.param(
            around(
                BODY + '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false">'
                f'{MESSAGE}</startEvent><task id="d"/><sequenceFlow id="h1" sourceRef="hs" targetRef="d"/></subProcess>'
            ),
            {"a", "b"},
            id="an event sub-process that does not interrupt",
        ),
        pytest.param(
            around('<standardLoopCharacteristics loopMaximum="3"/>' + BODY),
            {"a", "b"},
            id="a loop is done once",
        ),
        pytest.param(
            around('<standardLoopCharacteristics testBefore="true"><loopCondition>x</loopCondition>'
                   "</standardLoopCharacteristics>" + BODY),
            set(),
            id="a loop that is tested before may not be done",
        ),
        pytest.param(
            around("<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality>"
                   "</multiInstanceLoopCharacteristics>" + BODY),
            set(),
            id="many instances may be none",
        ),
        pytest.param(
            around("<completionCondition>x</completionCondition><task id='c'/>", kind="adHocSubProcess"),
            {"a"},
            id="an ad-hoc sub-process that may be over early",
        ),
        pytest.param(
            f"s: startEvent\ng: eventBasedGateway\n<receiveTask id='a' messageRef='m'/>\n"
            f"<intermediateCatchEvent id='c'>{MESSAGE}</intermediateCatchEvent>\nd: userTask\ne: endEvent\n"
            "s -> g\ng -> a\ng -> c\na -> d\nc -> d\nd -> e",
            {"d"},
            id="one of several events",
        ),
        pytest.param(
            "<intermediateThrowEvent id='t'><linkEventDefinition name='n'/></intermediateThrowEvent>\n"
            "<intermediateCatchEvent id='c'><linkEventDefinition name='n'/></intermediateCatchEvent>\n"
            "s: startEvent\na: userTask\nb: userTask\ne: endEvent\ns -> a\na -> t\nc -> b\nb -> e",
            {"a", "b"},
            id="over a link",
        ),
        pytest.param(
            f"s: startEvent\n<startEvent id='m1'>{MESSAGE}</startEvent>\na: userTask\nb: userTask\ne: endEvent\n"
            "s -> a\nm1 -> b\na -> b\nb -> e",
            {"b"},
            id="begun in one of two ways",
        ),
        pytest.param(
            around('<startEvent id="is"/><task id="b"/><endEvent id="ie"><errorEventDefinition/></endEvent>' + INSIDE,
                   '<boundaryEvent id="x" attachedToRef="a"><errorEventDefinition/></boundaryEvent>\nc: userTask\n'
                   "x -> c\nc -> e"),
            {"c"},
            id="an error is the only way out",
        ),
    ],
)  # fmt: skip
def test_a_step_is_mandatory_if_every_way_to_an_end_leads_through_it(text: str, expected: set[str]) -> None:
    assert mandatory(text) == expected
