"""A fault in an expression is named by line and column of the file."""

from __future__ import annotations

import pytest
from written_models import written

from ironcage import bpmn

GATE = '<exclusiveGateway id="g" default="g_e"/>\ns: startEvent\na: userTask\ne: endEvent\ns -> g\ng -> e\na -> e\n'


def place(condition: str) -> tuple[int, int]:
    """Return where the one fault of a model with *condition* is, counted from the line the condition is on."""
    source = written(GATE + f'<sequenceFlow id="f" sourceRef="g" targetRef="a">\n{condition}\n</sequenceFlow>').source
    _, (fault,) = bpmn.examine(source, "m.bpmn", ())
    assert fault.rule == "expression-syntax"
    first = source[: source.index(condition.encode())].count(b"\n") + 1
    return fault.line - first, fault.column


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('<conditionExpression xsi:type="tFormalExpression">x = )</conditionExpression>', (0, 55)),
        ('<conditionExpression xsi:type="tFormalExpression">\n  x = )\n</conditionExpression>', (1, 7)),
        ('<conditionExpression xsi:type="tFormalExpression">\n  x\n  = )\n</conditionExpression>', (2, 5)),
        ('<conditionExpression xsi:type="tFormalExpression"><![CDATA[x < )]]></conditionExpression>', (0, 64)),
        ('<conditionExpression xsi:type="tFormalExpression">x &lt; )</conditionExpression>', (0, 0)),
        ('<conditionExpression xsi:type="tFormalExpression">一 = )</conditionExpression>', (0, 55)),
    ],
)
def test_in_a_condition(condition: str, expected: tuple[int, int]) -> None:
    assert place(condition) == expected


def test_in_an_attribute_of_a_tag_of_several_lines() -> None:
    text = '<userTask id="a"><extensionElements><ironcage:assignment\n  role="x"\n  unit="1 +"\n  actor="y"/>'
    text = f"s: startEvent\n{text}</extensionElements></userTask>\ne: endEvent\ns -> a\na -> e"
    source = written(text).source
    _, (fault,) = bpmn.examine(source, "m.bpmn", ())
    lines = source.decode().split("\n")
    assert lines[fault.line - 1][fault.column - 4 : fault.column - 1] == "1 +"


def test_without_a_column_where_the_file_is_in_another_encoding() -> None:
    source = written(
        GATE + '<sequenceFlow id="f" name="街" sourceRef="g" targetRef="a"><conditionExpression>x = )'
        "</conditionExpression></sequenceFlow>"
    ).source.decode()
    _, (fault,) = bpmn.examine(f'<?xml version="1.0" encoding="gb18030"?>{source}'.encode("gb18030"), "m.bpmn", ())
    assert (fault.rule, fault.line, fault.column) == ("expression-syntax", 10, 0)
