"""BPMN files for tests, written a line an element, so that every line can be named.

    s: startEvent            <startEvent id="s"/>
    a -> b if FEEL           <sequenceFlow id="a_b" sourceRef="a" targetRef="b"> with a condition
    anything else            as it is, but an expression without attributes becomes a formal one

A line that ends in ``!`` is the one that something is said about.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.sax.saxutils import escape

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ironcage="urn:ironcage:bpmn:1" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:acme="urn:acme" xmlns:t="urn:test" '
    'targetNamespace="urn:test">'
)


_EXPRESSION = re.compile(
    "<(conditionExpression|condition|loopCondition|loopCardinality|completionCondition|activationCondition|"
    "timeDate|timeDuration|timeCycle|from|to)>"
)


class Written(NamedTuple):
    """A file, and the number of its marked line; 0 if none is marked."""

    source: bytes
    line: int


def written(text: str) -> Written:
    """Return the file that *text* writes: the inside of an executable process, of definitions, or a whole file."""
    lines = text.strip().split("\n")
    if not lines[0].startswith(("<process", "<definitions", "<html", "<collaboration")):
        lines = ['<process id="p" isExecutable="true">', *lines, "</process>"]
    if not lines[0].startswith(("<definitions", "<html")):
        lines = [_HEAD, *lines, "</definitions>"]
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("!")]
    source = "\n".join(_element(line.removesuffix("!").rstrip()) for line in lines)
    return Written(_EXPRESSION.sub(r'<\1 xsi:type="tFormalExpression">', source).encode(), *(marked or [0]))


def _element(line: str) -> str:
    if flow := re.fullmatch(r"([\w-]+) -> ([\w-]+)(?: if (.*))?", line):
        source, target, condition = flow.groups()
        inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
    node = re.fullmatch(r"([\w-]+): (\w+)", line)
    return f'<{node[2]} id="{node[1]}"/>' if node else line
